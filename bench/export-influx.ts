/** The same rows in InfluxDB 1.x, as its own query gives them back. */

import { request } from 'node:http'
import { DAY } from '../src/core/time.ts'
import { type Influx, startInflux } from '../tests/support/influx.ts'
import { FIRST, METERS, REGISTERS, rawOf } from './export-book.ts'

const ROWS_AT_ONCE = 5_000
const CHUNK = 10_000

export async function influxWith(days: number): Promise<Influx> {
  const influx = await startInflux()
  await influx.query('', 'create database book')
  for (let day = 0; day < days; day++) {
    const lines: string[] = []
    for (let meter = 1; meter <= METERS; meter++)
      for (const [place, obis] of REGISTERS.entries()) lines.push(lineOf(meter, obis, day, place))
    while (lines.length > 0) await write(influx.port, lines.splice(0, ROWS_AT_ONCE).join('\n'))
  }
  return influx
}

/** What a row of billing_reads_v1 says and cannot be reckoned again; names that repeat are tags. */
function lineOf(meter: number, obis: string, day: number, place: number): string {
  const raw = rawOf(day, place)
  const used = rawOf(1, place) - rawOf(0, place)
  const value = `${raw / 100n}.${(raw % 100n).toString().padStart(2, '0')}`
  const text = `quality="A",codes="2.0.1",version=1i,evidence="${'0'.repeat(20)}${meter}${day}"`
  return `billing,meter=m${meter},obis=${obis} value=${value},used=${Number(used) / 100},${text} ${FIRST + day * DAY}`
}

function write(port: number, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const path = '/write?db=book&precision=ms'
    const asking = request({ host: '127.0.0.1', port, path, method: 'POST' }, reply => {
      reply
        .resume()
        .once('end', () =>
          reply.statusCode === 204 ? resolve() : reject(new Error(`InfluxDB: ${reply.statusCode}`)),
        )
    })
    asking.once('error', reject)
    asking.end(body)
  })
}

/** Where all of it is asked for, in chunks; as JSON or as CSV. */
export function influxUrl({ port }: Influx): string {
  const asked = new URLSearchParams({
    db: 'book',
    q: 'SELECT * FROM billing',
    epoch: 'ms',
    chunked: 'true',
    chunk_size: String(CHUNK),
  })
  return `http://127.0.0.1:${port}/query?${asked}`
}
