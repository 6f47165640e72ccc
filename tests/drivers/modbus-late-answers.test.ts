/** Answers that come late, on a line where nothing but their length tells them apart: never a wrong value (PR-40, V-F8). */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { approximate } from '../../src/core/scaled.ts'
import type { Obeyed } from '../../src/driver-api/command.ts'
import type { Conversation, Driver, Point, RawRead, Traits } from '../../src/driver-api/driver.ts'
import type { RelayAnswer, RelayOrder } from '../../src/driver-api/relay.ts'
import { PRIORITY } from '../../src/line/line.ts'
import { createMeterAscii } from '../../src/simulator/modbus/ascii.ts'
import { createMeterRtu } from '../../src/simulator/modbus/rtu.ts'
import { meterOf } from '../simulator/master.ts'
import { modelOf, profileOf } from '../simulator/models.ts'
import { anyPass } from '../support/any-pass.ts'
import { memoryLine } from '../support/memory-line.ts'
import { rounds } from '../support/rounds.ts'
import { virtualClock } from '../support/virtual-clock.ts'
import { ascii, call, point, rtu, rtuFrame, tcp, tcpFrame } from './modbus-support.ts'

const UNIT = 1
/** A late answer is this late at most. */
const STALE_MS = 300_000
const RETRIES = { silent: 0, silentOnceAnswered: 1, damaged: 2 }

/** ASCII has as little to tell one answer from another as RTU. */
interface Spoken {
  readonly driver: Driver
  readonly createSlave: typeof createMeterRtu
}
const RTU: Spoken = { driver: rtu, createSlave: createMeterRtu }
const ASCII: Spoken = { driver: ascii, createSlave: createMeterAscii }

/** A line to one simulated meter that answers in order, each answer after the next of `delays`, ms. */
async function lineTo(profile: string, delays: readonly number[], { driver, createSlave }: Spoken) {
  const clock = virtualClock()
  const model = modelOf(profile)
  const slave = createSlave(
    meterOf({ protocol: driver.protocol, address: String(UNIT), phases: model.phases }),
    model,
  )
  let asked = 0
  let freeAt = 0
  const { line, hear } = memoryLine(clock, bytes => {
    const reply = slave.answer(Uint8Array.from(bytes), clock.now())
    freeAt = Math.max(freeAt, clock.monotonic() + delays[asked++ % delays.length]!)
    if (reply) clock.after(freeAt - clock.monotonic(), () => hear(Uint8Array.from(reply)))
  })
  line.start()
  await clock.pass(0)
  const points = profileOf(profile).points
  const { traits } = profileOf(profile)

  /** What a meter that is asked at this moment and answers at once would give. */
  function truth(at: number): ReadonlyMap<string, number> {
    const conversation = driver.read(call({ traits }), points)
    let step = conversation.next()
    while (!step.done) {
      const { bytes } = step.value
      const reply = slave.answer(bytes, at)
      step = conversation.next(reply && { bytes: reply })
    }
    return valuesIn(step.value.reads)
  }

  async function readOnce(withDoubt: boolean): Promise<readonly RawRead[]> {
    const talking = line.converse({
      driver,
      conversation: driver.read(
        call({
          traits,
          sequence: line.sequence,
          ...(withDoubt ? { doubt: line.doubtOf('m1') } : {}),
        }),
        points,
      ),
      priority: PRIORITY.poll,
      meter: 'm1',
      retries: RETRIES,
    })
    let done = false
    void talking.then(() => {
      done = true
    })
    for (let waited = 0; !done && waited < 1_200; waited++) await clock.pass(250)
    return (await talking).result.reads
  }
  return { clock, truth, readOnce, line }
}

function valuesIn(reads: readonly RawRead[]): Map<string, number> {
  return new Map(
    reads
      .filter(raw => 'value' in raw)
      .filter(({ point }) => /^k?(Wh|varh|VAh)$/.test(point.unit))
      .map(({ point, value }) => [point.item, 'digits' in value ? approximate(value) : Number.NaN]),
  )
}

/**
 * Energies that no moment explains: another register's. A late answer to the very same question tells the truth of the
 * time it was made (V-F8).
 */
async function wrongValues(
  profile: string,
  delays: readonly number[],
  withDoubt: boolean,
  spoken: Spoken = RTU,
): Promise<string[]> {
  const { clock, truth, readOnce, line } = await lineTo(profile, delays, spoken)
  const wrong: string[] = []
  for (let poll = 0; poll < 8; poll++) {
    const before = truth(clock.now() - STALE_MS)
    const read = valuesIn(await readOnce(withDoubt))
    const after = truth(clock.now())
    for (const [item, value] of read)
      if (!(value >= before.get(item)! && value <= after.get(item)!))
        wrong.push(`poll ${poll}: ${item} is ${value}, not ${before.get(item)} to ${after.get(item)}`)
    await clock.pass(1_000)
  }
  await line.stop()
  return wrong
}

