/** Asks the store's thread one question at a time and matches its answers; a dead thread refuses all of them. */

import { Worker } from 'node:worker_threads'
import { Fault } from '../core/faults.ts'
import type { Answer, Ask, Calls, Opening, Refusal } from './protocol.ts'

export interface Thread {
  ask<Name extends keyof Calls>(
    name: Name,
    ...given: Parameters<Calls[Name]>
  ): Promise<ReturnType<Calls[Name]>>
  /** The same, with memory handed over instead of copied. */
  hand<Name extends keyof Calls>(
    transfer: readonly ArrayBuffer[],
    name: Name,
    ...given: Parameters<Calls[Name]>
  ): Promise<ReturnType<Calls[Name]>>
  /** Resolves when the thread has ended. */
  readonly ended: Promise<void>
}

interface Pending {
  readonly answered: (result: unknown) => void
  readonly refused: (fault: Fault) => void
}

/** Resolves with the thread and the answer to the opening, or rejects with its fault. */
export async function startThread(
  opening: Opening,
  notice: (notice: Refusal) => void,
  broken: (fault: Fault) => void,
): Promise<{ readonly thread: Thread; readonly epoch: number }> {
  // The same file beside this one, as source or compiled.
  const entry = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)
  const worker = new Worker(entry, { workerData: opening })
  const pending = new Map<number, Pending>()
  let calls = 0
  let gone: Fault | null = null

  const opened = new Promise<unknown>((answered, refused) => pending.set(0, { answered, refused }))
  const ended = new Promise<void>(resolve => worker.once('exit', () => resolve()))

  function lose(why: string, cause?: unknown): void {
    gone ??= new Fault('STORE_FAILED', why, cause)
    for (const { refused } of pending.values()) refused(gone)
    pending.clear()
  }

  worker.on('message', (answer: Answer) => {
    if ('notice' in answer) return notice(answer.notice)
    if ('broken' in answer) return broken(new Fault(answer.broken.code, answer.broken.text))
    const asked = pending.get(answer.call)
    pending.delete(answer.call)
    if ('fault' in answer) asked?.refused(new Fault(answer.fault.code, answer.fault.text))
    else asked?.answered(answer.result)
  })
  worker.on('error', error => lose(`the store's thread broke: ${String(error)}`, error))
  worker.on('exit', () => lose('the store is closed'))

  const hand: Thread['hand'] = (transfer, name, ...given) =>
    new Promise((answered, refused) => {
      if (gone) return refused(gone)
      const ask: Ask = { call: ++calls, name, given }
      // The protocol pairs each name with its result; the thread answers with exactly that.
      pending.set(ask.call, { answered: answered as Pending['answered'], refused })
      worker.postMessage(ask, transfer)
    })

  const epoch = Number(await opened)
  return { thread: { ask: (name, ...given) => hand([], name, ...given), hand, ended }, epoch }
}
