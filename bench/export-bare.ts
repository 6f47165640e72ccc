/**
 * What a short handler without this house would do, in a process of its own: Fastify, the same table, the same rows, in
 * chunks, yielding between them. No checksums, no versions as of a number, no rolling over, no totals.
 */

import { DatabaseSync } from 'node:sqlite'
import { Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { inflateRawSync } from 'node:zlib'
import Fastify from 'fastify'

const [file = '', port = '0'] = process.argv.slice(2)
const CHUNK = 64 * 1024
const database = new DatabaseSync(file, { readOnly: true })
const ALL = 'SELECT entry FROM release WHERE boundary >= ? AND boundary < ? ORDER BY meter, boundary'

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

async function* lines(from: number, to: number, write: (one: Written, before: Written | null) => string) {
  let text = ''
  let before: Written | null = null
  for (const { entry } of database.prepare(ALL).iterate(from, to)) {
    const one = JSON.parse(inflateRawSync(entry as Uint8Array).toString()) as Written
    text += write(one, before?.meter === one.meter ? before : null)
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

function csv(one: Written, before: Written | null): string {
  let text = ''
  for (const { obis, value, unit, reading, codes } of one.registers) {
    const then = before?.registers.find(other => other.obis === obis)
    const [, direction, , tariff] = obis.split(/[:.]/)
    text +=
      `billing_reads/1,bench,,${one.meter},,,${one.boundary},${direction === '1' ? 'A+' : 'A-'}.T${tariff},` +
      `11.0.0.1.${direction === '1' ? 1 : 19}.1.12.0.0.0.0.${tariff}.0.0.0.3.72.0,${unit},${value},${one.multiplier},` +
      `${used(one, before, obis)},${before?.boundary ?? ''},${then?.value ?? ''},A,${codes.join(';')},,,,0,` +
      `${one.version},,${one.recordedAt},${one.recordedAt},final,${one.segment},,freeze,${reading}\r\n`
  }
  return text
}

function ndjson(one: Written, before: Written | null): string {
  const quantities = one.registers.map(({ obis, unit }) => ({ obis, unit, value: used(one, before, obis) }))
  const period = before && { from: before.boundary, to: one.boundary, quantities }
  return `${JSON.stringify({ ...one, period })}\n`
}

const app = Fastify()
for (const [path, write] of [
  ['/billing_reads_v1', csv],
  ['/ndjson', ndjson],
] as const)
  app.get(path, (request, reply) => {
    const { from, to } = request.query as { from: string; to: string }
    reply.type('text/plain; charset=utf-8')
    return reply.send(Readable.from(lines(Date.parse(from) + 1, Date.parse(to) + 1, write)))
  })
await app.listen({ host: '127.0.0.1', port: Number(port) })
process.send?.('listening')
