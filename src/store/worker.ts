/** The store's thread: opens the file named in `workerData`, then answers questions until it is closed. */

import { parentPort, workerData } from 'node:worker_threads'
import { assert } from '../core/faults.ts'
import { openStoreFile } from './file.ts'
import type { Answer, Ask, Calls, Opening, Refusal } from './protocol.ts'
import { faultOf } from './sqlite-fault.ts'

assert(parentPort !== null, 'the store runs in a thread of its own')
const port = parentPort

function tell(answer: Answer): void {
  port.postMessage(answer)
}

function refusal(error: unknown, doing: string): Refusal {
  const { code, text } = faultOf(error, doing)
  return { code, text }
}

/** Runs one call and sends its result or its fault. */
function answer(call: number, doing: string, run: () => unknown): void {
  try {
    tell({ call, result: run() })
  } catch (error) {
    tell({ call, fault: refusal(error, doing) })
  }
}

function serve(calls: Calls): void {
  port.on('message', ({ call, name, given }: Ask) => {
    const run = calls[name] as (...given: readonly unknown[]) => unknown
    answer(call, `answering ${name}`, () => run(...given))
    if (name === 'close') port.close()
    else tidy(calls)
  })
}

/** Nobody waits for this; after a failure the next write is refused. */
function tidy(calls: Calls): void {
  try {
    calls.tidy()
  } catch (error) {
    tell({ notice: refusal(error, 'tidying the store') })
  }
}

const { directory, limits } = workerData as Opening

answer(0, 'opening the store', () => {
  const calls = openStoreFile(directory, limits, text => tell({ notice: { code: 'STORE_DAMAGED', text } }))
  serve(calls)
  return calls.epoch()
})
