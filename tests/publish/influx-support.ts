/** A sink on a server of the test's choosing, and single writes past the sink. */

import { createServer, type RequestListener } from 'node:http'
import { onTestFinished } from 'vitest'
import type { InfluxConfig } from '../../src/config/config.ts'
import { type Clock, systemClock } from '../../src/core/clock.ts'
import { seededRandom } from '../../src/core/random.ts'
import { createDispatcher } from '../../src/publish/dispatcher.ts'
import { createInfluxSink } from '../../src/publish/influx.ts'
import { createInfluxHttp } from '../../src/publish/influx-http.ts'
import { type Verdict, writeLines } from '../../src/publish/influx-write.ts'
import { type Asked, type Influx, startInflux } from '../support/influx.ts'
import { type ArrayStore, hastyClock, listLog } from './changes.ts'

export { influxAt } from './influx-place.ts'

export function sinkAt(config: InfluxConfig, clock: Clock = systemClock) {
  const log = listLog()
  const sink = createInfluxSink({ ...config, gateway: 'gw', epoch: 2, clock, log })
  onTestFinished(() => sink.stop())
  return { sink, log }
}

/**
 * A sink and its dispatcher, at work until the test ends; `log` is the dispatcher's, `sinkLog` the sink's. Only the
 * dispatcher is in a hurry: how long a server may take is the sink's, and a busy machine takes it.
 */
export async function writeTo(
  config: InfluxConfig,
  store: ArrayStore,
  clock: Clock = hastyClock(20),
  sinkClock: Clock = systemClock,
) {
  const { sink, log: sinkLog } = sinkAt(config, sinkClock)
  const log = listLog()
  const dispatcher = createDispatcher({ sink, store, clock, random: seededRandom(5), log })
  onTestFinished(() => dispatcher.stop())
  await dispatcher.start()
  return { dispatcher, log, sinkLog }
}

export async function influx(asked: Asked = {}): Promise<Influx> {
  const started = await startInflux(asked)
  onTestFinished(() => started.dispose())
  return started
}

/** One write past the sink. */
export async function write(
  config: InfluxConfig,
  lines: readonly string[],
  clock: Clock = systemClock,
): Promise<Verdict> {
  const http = createInfluxHttp(config, clock, new AbortController().signal)
  try {
    return await writeLines(http, config, lines)
  } finally {
    http.close()
  }
}

/** An HTTP server of the test's own making; the answer is its port. */
export async function serverThat(answers: RequestListener): Promise<number> {
  const server = createServer(answers)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
