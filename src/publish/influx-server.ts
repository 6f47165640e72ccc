/** Which server answers at the 1.x write API, by the headers of its answers: they differ in what they create and keep. */

import type { IncomingHttpHeaders } from 'node:http'
import type { InfluxConfig } from '../config/config.ts'
import type { Log } from '../core/log.ts'
import { placeOfInflux } from './influx-http.ts'

export interface ServerKind {
  /** For people, such as "InfluxDB 1.6.7 (OSS)". */
  readonly name: string
  /** Of InfluxDB; null for another server, or one that does not say. */
  readonly major: number | null
  /** Keeps every copy of a point that is written again. */
  readonly keepsCopies: boolean
}

/** Longest word of a server that is repeated in a log. */
const LONGEST_WORD = 40

/** Null where the answer does not say. VictoriaMetrics calls itself InfluxDB 1.8.0, and adds its host name. */
export function serverOf(headers: IncomingHttpHeaders): ServerKind | null {
  const version = wordOf(headers['x-influxdb-version'])?.replace(/^v/, '')
  const build = wordOf(headers['x-influxdb-build'])
  if (headers['x-server-hostname'] !== undefined && build === null)
    return { name: 'VictoriaMetrics', major: null, keepsCopies: true }
  if (version === undefined && build === null) return null
  const major = Number(/^(\d{1,3})\./.exec(version ?? '')?.[1] ?? Number.NaN)
  const name = ['InfluxDB', version, build && `(${build})`].filter(Boolean).join(' ')
  return { name, major: Number.isNaN(major) ? null : major, keepsCopies: false }
}

function wordOf(header: string | string[] | undefined): string | null {
  if (typeof header !== 'string') return null
  return header.replace(/[^\x20-\x7e]/g, '').slice(0, LONGEST_WORD)
}

export interface ServerWatch {
  /** Says in the log which server it is, each one once. */
  heard(headers: IncomingHttpHeaders): void
  /** Null while it has not said. */
  kind(): ServerKind | null
}

/** Several servers behind one address, or one that says something else each time, do not fill the log. */
const MOST_SAID = 8

export function watchServer(to: InfluxConfig, log: Log): ServerWatch {
  const said = new Set<string>()
  let kind: ServerKind | null = null
  return {
    heard(headers) {
      const now = serverOf(headers)
      if (now === null) return
      kind = now
      if (said.has(now.name) || said.size >= MOST_SAID) return
      said.add(now.name)
      const text = `influx is ${now.name} at ${placeOfInflux(to)}`
      if (!now.keepsCopies) return log.info({ sinkId: 'influx' }, text)
      const hint = 'start it with -dedup.minScrapeInterval=1ms; see docs/influxdb.md'
      log.warn({ sinkId: 'influx', hint }, `${text}: a reading sent again is kept twice, and texts become 0`)
    },
    kind: () => kind,
  }
}

/** What a person does where the server knows no such database and we cannot make it. */
export function remedyForDatabase(
  { database, retentionPolicy }: InfluxConfig,
  kind: ServerKind | null,
): string {
  if (kind?.major === 2) {
    const mapping = `influx v1 dbrp create --db ${database} --rp ${retentionPolicy ?? 'autogen'} --default --bucket-id ID`
    return `create a bucket named "${database}", or map one to it: ${mapping}`
  }
  if (kind?.major === 3) return `create it: influxdb3 create database ${database}`
  return `create it: CREATE DATABASE "${database}"`
}
