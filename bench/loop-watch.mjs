// Preloaded into a daemon: tells its parent, when asked, how long its main thread was blocked at most since the last time.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

if (isMainThread && process.send) {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  process.on('message', () => {
    process.send({ maxMs: delay.max / 1e6 })
    delay.reset()
  })
  process.channel.unref()
}
