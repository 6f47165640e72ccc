/** A process of simulated DTUs for benchmarks, a meter behind each; hangs all of them up when told to. */

import { systemClock } from '../src/core/clock.ts'
import { silentLog } from '../src/core/log.ts'
import { startSimulator } from '../src/simulator/simulator.ts'
import { DTU, HEARTBEAT, HEARTBEAT_EVERY_MS } from './dialled.ts'

const [port = 0, count = 0] = process.argv.slice(2).map(Number)
const meters = Array.from({ length: count }, (_, index) => ({
  protocol: 'dlt645-2007',
  address: String(index + 1).padStart(12, '0'),
  profile: 'single-phase',
  dial: {
    host: '127.0.0.1',
    port,
    registration: Buffer.from(`REG:${DTU(index)};`),
    heartbeat: Buffer.from(HEARTBEAT),
    everyMs: HEARTBEAT_EVERY_MS,
    manners: [],
  },
}))
const simulator = await startSimulator(
  { seed: 1, listeners: [{ url: null, meters, faults: {} }] },
  { clock: systemClock, log: silentLog, offsetMinutes: 480 },
)
process.on('message', () => simulator.hangUp())
process.on('SIGTERM', () => void simulator.stop().then(() => process.exit(0)))
process.send?.('dialling')
