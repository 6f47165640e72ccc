/** The scan against simulated buses: meters of both editions that collide as two drivers on one pair of wires do. */

import { describe, expect, test } from 'vitest'
import { drivers } from '../../drivers/dlt645/index.ts'
import { type ScanAsked, type ScanParts, scanLine } from '../../src/commission/scan.ts'
import { settingInWords, settingsFor, urlText } from '../../src/commission/speeds.ts'
import { Fault } from '../../src/core/faults.ts'
import { type LineUrl, parseLineUrl } from '../../src/core/line-url.ts'
import { silentLog } from '../../src/core/log.ts'
import { seededRandom } from '../../src/core/random.ts'
import { createLine } from '../../src/line/line.ts'
import type { Transport } from '../../src/line/transport.ts'
import { createBus } from '../../src/simulator/bus.ts'
import { dialect645 } from '../../src/simulator/dlt645/dialect.ts'
import { createLedger } from '../../src/simulator/faults.ts'
import { createMeter } from '../../src/simulator/meter.ts'
import { createMeter1997 } from '../../src/simulator/meter-1997.ts'
import { createMeter2007 } from '../../src/simulator/meter-2007.ts'
import type { Slave } from '../../src/simulator/slave.ts'
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts'

const TCP: LineUrl = { kind: 'tcp', host: '127.0.0.1', port: 1 }
const SERIAL: LineUrl = {
  kind: 'serial',
  path: '/dev/bench',
  baud: 2400,
  parity: 'even',
  dataBits: 8,
  stopBits: 1,
}

const meterOf = (protocol: string, address: string, phases: 1 | 3 = 1) =>
  createMeter({ seed: 1, protocol, address, phases, offsetMinutes: 480 })
const m2007 = (address: string, phases: 1 | 3 = 1) => createMeter2007(meterOf('dlt645-2007', address, phases))
const m1997 = (address: string) => createMeter1997(meterOf('dlt645-1997', address, 3))

/** What a wire carries back at one setting; what is sent is heard by the meters only where the setting fits. */
function wireOf(
  slaves: readonly Slave[],
  clock: VirtualClock,
  spoil: (bytes: Uint8Array) => Uint8Array,
): Transport {
  const bus = createBus({
    listener: 0,
    slaves: new Map([[dialect645, slaves]]),
    faults: {},
    replyDelayMs: [20, 40],
    ledger: createLedger(),
    clock,
    random: seededRandom(1),
  })
  let intake: ReturnType<typeof bus.connect> | null = null
  return {
    async open(ears) {
      intake = bus.connect(bytes => ears.bytes(spoil(bytes)))
    },
    write: bytes => intake?.receive(bytes),
    async close() {
      intake?.close()
      intake = null
    },
  }
}

const DEAF: Transport = { open: async () => undefined, write: () => undefined, close: async () => undefined }

interface Bench {
  readonly slaves: readonly Slave[]
  readonly asked?: Partial<ScanAsked>
  /** What is there at a setting; the whole bus at all of them unless told otherwise. */
  readonly transportAt?: (url: LineUrl, bus: Transport) => Transport
  readonly spoil?: (bytes: Uint8Array) => Uint8Array
  readonly whyNot?: ScanParts['whyNot']
}

async function scan({
  slaves,
  asked = {},
  transportAt = (_, bus) => bus,
  spoil = bytes => bytes,
  whyNot = () => null,
}: Bench) {
  const clock = virtualClock()
  const said: string[] = []
  const scanning = scanLine(
    {
      settings: [TCP],
      drivers,
      withinMs: 500,
      root: null,
      thorough: false,
      mostProbes: 1_000,
      ...asked,
    },
    {
      clock,
      whyNot,
      progress: text => said.push(text),
      open: async url => {
        const line = createLine({
          id: 'bench',
          url,
          replyWithinMs: 500,
          inFlight: 1,
          clock,
          random: seededRandom(2),
          transport: transportAt(url, wireOf(slaves, clock, spoil)),
          claim: async () => async () => undefined,
          log: silentLog,
          expectsSilence: true,
        })
        line.start()
        await line.opened()
        return line
      },
    },
  )
  let over = false
  const ended = scanning.finally(() => {
    over = true
  })
  ended.catch(() => undefined)
  while (!over) await clock.pass(5_000)
  return { ...(await ended), said }
}

