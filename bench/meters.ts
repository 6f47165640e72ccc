/** A process of simulated meters for benchmarks: takes listeners as JSON, tells the ports it took, ends when told. */

import { systemClock } from '../src/core/clock.ts'
import { silentLog } from '../src/core/log.ts'
import type { SimulatedLine } from '../src/core/simulated.ts'
import { startSimulator } from '../src/simulator/simulator.ts'

const listeners: SimulatedLine[] = JSON.parse(process.argv[2] ?? '[]')
const simulator = await startSimulator(
  { seed: 1, listeners },
  { clock: systemClock, log: silentLog, offsetMinutes: 480, replyDelayMs: [0, 0] },
)
process.send?.(simulator.listening.map(({ port }) => port))
process.on('SIGTERM', () => void simulator.stop().then(() => process.exit(0)))
