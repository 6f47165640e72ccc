// A process that starts the product's threads `times` times, one after another; from `src`, or from `dist/src`. It
// strips no types itself: as long as the first thread holds what V8 compiled, nothing is freed.

import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'

const [place, times] = process.argv.slice(2)

function start(thread, workerData) {
  const file = `${thread}.${place === 'src' ? 'ts' : 'js'}`
  return new Worker(join(import.meta.dirname, '..', '..', '..', place, file), { workerData })
}

async function ask(thread, asked) {
  thread.postMessage(asked)
  const [answer] = await once(thread, 'message')
  if ('fault' in answer || 'defect' in answer) throw new Error(JSON.stringify(answer))
}

for (let count = 0; count < Number(times); count++) {
  const directory = mkdtempSync(join(tmpdir(), 'meterd-threads-'))
  const keep = { billing: 1e9, curve: 1e9, instantaneous: 1e9, frames: 1e9 }
  const store = start('store/worker', { directory, limits: { maxBytes: 1e9, keep, offsetMinutes: 480 } })
  await once(store, 'message')
  const pages = start('api/page-thread/worker', { directory, gateway: 'gw', offsetMinutes: 480, meters: [] })
  const readings = { meter: 'm1', from: 0, to: 1, limit: 1 }
  await ask(pages, { call: 1, name: 'history', asked: { readings, list: 'all' } })
  await pages.terminate()
  const ended = once(store, 'exit')
  await ask(store, { call: 1, name: 'close', given: [] })
  await ended
  rmSync(directory, { recursive: true })
}
process.stdout.write(`started ${times} times\n`)