/** Mostly quick, at times beyond the time-out, at times beyond the quarantine after it. */
const delays = fc.array(fc.constantFrom(30, 30, 30, 80, 900, 1_400, 2_300, 4_500, 9_000, 30_000), {
  minLength: 3,
  maxLength: 24,
})

describe('late answers', () => {
  test.each([
    ['abb-b23', 'modbus-rtu', RTU],
    ['chint-dtsu666', 'modbus-rtu', RTU],
    ['pzem-016', 'modbus-rtu', RTU],
    ['eastron-sdm630', 'modbus-rtu', RTU],
    ['abb-b23', 'modbus-ascii', ASCII],
    ['pzem-016', 'modbus-ascii', ASCII],
  ] as const)(
    'V-F8 PR-40 %s, %s: whatever comes late, no energy is wrong',
    async (profile, _protocol, spoken) => {
      await fc.assert(
        fc.asyncProperty(delays, async each => {
          expect(await wrongValues(profile, each, true, spoken)).toEqual([])
        }),
        rounds(20261122, 12),
      )
    },
    120_000,
  )

  test.each(['eastron-sdm630', 'eastron-sdm120', 'abb-b23', 'chint-dtsu666'])(
    'PR-40 %s: after one late answer every poll is believed again, though its map ends where its points do',
    async profile => {
      const { clock, readOnce, line } = await lineTo(
        profile,
        Array.from({ length: 400 }, (_, nth) => (nth === 12 ? 9_000 : 30)),
        RTU,
      )
      const polls: string[][] = []
      for (let poll = 0; poll < 16; poll++) {
        polls.push([...valuesIn(await readOnce(true)).keys()].sort())
        await clock.pass(10_000)
      }
      const [first = []] = polls
      expect(first.length).toBeGreaterThan(0)
      const costly = polls.flatMap((energies, poll) => (energies.join() === first.join() ? [] : [poll]))
      // That of the late answer, and none after it.
      expect(costly.length).toBeLessThanOrEqual(1)
      await line.stop()
    },
  )

  test.each([
    ['chint-dtsu666', [30, 30, 30, 30, 9_000, 30], RTU],
    ['chint-dtsu666', [30, 30, 30, 30, 9_000, 30], ASCII],
  ] as const)(
    'V-F8 what the second reading is for: without it %s gives other registers’ values',
    async (profile, each, spoken) => {
      expect(await wrongValues(profile, each, false, spoken)).not.toEqual([])
      expect(await wrongValues(profile, each, true, spoken)).toEqual([])
    },
  )
})

const ENERGIES = [10, 20, 30].map(address =>
  point(`3:${address}`, 'u32', { obis: `1-0:${address}.8.0`, unit: 'kWh' }),
)

/** A line to registers of a test's own making; `back` brings what comes of each question, as the link would. */
async function lineThrough(
  driver: Driver,
  back: (
    question: { sent: Uint8Array; address: number; quantity: number; asked: number; at: number },
    hear: (bytes: Uint8Array, ms: number) => void,
  ) => void,
) {
  const clock = virtualClock()
  const at = driver === rtu ? 2 : 8
  let asked = 0
  const { line, hear } = memoryLine(
    clock,
    bytes => {
      const sent = Uint8Array.from(bytes)
      const word = (place: number) => (sent[place]! << 8) | sent[place + 1]!
      back(
        { sent, address: word(at), quantity: word(at + 2), asked: asked++, at: clock.monotonic() },
        (reply, ms) => clock.after(ms, () => hear(Uint8Array.from(reply))),
      )
    },
    { url: `${driver === rtu ? 'tcp' : 'modbus-tcp'}://127.0.0.1:1` },
  )
  line.start()
  await clock.pass(0)

  async function hold<Result>(conversation: Conversation<Result>): Promise<Result> {
    const talking = line.converse({
      driver,
      conversation,
      priority: PRIORITY.order,
      meter: 'm1',
      pass: anyPass(),
      retries: RETRIES,
    })
    let done = false
    void talking.then(() => {
      done = true
    })
    while (!done) await clock.pass(5)
    return (await talking).result
  }

  async function readOnce(points: readonly Point[], traits: Traits = {}, address = '1') {
    const conversation = driver.read(
      call({ traits, address, sequence: line.sequence, doubt: line.doubtOf('m1') }),
      points,
    )
    const talking = line.converse({
      driver,
      conversation,
      priority: PRIORITY.poll,
      meter: 'm1',
      retries: RETRIES,
    })
    // As the poller sees it: what is told later doubts no value of this reading.
    let isDoubled: boolean | null = null
    void talking.then(({ exchanges }) => {
      isDoubled = line.contradictedAt('m1') !== null || exchanges.some(({ doubled }) => doubled)
    })
    while (isDoubled === null) await clock.pass(5)
    const { result, exchanges } = await talking
    return {
      result,
      exchanges,
      isDoubled: isDoubled as boolean,
      values: Object.fromEntries(
        result.reads.map(raw => [
          raw.point.item,
          'value' in raw ? ('digits' in raw.value ? Number(raw.value.digits) : null) : raw.refused.rule,
        ]),
      ),
    }
  }
  return { clock, line, readOnce, hold }
}

