/** `meterd export`: what was released, and what flowed, as files of other people's formats. */

import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { exportAskedIn, exportQuery } from '../api/export-asked.ts'
import { createExporter } from '../api/exporting.ts'
import type { ExportManifest } from '../api/page-thread/export-begun.ts'
import { createPageThread } from '../api/page-thread/thread.ts'
import type { Config } from '../config/config.ts'
import { systemClock } from '../core/clock.ts'
import { assert, Fault } from '../core/faults.ts'
import { silentLog } from '../core/log.ts'
import { FORMATS } from '../export/formats.ts'
import { DATABASE_FILE } from '../store/database.ts'
import { openStore } from '../store/thread.ts'
import { askDaemon, openAtDaemon } from './ask-daemon.ts'
import { dataPlace } from './data-place.ts'
import { checkExport } from './export-check.ts'
import { type ExportSource, writeExport } from './export-file.ts'
import { BAD_CONFIG, Stopped, type Terminal, type Verb, WrongUse } from './verb.ts'

const OPTIONS = {
  format: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  at: { type: 'string' },
  meter: { type: 'string' },
  through: { type: 'string' },
  'archive-as-of': { type: 'string' },
  every: { type: 'string' },
  for: { type: 'string' },
  bom: { type: 'boolean', default: false },
  out: { type: 'string' },
  config: { type: 'string' },
  data: { type: 'string' },
  check: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const

export const exportVerb: Verb = {
  summary: 'billing files: what was released, and intervals, as CSV and other formats',
  help: `meterd export --format F [--from DAY] [--to DAY] [--out FILE] [--through N] [--json]
meterd export --check FILE [--json]   whether a file, of whoever it is, is NEM12; FILE - reads from stdin

Each with --config FILE, or --data DIR for the data directory itself, where a daemon runs on it.
Formats: ${FORMATS.join(', ')}.

--from, --to   what was used from here up to there: boundaries after --from, --to among them, or the intervals of these days
--out FILE     written under another name, synced and renamed, with FILE.manifest.json beside it; without it to stdout
--through N    as the book stood at this number: the same bytes whenever it is asked for
--archive-as-of TIME  accounts and points as they were known then
--at 1,11,21   of these days of the month, and the periods between them; without it of every boundary
--meter ID     of this meter alone
--every 15m    length of an interval
--for people   CSV that a spreadsheet can open; --bom begins it with a byte order mark

Exit 0 written, or NEM12; 1 it was not, and FILE is not there, or it is not NEM12; 2 used wrongly; 78 a wrong configuration.
Example: meterd export --format billing_reads_v1 --from 2026-11-01 --to 2026-12-01 --out nov.csv --config config/gateway.yaml`,
  async run(argv, io) {
    const { values } = parseArgs({ args: [...argv], options: OPTIONS })
    const { format, out, json, check } = values
    if (check !== undefined) {
      const others = Object.entries(values).filter(
        ([name, value]) => value && !['check', 'json'].includes(name),
      )
      if (others.length > 0) throw new WrongUse('--check takes a file and --json, nothing else')
      return checkExport(check, json, io)
    }
    if (format === undefined || !FORMATS.includes(format))
      throw new WrongUse(`say which format: --format ${FORMATS.join(', ')}`)
    if (json && out === undefined) throw new WrongUse('--json tells of a file: give --out FILE')
    const query = queryOf(values)
    const place = await dataPlace(values, io)
    if (place === null) return BAD_CONFIG
    const source =
      (await fromDaemon(place.directory, format, query)) ??
      (await fromStore(place.directory, place.config, format, query))
    try {
      await write(source, out, json, io)
    } finally {
      await source.close()
    }
    return 0
  },
}

interface Source extends ExportSource {
  close(): Promise<void>
}

interface Values {
  readonly [option: string]: string | boolean | undefined
}

/** As the route takes them. */
function queryOf({
  from,
  to,
  at,
  meter,
  through,
  every,
  for: people,
  bom,
  ...values
}: Values): URLSearchParams {
  const query = new URLSearchParams(bom === true ? { bom: '1' } : {})
  const archiveAsOf = values['archive-as-of']
  for (const [name, value] of Object.entries({
    from,
    to,
    at,
    meter,
    through,
    archiveAsOf,
    every,
    for: people,
  }))
    if (typeof value === 'string') query.set(name, value)
  return query
}

/** Null where no daemon runs on the data. */
async function fromDaemon(directory: string, format: string, query: URLSearchParams): Promise<Source | null> {
  const path = `/v1/billing/exports/${format}`
  const reply = await openAtDaemon(directory, `${path}?${query}`)
  if (reply === null) return null
  const { 'meterd-through': through, 'meterd-archive-as-of': archiveAsOf } = reply.headers
  if (typeof through === 'string') query.set('through', through)
  if (typeof archiveAsOf === 'string') query.set('archiveAsOf', archiveAsOf)
  return {
    parts: brokenOffAs(reply),
    async manifest() {
      const answer = await askDaemon(directory, { method: 'GET', path: `${path}/manifest?${query}` })
      if (answer === null) throw new Fault('ASK_FAILED', 'the daemon ended before it told the manifest')
      return answer.body as ExportManifest
    },
    close: async () => void reply.destroy(),
  }
}

async function* brokenOffAs(reply: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* reply
  } catch (error) {
    throw new Fault('ASK_FAILED', 'the daemon broke off; what has come is not the whole', error)
  }
}

/** Without a daemon the store is opened here. */
async function fromStore(
  directory: string,
  config: Config | null,
  format: string,
  query: URLSearchParams,
): Promise<Source> {
  if (config === null) throw new WrongUse('no daemon runs on these data: give --config FILE')
  if (!existsSync(join(directory, DATABASE_FILE)))
    throw new Fault('ASK_UNKNOWN', `there is no store in ${directory}`)
  const parsed = exportQuery.safeParse(Object.fromEntries(query))
  if (!parsed.success)
    throw new Fault(
      'ASK_INVALID',
      parsed.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('; '),
    )
  const { offsetMinutes } = config.site
  const asked = exportAskedIn(format, parsed.data, { offsetMinutes, now: systemClock.now() }, null)
  const store = await openStore(directory, systemClock, silentLog)
  const pages = createPageThread({ store, config, log: silentLog })
  const close = async () => {
    await pages.stop()
    await store.close()
  }
  try {
    const exporter = createExporter(pages)
    const { head, parts } = await exporter.start(asked)
    const manifest = async () => {
      const made = await exporter.manifest({ ...asked, through: head.through })
      assert(made !== null, 'a manifest that is waited for is made')
      return made
    }
    return { parts, close, manifest }
  } catch (error) {
    await close()
    throw error
  }
}

async function write(source: Source, out: string | undefined, json: boolean, io: Terminal): Promise<void> {
  const parts = untilTold(source.parts, io)
  if (out === undefined) return pipeline(Readable.from(parts), process.stdout, { end: false })
  const file = resolve(out)
  const manifest = await writeExport(file, { parts, manifest: source.manifest })
  if (json) return io.out(JSON.stringify({ file, ...manifest }))
  const { entries, values, through, sha256 } = manifest
  const asOf = through === null ? '' : `, as of number ${through} of the book`
  io.out(`${file}: ${values} values of ${entries} entries${asOf}; SHA-256 ${sha256}`)
}

async function* untilTold(
  parts: AsyncIterable<Uint8Array>,
  { signal }: Terminal,
): AsyncGenerator<Uint8Array> {
  for await (const part of parts) {
    if (signal.aborted) throw new Stopped()
    yield part
  }
}