const addresses = ({ meters }: Awaited<ReturnType<typeof scan>>) =>
  meters.map(({ address, protocol }) => `${address} ${protocol}`)

describe('a scan', () => {
  test('of nobody finds nobody and asks each protocol once', async () => {
    expect(await scan({ slaves: [] })).toMatchObject({ meters: [], unresolved: [], probes: 2, ended: null })
  })

  test('takes bytes heard once and never again for noise', async () => {
    let noises = 0
    const found = await scan({
      slaves: [],
      transportAt: (_, bus) => {
        let hear: (bytes: Uint8Array) => void = () => undefined
        return {
          ...bus,
          open(ears) {
            hear = ears.bytes
            return bus.open(ears)
          },
          write() {
            noises += 1
            if (noises === 1) hear(Uint8Array.of(0x00, 0x5a, 0x11))
          },
        }
      },
    })
    expect(found).toMatchObject({ meters: [], unresolved: [], probes: 2 })
  })

  test('finds one meter at once, and learns what it serves', async () => {
    const found = await scan({ slaves: [m2007('000000000161')] })
    expect(addresses(found)).toEqual(['000000000161 dlt645-2007'])
    expect(found.probes).toBe(2)
    expect(found.meters[0]).toMatchObject({ phases: 1 })
    expect(found.meters[0]!.capabilities!.serves).toContain('0001FF00')
    expect(found.meters[0]!.capabilities!.facts['04000402']).toBeDefined()
    expect((await scan({ slaves: [m2007('000000000161', 3)] })).meters[0]).toMatchObject({ phases: 3 })
  })

  test('learns that long answers come in several frames, and which addresses a meter answers to', async () => {
    const alone = await scan({ slaves: [m2007('000000000161')] })
    expect(alone.meters[0]).toMatchObject({
      capabilities: { followUp: true, silentTo: [] },
      addressRules: ['AAAAAAAAAAAA', 'AAAAAAAAAA61', 'AAAAAA000161', 'AA0000000161'].map(asked => ({
        asked,
        answeredUnder: '000000000161',
      })),
    })
    const old = await scan({ slaves: [m1997('970000000001')], asked: { drivers: drivers.slice(1) } })
    expect(old.meters[0]!.addressRules).toContainEqual({ asked: 'AAAAAAAAAA01', answeredUnder: null })
    expect(old.meters[0]!.addressRules).toContainEqual({
      asked: 'AAAAAA000001',
      answeredUnder: '970000000001',
    })
  })

  test('takes for silence what was silence both times, and nothing that came damaged', async () => {
    const DAMAGED = '0001FF00'
    const SILENT = '0002FF00'
    const itemIn = (bytes: Uint8Array) =>
      Buffer.from(
        bytes
          .subarray(bytes.indexOf(0x68) + 10)
          .slice(0, 4)
          .map(byte => byte - 0x33)
          .reverse(),
      )
        .toString('hex')
        .toUpperCase()
    const meter = m2007('000000000161')
    const found = await scan({
      slaves: [
        { ...meter, answer: (asked, now) => (itemIn(asked) === SILENT ? null : meter.answer(asked, now)) },
      ],
      spoil: bytes => (itemIn(bytes) === DAMAGED ? bytes.with(bytes.length - 2, bytes.at(-2)! ^ 1) : bytes),
    })
    const { silentTo, serves, refuses, ...rest } = found.meters[0]!.capabilities!
    expect(silentTo).toEqual([SILENT])
    expect([...serves, ...refuses]).not.toContain(DAMAGED)
    expect(rest).not.toHaveProperty('unanswered')
  })

  test('asks for no address that a neighbour would answer to as well', async () => {
    const found = await scan({ slaves: ['000000000161', '123456000161'].map(address => m2007(address)) })
    expect(found.meters.map(({ addressRules }) => addressRules.map(({ asked }) => asked))).toEqual([
      ['AA0000000161'],
      ['AA3456000161'],
    ])
  })

  test('names a meter it came to too late to ask as not asked', async () => {
    let looks = 0
    const found = await scan({
      slaves: ['000000000161', '000000000162'].map(address => m2007(address)),
      // A look for each address asked, and one before each meter found is asked what it serves.
      whyNot: () => (++looks > 102 ? 'it is midnight' : null),
    })
    expect(found.ended).toBe('it is midnight')
    expect(found.meters.map(({ isAsked, capabilities }) => [isAsked, capabilities !== null])).toEqual([
      [true, true],
      [false, false],
    ])
  })

  test('tells a collision from silence and finds all who collide', async () => {
    const meters = ['000000000161', '000000000162', '123456789061', '000000000007']
    const found = await scan({ slaves: meters.map(address => m2007(address)) })
    expect(addresses(found)).toEqual(meters.toSorted().map(address => `${address} dlt645-2007`))
    expect(found).toMatchObject({ unresolved: [], shared: [], ended: null })
    for (const { capabilities } of found.meters) expect(capabilities).not.toBeNull()
  })

  test('finds both editions on one line, each by its own questions', async () => {
    const found = await scan({ slaves: [m2007('000000000161'), m1997('970000000001')] })
    expect(addresses(found)).toEqual(['000000000161 dlt645-2007', '970000000001 dlt645-1997'])
  })

  test('names meters of 1997 that know no short address as unresolved, and finds them below six digits', async () => {
    const slaves = [m1997('970000000001'), m1997('970000000002')]
    const blind = await scan({ slaves, asked: { drivers: drivers.slice(1) } })
    expect(blind).toMatchObject({ meters: [], unresolved: [{ address: 'AAAAAAAAAAAA' }] })
    const told = await scan({ slaves, asked: { drivers: drivers.slice(1), root: 'AAAAAA000002' } })
    expect(addresses(told)).toEqual(['970000000002 dlt645-1997'])
  })

  test('names two meters of one address as shared', async () => {
    const twins = [m2007('000000000161', 1), m2007('000000000161', 3)]
    // Twins with one preamble would say the same bit for bit; these say different registers.
    const found = await scan({
      slaves: twins,
      asked: { root: '000000000161', drivers: drivers.slice(0, 1) },
      spoil: bytes => bytes.with(bytes.length - 2, bytes.at(-2)! ^ 1),
    })
    expect(found.shared).toMatchObject([{ address: '000000000161' }])
    expect(found.meters).toEqual([])
  })

  test('goes through the settings of a serial line until a meter answers', async () => {
    const found = await scan({
      slaves: [m2007('000000000161')],
      asked: { settings: settingsFor(SERIAL, true) },
      transportAt: (url, bus) => (settingInWords(url) === '9600 8E1' ? bus : DEAF),
    })
    expect(found.meters.map(({ url }) => settingInWords(url))).toEqual(['9600 8E1'])
    expect(found.said.filter(text => text.includes('who is there'))).toHaveLength(6)
  })

  test('passes over a setting the port does not know, but not over a port that is another’s', async () => {
    const refuse = (code: 'LINE_UNREACHABLE' | 'LINE_OWNED') => (url: LineUrl, bus: Transport) => {
      if (settingInWords(url) === '2400 8E1') throw new Fault(code, 'serial port /dev/bench: no such speed')
      return bus
    }
    const asked = { settings: settingsFor(SERIAL, true) }
    const found = await scan({
      slaves: [m2007('000000000161')],
      asked,
      transportAt: refuse('LINE_UNREACHABLE'),
    })
    expect(found.meters.map(({ url }) => settingInWords(url))).toEqual(['1200 8E1'])
    await expect(scan({ slaves: [], asked, transportAt: refuse('LINE_OWNED') })).rejects.toMatchObject({
      code: 'LINE_OWNED',
    })
  })

  test('passes over a setting that an RFC 2217 server does not take, but not over a server that is away', async () => {
    const url = parseLineUrl('rfc2217://box:4001')
    if ('wrong' in url) throw new Error(url.wrong)
    const refuse = (why: string) => (at: LineUrl, bus: Transport) => {
      if (settingInWords(at) === '2400 8E1') throw new Fault('LINE_UNREACHABLE', `rfc2217://box:4001: ${why}`)
      return bus
    }
    const asked = { settings: settingsFor(url, true) }
    const found = await scan({
      slaves: [m2007('000000000161')],
      asked,
      transportAt: refuse('its port does not take 2400 8E1'),
    })
    expect(found.meters.map(meter => urlText(meter.url))).toEqual([
      'rfc2217://box:4001?baud=1200&parity=even',
    ])
    await expect(
      scan({ slaves: [], asked, transportAt: refuse('nothing listens there') }),
    ).rejects.toMatchObject({
      text: expect.stringContaining('nothing listens there'),
    })
  })

  test('ends when the line is no longer its own, with what it has', async () => {
    let looks = 0
    const found = await scan({
      slaves: [m2007('000000000161'), m2007('000000000162')],
      whyNot: () => (++looks > 70 ? 'it is midnight' : null),
    })
    expect(found).toMatchObject({ ended: 'it is midnight', probes: 70 })
    expect(addresses(found)).toEqual(['000000000161 dlt645-2007', '000000000162 dlt645-2007'])
  })

  test('ends at its limit and says so', async () => {
    const found = await scan({
      slaves: [m2007('000000000161'), m2007('000000000162')],
      asked: { mostProbes: 20 },
    })
    expect(found.ended).toContain('20 probes')
    expect(found.probes).toBe(20)
  })

  test('keeps what it has when the line goes down', async () => {
    let written = 0
    const found = await scan({
      slaves: [m2007('000000000161'), m2007('000000000162')],
      transportAt: (_, bus) => {
        let hangUp: (why: string) => void = () => undefined
        return {
          ...bus,
          open(ears) {
            hangUp = ears.closed
            return bus.open(ears)
          },
          write(bytes) {
            written += 1
            if (written > 80) hangUp('the other side closed the connection')
            else bus.write(bytes)
          },
        }
      },
    })
    expect(found.ended).toContain('the line was down')
    expect(found.meters).toHaveLength(2)
  })

  test('hears two whole answers one after the other as two meters', async () => {
    const clock = virtualClock()
    const own = [m2007('000000000161'), m2007('000000000162')]
    const buses = own.map(slave => wireOf([slave], clock, bytes => bytes))
    // The second meter takes its time, so that nothing is damaged.
    const both: Transport = {
      async open(ears) {
        await buses[0]!.open(ears)
        await buses[1]!.open({ ...ears, bytes: bytes => void clock.after(200, () => ears.bytes(bytes)) })
      },
      write: bytes => {
        for (const bus of buses) bus.write(bytes)
      },
      close: async () => undefined,
    }
    const line = createLine({
      id: 'bench',
      url: TCP,
      replyWithinMs: 500,
      inFlight: 1,
      clock,
      random: seededRandom(2),
      transport: both,
      claim: async () => async () => undefined,
      log: silentLog,
      expectsSilence: true,
    })
    line.start()
    const scanning = scanLine(
      {
        settings: [TCP],
        drivers: drivers.slice(0, 1),
        withinMs: 500,
        root: null,
        thorough: false,
        mostProbes: 500,
      },
      { clock, whyNot: () => null, progress: () => undefined, open: async () => line },
    )
    let over = false
    void scanning.finally(() => {
      over = true
    })
    while (!over) await clock.pass(5_000)
    const { meters, unresolved } = await scanning
    expect(meters.map(({ address }) => address)).toEqual(['000000000161', '000000000162'])
    expect(unresolved).toEqual([])
  })
})
