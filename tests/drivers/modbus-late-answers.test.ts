/** Answers that come late, on a line where nothing but their length tells them apart: never a wrong value (PR-40, V-F8). */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { approximate } from '../../src/core/scaled.ts'
import type { Driver, RawRead } from '../../src/driver-api/driver.ts'
import { PRIORITY } from '../../src/line/line.ts'
import { createMeterAscii } from '../../src/simulator/modbus/ascii.ts'
import { createMeterRtu } from '../../src/simulator/modbus/rtu.ts'
import { meterOf } from '../simulator/master.ts'
import { modelOf, profileOf } from '../simulator/models.ts'
import { memoryLine } from '../support/memory-line.ts'
import { rounds } from '../support/rounds.ts'
import { virtualClock } from '../support/virtual-clock.ts'
import { ascii, call, rtu } from './modbus-support.ts'

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
          ...(withDoubt ? { isDoubtful: () => line.isDoubtful('m1') } : {}),
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

  test.each([
    ['abb-b23', [30, 30, 30, 9_000, 30], RTU],
    ['chint-dtsu666', [30, 30, 1_400, 30_000, 30], RTU],
    ['abb-b23', [30, 30, 30, 9_000, 30], ASCII],
  ] as const)(
    'V-F8 what the second reading is for: without it %s gives other registers’ values',
    async (profile, each, spoken) => {
      expect(await wrongValues(profile, each, false, spoken)).not.toEqual([])
      expect(await wrongValues(profile, each, true, spoken)).toEqual([])
    },
  )
})
