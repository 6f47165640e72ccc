/**
 * Pages made in a thread of their own: a million rows read, judged and written cost the thread that times the lines only
 * the sending (bench api-load). The first page asked for starts it, and so does the next after one that broke.
 */

import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import type { Config } from '../../config/config.ts'
import { Fault } from '../../core/faults.ts'
import type { Log } from '../../core/log.ts'
import { billedMeter } from '../../releasing/billed-meters.ts'
import { historyFacts } from '../../releasing/history-facts.ts'
import type { Store } from '../../store/store.ts'
import type { Pages } from './pages.ts'
import { namesOf } from './places.ts'
import type { Answer, Ask, Made, Opening } from './protocol.ts'

export interface PageThread extends Pages {
  /** To be called before the store is closed: it wants to be the last that has the file open. */
  stop(): Promise<void>
}

export interface PageThreadParts {
  readonly store: Pick<Store, 'report' | 'epoch'>
  readonly config: Pick<Config, 'dataDirectory' | 'gateway' | 'meters' | 'billing' | 'areas'> & {
    readonly site: Pick<Config['site'], 'offsetMinutes'>
  }
  readonly log: Log
}

export function createPageThread({ store, log, config }: PageThreadParts): PageThread {
  const { site, gateway } = config
  const opening: Opening = {
    directory: config.dataDirectory,
    gateway,
    epoch: store.epoch,
    offsetMinutes: site.offsetMinutes,
    meters: config.meters.map(meter => billedMeter(meter, site)),
    policy: config.billing,
    histories: config.meters.map(meter => historyFacts(meter, site)),
    areas: config.areas,
    names: namesOf(config.meters),
  }
  let running: Running | null = null
  let isStopped = false

  function start(): Running {
    const started = run(opening, store)
    void started.ended.then(why => {
      if (running === started) running = null
      if (!isStopped)
        log.error(
          { code: 'ASK_FAILED' },
          `the thread that makes pages ended; the next starts it again: ${why}`,
        )
    })
    return started
  }

  function ask<Name extends keyof Pages>(
    name: Name,
    asked: Asked<Name>,
    handed: readonly ArrayBuffer[] = [],
  ): ReturnType<Pages[Name]> {
    // What the page of this name is made of is what comes back for it.
    return answerOf(name, asked, handed) as ReturnType<Pages[Name]>
  }

  function answerOf(name: keyof Pages, asked: unknown, handed: readonly ArrayBuffer[]): Promise<Made> {
    if (isStopped) return Promise.reject(closed())
    running ??= start()
    return running.ask(name, asked, handed)
  }

  return {
    billing: asked => ask('billing', asked),
    releases: asked => ask('releases', asked),
    batch: asked => ask('batch', asked),
    changes: asked => ask('changes', asked),
    periods: asked => ask('periods', asked),
    batches: asked => ask('batches', asked),
    history: asked => ask('history', asked),
    intervals: asked => ask('intervals', asked),
    completeness: asked => ask('completeness', asked),
    calendar: asked => ask('calendar', asked),
    dossier: asked => ask('dossier', asked),
    clockRates: asked => ask('clockRates', asked),
    voltage: asked => ask('voltage', asked),
    releasedAs: asked => ask('releasedAs', asked),
    accounts: asked => ask('accounts', asked),
    account: asked => ask('account', asked),
    unpaired: asked => ask('unpaired', asked),
    balance: asked => ask('balance', asked),
    ledger: asked => ask('ledger', asked),
    events: asked => ask('events', asked),
    prices: asked => ask('prices', asked),
    safeguards: asked => ask('safeguards', asked),
    notices: asked => ask('notices', asked),
    visits: asked => ask('visits', asked),
    declared: asked => ask('declared', asked),
    facts: asked => ask('facts', asked),
    orderChanges: asked => ask('orderChanges', asked),
    archiveChange: asked => ask('archiveChange', asked),
    historyJudged: asked => ask('historyJudged', asked),
    creditJudged: asked => ask('creditJudged', asked),
    exportPart: asked => ask('exportPart', asked, asked.memory),
    async stop() {
      isStopped = true
      // It only reads: what it is about can be broken off.
      await running?.end()
    },
  }
}

type Asked<Name extends keyof Pages> = Parameters<Pages[Name]>[0]

interface Running {
  /** `handed` is theirs from now on. */
  ask(name: keyof Pages, asked: unknown, handed: readonly ArrayBuffer[]): Promise<Made>
  end(): Promise<unknown>
  /** Resolves with the reason. */
  readonly ended: Promise<string>
}

interface Pending {
  readonly made: (made: Made) => void
  readonly refused: (error: Error) => void
}

function run(opening: Opening, store: Pick<Store, 'report'>): Running {
  // The same file beside this one, as source or compiled.
  const entry = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)
  // Heaps begin with half-spaces of 1 MiB here (cli/small-heap.ts), and a part of an export is more than that.
  setFlagsFromString('--min-semi-space-size=4')
  const worker = new Worker(entry, { workerData: opening })
  const pending = new Map<number, Pending>()
  let calls = 0
  let reason: Error | null = null

  function lose(why: Error): void {
    reason ??= why
    for (const { refused } of pending.values()) refused(reason)
    pending.clear()
  }

  worker.on('message', (answer: Answer) => {
    // A store that is unreadable, or closed, has said so itself.
    if ('found' in answer) return void store.report(answer.found).catch(() => undefined)
    const asked = pending.get(answer.call)
    pending.delete(answer.call)
    if ('made' in answer) asked?.made(answer.made)
    else if ('fault' in answer) asked?.refused(new Fault(answer.fault.code, answer.fault.text))
    else asked?.refused(new Error(answer.defect))
  })
  worker.on('error', error => lose(new Error(`the thread that makes pages broke: ${String(error)}`)))
  return {
    ask: (name, asked, handed) =>
      new Promise((made, refused) => {
        if (reason) return refused(reason)
        const ask: Ask = { call: ++calls, name, asked }
        pending.set(ask.call, { made, refused })
        worker.postMessage(ask, handed)
      }),
    end() {
      lose(closed())
      return worker.terminate()
    },
    ended: new Promise(resolve =>
      worker.once('exit', code => {
        lose(new Error(`the thread that makes pages ended with ${code}`))
        resolve(reason?.message ?? '')
      }),
    ),
  }
}

function closed(): Fault {
  return new Fault('STORE_FAILED', 'the store is closed')
}