/** Two registers for each energy: high word 0. */
function dataOf(held: (address: number) => number, address: number, quantity: number): number[] {
  return Array.from({ length: quantity }, (_, place) => {
    const from = address + place
    const value = held(from - (from % 10))
    return from % 10 === 0 ? value >>> 16 : from % 10 === 1 ? value & 0xffff : 0
  }).flatMap(word => [word >> 8, word & 0xff])
}

const replyTo = (held: (address: number) => number, address: number, quantity: number) =>
  rtuFrame(1, 3, 2 * quantity, ...dataOf(held, address, quantity))

describe('V-F8 a gateway that is one answer behind', () => {
  test.each<[string, Traits, number]>([
    ['that allows no other shape', {}, 60_000],
    ['that allows others', { maxHole: 4 }, 60_000],
    ['asked each quarter of an hour', {}, 900_000],
    ['asked each quarter of an hour, that allows others', { maxHole: 4 }, 900_000],
  ])('a meter %s: no other register is believed, however long it lasts', async (_, traits, everyMs) => {
    let risen = 0
    const truth = (address: number) => 1_000 * (address / 10) + risen
    const rounded = (values: Readonly<Record<string, unknown>>) =>
      Object.fromEntries(
        Object.entries(values).map(([item, value]) => [
          item,
          typeof value === 'number' ? value - (value % 1_000) : value,
        ]),
      )
    let last: Uint8Array | null = null
    let isBehind = false
    const { clock, line, readOnce } = await lineThrough(rtu, ({ address, quantity }, hear) => {
      risen += 1
      const answer = replyTo(truth, address, quantity)
      const comes = isBehind ? last : answer
      last = answer
      if (comes) hear(comes, 30)
    })
    const right = { '3:10': 1_000, '3:20': 2_000, '3:30': 3_000 }
    expect(rounded((await readOnce(ENERGIES, traits)).values)).toEqual(right)
    isBehind = true
    last = null
    for (let poll = 0; poll < 15; poll++) {
      const { values, isDoubled } = await readOnce(ENERGIES, traits)
      for (const [item, value] of Object.entries(rounded(values)))
        if (!isDoubled && typeof value === 'number')
          expect([poll, item, value]).toEqual([poll, item, right[item as keyof typeof right]])
      await clock.pass(everyMs)
    }
    // Once it is in step again, the meter is read as ever.
    isBehind = false
    await readOnce(ENERGIES, traits)
    await clock.pass(everyMs)
    expect(rounded((await readOnce(ENERGIES, traits)).values)).toEqual(right)
    expect(line.doubtOf('m1').isLate()).toBe(everyMs < 300_000)
    await line.stop()
  })
})

