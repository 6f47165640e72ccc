/** The thread that makes pages: opens a reader of the store named in `workerData`, then answers until it is ended. */

import { getPriority, setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../../core/clock.ts'
import { keepEnvironmentOutOfReports } from '../../core/crash-report.ts'
import { assert, Fault } from '../../core/faults.ts'
import type { Refusal } from '../../store/protocol.ts'
import { openReader } from '../../store/reader.ts'
import { faultOf, primaryCode } from '../../store/sqlite-fault.ts'
import { createPages, type Pages } from './pages.ts'
import type { Answer, Ask, Opening } from './protocol.ts'

keepEnvironmentOutOfReports()
assert(parentPort !== null, 'pages are made in a thread of their own')
const port = parentPort

/** Lines and store come first wherever they and we want the processor. Nice values; Linux has one for each thread. */
const NICER_BY = 10
const NICEST = 19

function tell(answer: Answer, transfer: readonly ArrayBuffer[] = []): void {
  port.postMessage(answer, transfer)
}

/** A damaged file answers nothing more: what it would say next may be as wrong. */
let broken: Refusal | null = null

function answerOf(call: number, error: unknown): Answer {
  if (!(error instanceof Fault) && primaryCode(error) === null)
    return { call, defect: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  const { code, text } = faultOf(error, 'making a page')
  if (code === 'STORE_UNREADABLE' && broken === null) {
    broken = { code, text }
    tell({ found: { unreadable: text } })
  }
  return { call, fault: { code, text } }
}

function opened({ directory, ...site }: Opening): Pages {
  const found = (table: string, key: number | string) => tell({ found: { table, key } })
  const reader = openReader(directory, found, site.offsetMinutes)
  const { yield: turn, monotonic } = systemClock
  return createPages({ ...site, reader, turn, monotonic })
}

// 0 is the calling thread to Linux, and our whole process elsewhere.
if (process.platform === 'linux') setPriority(0, Math.min(NICEST, getPriority(0) + NICER_BY))
let pages: Pages | null = null

port.on('message', async ({ call, name, asked }: Ask) => {
  if (broken !== null) return tell({ call, fault: broken })
  try {
    pages ??= opened(workerData as Opening)
    // The protocol pairs each name with what it is asked.
    const made = await pages[name](asked as never)
    tell({ call, made }, ['page' in made ? made.page.buffer : made.buffer])
  } catch (error) {
    tell(answerOf(call, error))
  }
})
