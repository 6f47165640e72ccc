/**
 * A process of simulated meters for benchmarks: takes listeners as JSON, tells the ports it took, ends when told. A second
 * argument puts the meters' clocks ahead, ms.
 */

import { shippedLibrary } from '../src/cli/shipped.ts'
import { systemClock } from '../src/core/clock.ts'
import { silentLog } from '../src/core/log.ts'
import type { SimulatedLine } from '../src/core/simulated.ts'
import { startSimulator } from '../src/simulator/simulator.ts'

const written: SimulatedLine[] = JSON.parse(process.argv[2] ?? '[]')
const aheadMs = Number(process.argv[3] ?? 0)
const terminal = {
  out: console.log,
  err: console.error,
  readAll: async () => '',
  signal: new AbortController().signal,
}
const isModbus = written.some(({ meters }) => meters.some(({ protocol }) => protocol.startsWith('modbus')))
const profiles = isModbus ? (await shippedLibrary(terminal)).profiles : null
const listeners = written.map(line => ({
  ...line,
  meters: line.meters.map(meter => {
    const model = profiles?.get(meter.profile)
    return model === undefined ? meter : { ...meter, model }
  }),
}))
const clock = { ...systemClock, now: () => systemClock.now() + aheadMs }
const simulator = await startSimulator(
  { seed: 1, listeners },
  { clock, log: silentLog, offsetMinutes: 480, replyDelayMs: [0, 0] },
)
process.send?.(simulator.listening.map(({ port }) => port))
process.on('SIGTERM', () => void simulator.stop().then(() => process.exit(0)))
