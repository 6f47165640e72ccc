/** The store's thread: opens the file named in `workerData`, then answers questions until it is closed. */

import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../core/clock.ts'
import { keepEnvironmentOutOfReports } from '../core/crash-report.ts'
import { assert } from '../core/faults.ts'
import { openStoreFile } from './file.ts'
import type { Answer, Ask, Calls, Opening, Refusal } from './protocol.ts'
import { faultOf } from './sqlite-fault.ts'

keepEnvironmentOutOfReports()
assert(parentPort !== null, 'the store runs in a thread of its own')
const port = parentPort

function tell(answer: Answer): void {
  port.postMessage(answer)
}

function refusal(error: unknown, doing: string): Refusal {
  const { code, text } = faultOf(error, doing)
  return { code, text }
}

/** Runs one call and sends its result or its fault, which it answers. */
function answer(call: number, doing: string, run: () => unknown): Refusal | null {
  try {
    tell({ call, result: run() })
    return null
  } catch (error) {
    const fault = refusal(error, doing)
    tell({ call, fault })
    return fault
  }
}

function serve(calls: Calls): void {
  let broken: Refusal | null = null

  /** A damaged file answers nothing more: what it would say next may be as wrong. */
  function heed(fault: Refusal | null): void {
    if (broken !== null || fault?.code !== 'STORE_UNREADABLE') return
    broken = fault
    calls.condemn(fault.text)
    tell({ broken: fault })
  }

  port.on('message', ({ call, name, given }: Ask) => {
    const run = calls[name] as (...given: readonly unknown[]) => unknown
    if (broken !== null && name !== 'close') return tell({ call, fault: broken })
    const fault = answer(call, `answering ${name}`, () => run(...given))
    if (name === 'close') return port.close()
    heed(fault)
    if (broken === null) heed(tidy(calls))
  })
}

/** Nobody waits for this; after a failure the next write is refused. */
function tidy(calls: Calls): Refusal | null {
  try {
    calls.tidy()
    return null
  } catch (error) {
    const notice = refusal(error, 'tidying the store')
    tell({ notice })
    return notice
  }
}

const { directory, limits } = workerData as Opening

answer(0, 'opening the store', () => {
  const calls = openStoreFile(directory, limits, text => tell({ notice: { code: 'STORE_DAMAGED', text } }), {
    now: systemClock.now,
    say: notice => tell({ notice }),
  })
  serve(calls)
  return calls.epoch()
})
