/** A real InfluxDB 1.x on a free loopback port. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, requireService, type ServerProcess, serverProcess } from './services.ts'

export interface Influx extends ServerProcess {
  readonly host: string
  readonly port: number
  /** Rows of a query, each a record of its columns; integers beyond 2^53 come as bigint. */
  query(database: string, text: string): Promise<readonly Record<string, unknown>[]>
  /** The same, series by series with the tags it was grouped by. */
  series(database: string, text: string): Promise<readonly SeriesRows[]>
  /** Ends it and removes its data. */
  dispose(): Promise<void>
}

export interface SeriesRows {
  readonly tags: Readonly<Record<string, string>>
  readonly values: readonly Record<string, unknown>[]
}

/** Started. `stop()` or `kill()`, then `start()` again: same port, same data directory. */
export async function startInflux(
  asked: { readonly port?: number; readonly auth?: boolean } = {},
): Promise<Influx> {
  const { path } = requireService('influxd')
  const port = asked.port ?? (await freePort())
  const rpcPort = await freePort()
  const directory = mkdtempSync(join(tmpdir(), 'meterd-influx-'))
  const config = join(directory, 'influxdb.conf')
  const lines = [
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
    '[continuous_queries]',
    'enabled = false',
  ]
  writeFileSync(config, `${lines.join('\n')}\n`)
  const server = serverProcess(path, ['run', '-config', config], port)
  await server.start()
  const base = `http://127.0.0.1:${port}`
  const ask = async (database: string, text: string) => {
    const asked = new URLSearchParams({ db: database, q: text, epoch: 'ms' })
    const response = await fetch(`${base}/query?${asked}`, { method: 'POST' })
    return seriesOf(JSON.parse(await response.text(), exactIntegers))
  }
  return {
    ...server,
    host: '127.0.0.1',
    port,
    query: async (database, text) => (await ask(database, text)).flatMap(({ values }) => values),
    series: ask,
    async dispose() {
      await server.kill()
      rmSync(directory, { recursive: true, force: true })
    },
  }
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