describe('V-F8 a Modbus TCP gateway that gives a late answer the next number', () => {
  const truth = (address: number) => 1_000 * (address / 10)
  const exception = (sent: Uint8Array, unit: number) => tcpFrame((sent[0]! << 8) | sent[1]!, unit, 0x83, 0x0b)

  /** The answer of the serial side to the question that was lost comes under the number of the next one. */
  async function behindGateway(unit: number, isTold: boolean) {
    const late: number[][] = []
    let losing = false
    const bench = await lineThrough(tcp, ({ sent, address, quantity }, hear) => {
      const pdu = [3, 2 * quantity, ...dataOf(truth, address, quantity)]
      late.push(pdu)
      if (losing) {
        losing = false
        if (isTold) hear(exception(sent, unit), 500)
        return
      }
      const fits = late.findIndex(({ length }) => length === pdu.length)
      hear(tcpFrame((sent[0]! << 8) | sent[1]!, unit, ...late.splice(fits, 1)[0]!), 30)
    })
    return {
      ...bench,
      lose() {
        late.length = 0
        losing = true
      },
    }
  }

  test.each([
    ['exception 0B', true],
    ['silence', false],
  ])('after %s nothing is another register’s', async (_, isTold) => {
    const { lose, readOnce, line, clock } = await behindGateway(1, isTold)
    const [first, second] = ENERGIES as [Point, Point]
    const healthy = await readOnce([first])
    expect([healthy.values, healthy.exchanges.length]).toEqual([{ '3:10': 1_000 }, 1])
    lose()
    await readOnce([first])
    for (let poll = 0; poll < 6; poll++) {
      const { values } = await readOnce([second])
      expect(['V-F8', 2_000]).toContain(values['3:20'])
      await clock.pass(60_000)
    }
    expect((await readOnce([second])).values).toEqual({ '3:20': 2_000 })
    await line.stop()
  })

  test('units 0 and 255 are the device itself: a question lost costs nothing more', async () => {
    const { lose, readOnce, line } = await behindGateway(255, true)
    lose()
    await readOnce([ENERGIES[0]!], {}, '255')
    const { exchanges } = await readOnce([ENERGIES[0]!], {}, '255')
    expect(exchanges).toHaveLength(1)
    await line.stop()
  })
})

describe('V-F8 a repeater that brings each answer a second time, later', () => {
  /** The meter takes 40 ms for each answer, and 65 where a copy of the one before comes first: what it displaces, it displaces for good. */
  async function repeated(truth: (address: number) => number, copies: (asked: number) => boolean) {
    let heard: Uint8Array | null = null
    let onItsWay: { readonly answer: Uint8Array; readonly at: number }[] = []
    let freeAt = 0
    return lineThrough(rtu, ({ address, quantity, asked, at }, hear) => {
      const answer = replyTo(truth, address, quantity)
      heard = onItsWay.findLast(each => each.at <= at)?.answer ?? heard
      onItsWay = onItsWay.filter(each => each.at > at)
      const isCopied = heard !== null && copies(asked)
      if (heard && isCopied) hear(heard, 5)
      freeAt = Math.max(freeAt, at) + (isCopied ? 65 : 40)
      hear(answer, freeAt - at)
      onItsWay.push({ answer, at: freeAt })
    })
  }
  const truth = (address: number) => 1_000 * (address / 10)

  const someZeros = (address: number) => (address === 20 ? 5_000 : 0)
  test.each<[string, Traits, (address: number) => number]>([
    ['that allows no other shape', {}, truth],
    ['that allows others', { maxHole: 4 }, truth],
    ['that allows no other shape, and holds zeros', {}, someZeros],
    ['that allows others, and holds zeros', { maxHole: 4 }, someZeros],
  ])('a meter %s: at no question is the copy believed', async (_, traits, held) => {
    for (let from = 0; from < 10; from++)
      for (const many of [1, 2, 100]) {
        const { line, readOnce, clock } = await repeated(held, asked => asked >= from && asked < from + many)
        for (let poll = 0; poll < 4; poll++) {
          const { values, isDoubled } = await readOnce(ENERGIES, traits)
          for (const [item, value] of Object.entries(values))
            if (!isDoubled && typeof value === 'number')
              expect([from, many, poll, item, value]).toEqual([
                from,
                many,
                poll,
                item,
                held(Number(item.slice(2))),
              ])
          await clock.pass(2_000)
        }
        await line.stop()
      }
  })

  test('registers that truly hold the same are read, for one question more', async () => {
    for (const [traits, most] of [
      [{ maxHole: 4 }, 4],
      [{}, 6],
    ] as const) {
      const { line, readOnce } = await repeated(
        () => 0,
        () => false,
      )
      for (let poll = 0; poll < 3; poll++) {
        const { values, exchanges, isDoubled } = await readOnce(ENERGIES, traits)
        expect([values, isDoubled]).toEqual([{ '3:10': 0, '3:20': 0, '3:30': 0 }, false])
        expect(exchanges.length).toBeLessThanOrEqual(most)
      }
      expect(line.doubtOf('m1').isCopied()).toBe(false)
      await line.stop()
    }
  })

  test('a meter whose answers all differ is asked nothing more', async () => {
    const { line, readOnce } = await repeated(truth, () => false)
    for (let poll = 0; poll < 3; poll++) expect((await readOnce(ENERGIES)).exchanges).toHaveLength(3)
    await line.stop()
  })
})

