/** `meterd missing`: which meters have no final release at a boundary, why, and what is next. */

import { parseArgs } from 'node:util'
import type { z } from 'zod'
import type { completenessPage } from '../api/completeness-shapes.ts'
import { systemClock } from '../core/clock.ts'
import { Fault } from '../core/faults.ts'
import { civilOf } from '../core/time.ts'
import { askDaemon } from './ask-daemon.ts'
import { dataPlace } from './data-place.ts'
import { BAD_CONFIG, type Terminal, type Verb, WrongUse } from './verb.ts'

type Page = z.infer<typeof completenessPage>
type Awaited = Page['meters'][number]

const PER_PAGE = 500

export const missing: Verb = {
  summary: 'which meters have nothing final at a boundary, why, and what is done next',
  help: `meterd missing --config FILE | --data DIR [--boundary DATE] [--json]

--boundary DATE  YYYY-MM-DD, which means its 00:00 at the site, or an ISO 8601 time with offset; without it the last midnight,
                 which needs --config

One line for each meter, who waits for a person first: what stands against its release, when it was last tried and with
what outcome, and what is next. --json gives one object a line: the totals, then each meter. The daemon must run.
Exit 0 nothing is missing and nothing provisional; 1 something is, or it could not be told; 2 used wrongly; 78 a wrong configuration.
Example: meterd missing --boundary 2026-11-21 --config config/gateway.yaml`,
  async run(argv, io) {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        config: { type: 'string' },
        data: { type: 'string' },
        boundary: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    })
    const place = await dataPlace(values, io)
    if (place === null) return BAD_CONFIG
    const offset = place.config?.site.offsetMinutes
    if (values.boundary === undefined && offset === undefined)
      throw new WrongUse('--boundary is missing; the last midnight is known with --config only')
    const boundary = values.boundary ?? civilOf(systemClock.now(), offset ?? 0).slice(0, 10)
    const pages = await pagesOf(place.directory, boundary)
    const [first] = pages
    if (!first) throw new Fault('ASK_FAILED', 'no daemon runs on these data; start it first')
    const meters = pages.flatMap(page => page.meters)
    if (values.json) {
      const { meters: _, next: __, ...head } = first
      for (const one of [head, ...meters]) io.out(JSON.stringify(one))
    } else tell(first, meters, io)
    return meters.length === 0 ? 0 : 1
  },
}

/** None where no daemon runs. */
async function pagesOf(directory: string, boundary: string): Promise<readonly Page[]> {
  const pages: Page[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query = new URLSearchParams({ boundary, limit: String(PER_PAGE), ...(cursor && { cursor }) })
    const answer = await askDaemon(directory, { method: 'GET', path: `/v1/billing/completeness?${query}` })
    if (answer === null) return []
    const page = answer.body as Page
    pages.push(page)
    cursor = page.next
  }
  return pages
}

function tell(
  { boundary, asOf, settlesAt, totals, causes }: Page,
  meters: readonly Awaited[],
  io: Terminal,
): void {
  const { expected, final, provisional, missing: lacking, estimated, notExpected } = totals
  io.out(`${boundary}, as of ${asOf}; late data counts until ${settlesAt}`)
  io.out(
    `${expected} expected: ${final} final${estimated > 0 ? ` (${estimated} estimated)` : ''}, ${provisional} provisional, ${lacking} missing${notExpected > 0 ? `; ${notExpected} not billed by this boundary` : ''}`,
  )
  for (const { cause, waitsFor, meters: count } of causes)
    io.out(`${String(count).padStart(6)}  ${cause.padEnd(22)} waits for ${waitsFor}`)
  if (meters.length === 0) return
  io.out('')
  const wide = Math.max(...meters.map(({ meter }) => meter.length))
  for (const one of meters) tellMeter(one, wide, io)
}

function tellMeter(one: Awaited, wide: number, io: Terminal): void {
  const { meter, line, waitsFor, cause, reasons, lastTried, meterNow, next } = one
  const name = meter.padEnd(wide)
  const indent = ' '.repeat(wide + 2)
  io.out(`${name}  ${cause}, waits for ${waitsFor}${line === null ? '' : `, line ${line}`}`)
  for (const text of new Set(reasons.map(reason => `${reason.code}: ${reason.text}`)))
    io.out(`${indent}${text}`)
  const times = lastTried?.times ?? 0
  io.out(
    lastTried === null
      ? `${indent}nothing is known of a try`
      : `${indent}last tried ${lastTried.at}: ${lastTried.outcome}, ${lastTried.text}${times > 1 ? `; ${times} times so far` : ''}`,
  )
  if (meterNow?.fault) io.out(`${indent}the meter now: ${meterNow.fault.code}, ${meterNow.fault.text}`)
  for (const { does, at, until, text } of next)
    io.out(
      `${indent}→ ${does === 'person' ? 'to do: ' : ''}${text}${at === null ? '' : `, ${at}`}${until === null ? '' : `, until ${until}`}`,
    )
}
