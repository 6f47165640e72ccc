/** A real InfluxDB 1.x on a free loopback port. */

import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { request as secureRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { freePort, requireService, type ServerProcess, serverProcess } from './services.ts'

export interface Influx extends ServerProcess {
  readonly host: string
  readonly port: number
  /** Rows of a query, each a record of its columns; integers beyond 2^53 come as bigint. */
  query(database: string, text: string): Promise<readonly Record<string, unknown>[]>
  /** The same, series by series with the tags it was grouped by. */
  series(database: string, text: string): Promise<readonly SeriesRows[]>
  /**
   * Between `kill()` and `start()`: lets it drop what the kill cut short in its log, with nobody writing meanwhile.
   * Written to before that, InfluxDB 1.6.7 goes on behind the gap and has lost all of it at the next start.
   */
  mendLog(): Promise<void>
  /** After `kill()`: an entry of its log of which the end is missing, as a kill amid a write leaves it. */
  tearLog(): void
  /** Ends it and removes its data. */
  dispose(): Promise<void>
}

export interface SeriesRows {
  readonly tags: Readonly<Record<string, string>>
  readonly values: readonly Record<string, unknown>[]
}

export interface Asked {
  readonly port?: number
  readonly auth?: boolean
  /** PEM files; with them it speaks https, and queries trust `ca`. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca: string }
  readonly maxBodyBytes?: number
}

/** A write of 4,096 bytes (type 1, length), of which 100 are there. */
const TORN_ENTRY = Buffer.concat([Buffer.from([1, 0, 0, 0x10, 0]), Buffer.alloc(100, 0x41)])

/** Started. `stop()` or `kill()`, then `start()` again: same port, same data directory. */
export async function startInflux(asked: Asked = {}): Promise<Influx> {
  const { path } = requireService('influxd')
  const port = asked.port ?? (await freePort())
  const rpcPort = await freePort()
  const directory = mkdtempSync(join(tmpdir(), 'meterd-influx-'))
  const serverAt = (port: number) => {
    const config = join(directory, `influxdb-${port}.conf`)
    writeFileSync(config, `${linesFor(port).join('\n')}\n`)
    return serverProcess(path, ['run', '-config', config], port)
  }
  const linesFor = (port: number) => [
    'reporting-disabled = true',
    `bind-address = "127.0.0.1:${rpcPort}"`,
    '[meta]',
    `dir = "${directory}/meta"`,
    '[data]',
    `dir = "${directory}/data"`,
    `wal-dir = "${directory}/wal"`,
    'query-log-enabled = false',
    '[monitor]',
    'store-enabled = false',
    '[http]',
    `bind-address = "127.0.0.1:${port}"`,
    'log-enabled = false',
    `auth-enabled = ${asked.auth === true}`,
    ...(asked.maxBodyBytes === undefined ? [] : [`max-body-size = ${asked.maxBodyBytes}`]),
    ...(asked.tls
      ? [
          'https-enabled = true',
          `https-certificate = "${asked.tls.cert}"`,
          `https-private-key = "${asked.tls.key}"`,
        ]
      : []),
    '[continuous_queries]',
    'enabled = false',
  ]
  const server = serverAt(port)
  await server.start()
  const post = poster(port, asked.tls?.ca ?? null)
  const ask = async (database: string, asking: string) => {
    const asked = new URLSearchParams({ db: database, q: asking, epoch: 'ms' })
    return seriesOf(JSON.parse(await post(`/query?${asked}`), exactIntegers))
  }
  return {
    ...server,
    host: '127.0.0.1',
    port,
    query: async (database, text) => (await ask(database, text)).flatMap(({ values }) => values),
    series: ask,
    async mendLog() {
      const unknown = serverAt(await freePort())
      await unknown.start()
      await unknown.stop()
    },
    tearLog() {
      const logs = readdirSync(join(directory, 'wal'), { recursive: true, encoding: 'utf8' })
      const last = logs.filter(name => name.endsWith('.wal')).at(-1)
      if (last === undefined) throw new Error('nothing was written yet')
      appendFileSync(join(directory, 'wal', last), TORN_ENTRY)
    },
    async dispose() {
      await server.kill()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function poster(port: number, ca: string | null): (path: string) => Promise<string> {
  // No connection is kept: one to a server that was killed since would fail the next question.
  const where = { host: '127.0.0.1', port, method: 'POST', agent: false }
  return path =>
    new Promise((resolve, reject) => {
      const asked =
        ca === null ? request({ ...where, path }) : secureRequest({ ...where, path, ca: readFileSync(ca) })
      asked.on('response', response => text(response).then(resolve, reject))
      asked.on('error', reject)
      asked.end()
    })
}

interface Results {
  readonly results?: readonly { readonly error?: string; readonly series?: readonly Series[] }[]
  readonly error?: string
}

interface Series {
  readonly tags?: Readonly<Record<string, string>>
  readonly columns: readonly string[]
  readonly values?: readonly (readonly unknown[])[]
}

function seriesOf(answer: Results): readonly SeriesRows[] {
  const [result] = answer.results ?? []
  const error = answer.error ?? result?.error
  if (error !== undefined) throw new Error(error)
  return (result?.series ?? []).map(({ tags = {}, columns, values = [] }) => ({
    tags,
    values: values.map(row => Object.fromEntries(columns.map((column, at) => [column, row[at]]))),
  }))
}

function exactIntegers(_key: string, value: unknown, context?: { readonly source: string }): unknown {
  const isBig = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
  return isBig && context && /^-?\d+$/.test(context.source) ? BigInt(context.source) : value
}
