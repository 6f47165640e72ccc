/** A process of simulated meters for benchmarks: takes listeners as JSON, tells the ports it took, ends when told. */

import { simulatedModels } from '../src/cli/simulated-models.ts'
import { systemClock } from '../src/core/clock.ts'
import { silentLog } from '../src/core/log.ts'
import type { SimulatedLine } from '../src/core/simulated.ts'
import { startSimulator } from '../src/simulator/simulator.ts'

const written: SimulatedLine[] = JSON.parse(process.argv[2] ?? '[]')
const terminal = {
  out: console.log,
  err: console.error,
  readAll: async () => '',
  signal: new AbortController().signal,
}
const listeners = await Promise.all(
  written.map(async line => ({ ...line, meters: (await simulatedModels(line.meters, terminal)) ?? [] })),
)
const simulator = await startSimulator(
  { seed: 1, listeners },
  { clock: systemClock, log: silentLog, offsetMinutes: 480, replyDelayMs: [0, 0] },
)
process.send?.(simulator.listening.map(({ port }) => port))
process.on('SIGTERM', () => void simulator.stop().then(() => process.exit(0)))
