/** A device that takes so many requests at once and no more, and a driver that never asks it for more. */

import { afterEach, describe, expect, test } from 'vitest'
import { drivers } from '../../drivers/modbus/index.ts'
import { systemClock } from '../../src/core/clock.ts'
import { silentLog } from '../../src/core/log.ts'
import { seededRandom } from '../../src/core/random.ts'
import type { SimulatedQuirks } from '../../src/core/simulated.ts'
import { createLine, PRIORITY } from '../../src/line/line.ts'
import { transportFor } from '../../src/line/transports.ts'
import { startSimulator } from '../../src/simulator/simulator.ts'
import { OFFSET_MINUTES } from './master.ts'
import { profileOf } from './models.ts'

const tcp = drivers.find(({ protocol }) => protocol === 'modbus-tcp')!
const { points, traits: own, ...profile } = profileOf('abb-b23')
/** Small spans, so that there are many of them, and no rest between: requests may then be under way together. */
const { gapMs: _, ...rest } = own
const traits = { ...rest, maxRegisters: 4 }

let undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.reverse()) await one()
  undo = []
})

/** Reads the whole profile from a device of `takes` at once, the driver believing in `believed`. */
async function read(takes: number | undefined, believed: number | undefined, quirks: SimulatedQuirks = {}) {
  const model = { ...profile, points, traits: takes === undefined ? traits : { ...traits, inFlight: takes } }
  const simulator = await startSimulator(
    {
      seed: 1,
      listeners: [
        {
          url: { kind: 'modbus-tcp', host: '127.0.0.1', port: 0 },
          meters: [{ protocol: 'modbus-tcp', address: '1', profile: model.profile, quirks, model }],
          faults: {},
        },
      ],
    },
    { clock: systemClock, log: silentLog, offsetMinutes: OFFSET_MINUTES, replyDelayMs: [20, 20] },
  )
  undo.push(() => simulator.stop())
  const { port } = simulator.listening[0]!
  const url = { kind: 'modbus-tcp', host: '127.0.0.1', port } as const
  const line = createLine({
    id: 'a',
    url,
    replyWithinMs: 300,
    inFlight: 16,
    clock: systemClock,
    random: seededRandom(1),
    transport: transportFor(url),
    claim: async () => () => Promise.resolve(),
    log: silentLog,
  })
  line.start()
  await line.opened()
  undo.push(() => line.stop())
  const { exchanges, result } = await line.converse({
    driver: tcp,
    conversation: tcp.read(
      {
        address: '1',
        sequence: line.sequence,
        traits: believed === undefined ? traits : { ...traits, inFlight: believed },
        refusedBefore: new Set(),
      },
      points,
    ),
    priority: PRIORITY.onDemand,
    meter: '1',
    retries: { silent: 0, silentOnceAnswered: 0, damaged: 0 },
  })
  return {
    asked: exchanges.length,
    busy: exchanges.filter(({ frame }) => frame && frame.bytes[7]! & 0x80 && frame.bytes[8] === 6).length,
    silent: exchanges.filter(({ frame }) => frame === null).length,
    values: result.reads.filter(one => 'value' in one).length,
  }
}

describe('requests at once', () => {
  test.each([undefined, 2, 4, 16])(
    'a device that takes %s is never asked for more, and all is read',
    async many => {
      const { asked, busy, silent, values } = await read(many, many)
      expect(asked).toBeGreaterThan(5)
      expect([busy, silent, values]).toEqual([0, 0, points.length])
    },
  )

  test('who asks for more is told that it is busy', async () => {
    expect((await read(2, 8)).busy).toBeGreaterThan(0)
  })

  test('or is told nothing, by devices that drop what they have no room for', async () => {
    const { busy, silent } = await read(2, 8, { 'beyond-in-flight': 'silent' })
    expect(busy).toBe(0)
    expect(silent).toBeGreaterThan(0)
  })
})
