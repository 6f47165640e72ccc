/**
 * What a short handler without this house would do, in a process of its own: Fastify, the same table, the same bytes, in
 * chunks, yielding between them. No checksums, no versions as of a number, no rolling over, no totals.
 */

import { DatabaseSync } from 'node:sqlite'
import { Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { inflateRawSync } from 'node:zlib'
import Fastify from 'fastify'
import { BILLING_READS_COLUMNS } from '../src/export/billing-reads-csv.ts'

const [file = '', port = '0'] = process.argv.slice(2)
const CHUNK = 64 * 1024
const database = new DatabaseSync(file, { readOnly: true })
const ALL = 'SELECT entry FROM release WHERE boundary >= ? AND boundary < ? ORDER BY meter, boundary'

/** `batch` is what ours calls the file, so that both are the same bytes. */
interface Asked {
  readonly from: string
  readonly to: string
  readonly batch: string
}

interface Written {
  readonly meter: string
  readonly boundary: string
  readonly version: number
  readonly multiplier: string
  readonly segment: number
  readonly recordedAt: string
  readonly registers: readonly {
    readonly obis: string
    readonly value: string
    readonly unit: string
    readonly reading: string
    readonly codes: readonly string[]
  }[]
}

type Write = (one: Written, before: Written | null, batch: string) => string

async function* lines({ from, to, batch }: Asked, head: string, write: Write) {
  let text = head
  let before: Written | null = null
  for (const { entry } of database.prepare(ALL).iterate(Date.parse(from), Date.parse(to))) {
    const one = JSON.parse(inflateRawSync(entry as Uint8Array).toString()) as Written
    text += write(one, before?.meter === one.meter ? before : null, batch)
    before = one
    if (text.length < CHUNK) continue
    yield text
    text = ''
    await turn()
  }
  yield text
}

const cents = (value: string) => BigInt(value.replace('.', ''))

function used(one: Written, before: Written | null, obis: string): string {
  const now = one.registers.find(other => other.obis === obis)
  const then = before?.registers.find(other => other.obis === obis)
  if (!now || !then) return ''
  const digits = (cents(now.value) - cents(then.value)).toString().padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}

function nameOf(direction: string | undefined, tariff: string | undefined): string {
  if (direction === '1') return `A+.T${tariff}`
  return tariff === '0' ? 'A-' : `A-.T${tariff}`
}

function csv(one: Written, before: Written | null, batch: string): string {
  let text = ''
  for (const { obis, value, unit, reading, codes } of one.registers) {
    const then = before?.registers.find(other => other.obis === obis)
    const [, direction, , tariff] = obis.split(/[:.]/)
    text +=
      `billing_reads/1,${batch},,,${one.meter},,${one.boundary},${nameOf(direction, tariff)},` +
      `11.0.0.1.${direction === '1' ? 1 : 19}.1.12.0.0.0.0.${tariff}.0.0.0.3.72.0,${unit},${value},${one.multiplier},` +
      `${used(one, before, obis)},${before?.boundary ?? ''},${then?.value ?? ''},A,${codes.join(';')},,,,${then ? '0.00' : ''},` +
      `${one.version},,${one.recordedAt},${one.recordedAt},final,${one.segment},,freeze,${reading}\r\n`
  }
  return text
}

const PLACE = { account: '', point: '', meterNumber: '', assetNumber: '' }

function ndjson(one: Written, before: Written | null): string {
  const period = before && {
    meter: one.meter,
    from: before.boundary,
    to: one.boundary,
    standing: 'actual',
    fromVersion: before.version,
    toVersion: one.version,
    reasons: [],
    quantities: one.registers.map(({ obis, unit, value }) => ({
      obis,
      unit,
      value: used(one, before, obis),
      estimated: '0.00',
      parts: [
        {
          start: { at: before.boundary, value: before.registers.find(other => other.obis === obis)?.value },
          end: { at: one.boundary, value },
        },
      ],
    })),
    without: [],
    past: false,
  }
  return `${JSON.stringify({ ...one, place: PLACE, held: [], period, past: [] })}\n`
}

const app = Fastify()
for (const [path, head, write] of [
  ['/billing_reads_v1', `${BILLING_READS_COLUMNS.join(',')}\r\n`, csv],
  ['/ndjson', '', ndjson],
] as const)
  app.get(path, (request, reply) => {
    reply.type('text/plain; charset=utf-8')
    return reply.send(Readable.from(lines(request.query as Asked, head, write)))
  })
await app.listen({ host: '127.0.0.1', port: Number(port) })
process.send?.('listening')
