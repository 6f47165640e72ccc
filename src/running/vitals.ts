/** Figures only the process itself knows. */

import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Stop } from './stops.ts'

export interface Vitals {
  readonly residentBytes: number
  /** 99th percentile of the event loop's delay since the last look, s. */
  readonly eventLoopLagSeconds: number
}

export function startVitals(stops: Stop[]): () => Vitals {
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  stops.push(async () => delay.disable())
  return () => {
    const eventLoopLagSeconds = delay.percentile(99) / 1e9
    delay.reset()
    return { residentBytes: process.memoryUsage.rss(), eventLoopLagSeconds }
  }
}