describe('V-F3 V-F8 an order is not done because something that looks like its answer came', () => {
  const OPEN = { function: 5 as const, item: '1:8', open: '0000', close: 'FF00' }
  const order: RelayOrder = {
    action: 'open',
    authority: { level: '00', password: '', operator: '1' },
    validForSeconds: 60,
    ageMs: () => 0,
  }
  const load = point('3:16', 'u16', { unit: 'W', name: 'power' })
  const byCoil = { state: { point: point('1:8', 'bit'), open: '0', closed: '1' }, order: OPEN, load }
  /** State and load have one shape. */
  const byRegister = {
    state: { point: point('3:8', 'u16'), open: '0', closed: '1' },
    order: { ...OPEN, function: 6 as const, item: '3:8', open: '0000', close: '0001' },
    load,
  }

  /** A relay welded shut: it says open once it is told so where `says`, and the load goes on. Copies come after the next question. */
  async function ordered(
    relay: typeof byCoil | typeof byRegister,
    device: { says: boolean; copies: (asked: number) => boolean; losesOrder?: boolean },
  ) {
    let isOpen = false
    let heard: Uint8Array | null = null
    const bench = await lineThrough(rtu, ({ sent, address, asked }, hear) => {
      const code = sent[1]!
      const isOrder = code === 5 || code === 6
      if (heard && device.copies(asked)) hear(heard, 5)
      if (isOrder && device.losesOrder) return
      if (isOrder && device.says) isOpen = true
      const state = isOpen ? 0 : 1
      const reply = isOrder
        ? sent
        : code === 1
          ? rtuFrame(1, 1, 1, state)
          : rtuFrame(1, 3, 2, ...(address === 8 ? [0, state] : [8, 0]))
      heard = reply
      hear(reply, 65)
    })
    const conversation = () =>
      rtu.orderRelay!(
        call({ traits: { relay }, sequence: bench.line.sequence, doubt: bench.line.doubtOf('m1') }),
        order,
      )
    return { ...bench, conversation }
  }

  test.each([
    ['a coil', byCoil],
    ['a register beside its load', byRegister],
  ])('%s: whichever answers come twice, a welded relay is not open', async (_, relay) => {
    for (let from = 0; from < 8; from++)
      for (const many of [1, 2, 100]) {
        const { line, hold, conversation } = await ordered(relay, {
          says: true,
          copies: asked => asked >= from && asked < from + many,
        })
        const { outcome, evidence }: RelayAnswer = await hold(conversation())
        expect([from, many, outcome, evidence.verdict]).not.toContain('done')
        expect([from, many, evidence.verdict]).not.toContain('as-ordered')
        await line.stop()
      }
  })

  test('the answer to an order before, once more, does not make the next one done', async () => {
    let losing = false
    for (const relay of [byCoil, byRegister]) {
      let first: Uint8Array | null = null
      const { line, hold, conversation, clock } = await (async () => {
        const bench = await lineThrough(rtu, ({ sent, address }, hear) => {
          const code = sent[1]!
          if (code === 5 || code === 6) {
            if (losing && first) hear(first, 30)
            first = sent
            if (!losing) hear(sent, 30)
            return
          }
          hear(
            code === 1 ? rtuFrame(1, 1, 1, 1) : rtuFrame(1, 3, 2, ...(address === 8 ? [0, 1] : [8, 0])),
            30,
          )
        })
        return {
          ...bench,
          conversation: () =>
            rtu.orderRelay!(
              call({ traits: { relay }, sequence: bench.line.sequence, doubt: bench.line.doubtOf('m1') }),
              order,
            ),
        }
      })()
      losing = false
      await hold(conversation())
      losing = true
      await clock.pass(1_000)
      const { outcome, after } = await hold(conversation())
      expect([outcome, after?.isOpen]).toEqual(['accepted', false])
      await line.stop()
    }
  })

  test('a line that only echoes: a command writes nothing', async () => {
    for (const given of [
      { item: '3:1:u16', value: '5' },
      { item: '1:1', value: '1' },
    ]) {
      const sent: Uint8Array[] = []
      const { line, hold } = await lineThrough(rtu, ({ sent: bytes }, hear) => {
        sent.push(bytes)
        hear(bytes, 5)
      })
      const told = rtu.commands!.get('write')!.run(call(), given) as Conversation<Obeyed>
      expect((await hold(told)).outcome).toBe('not-sent')
      expect(sent.every(([, code]) => code === 3 || code === 1)).toBe(true)
      await line.stop()
    }
  })
})
