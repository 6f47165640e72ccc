/** `meterd explain`: from a number back to the bytes it is made of, and forward to it again. */

import { parseArgs } from 'node:util'
import { Fault } from '../core/faults.ts'
import { toHex } from '../core/hex.ts'
import { formatScaled } from '../core/scaled.ts'
import { isoWithOffset } from '../core/time.ts'
import { secondOf } from '../reading/identity.ts'
import { clockInWords } from '../reading/rules/clock-limits.ts'
import { type Explained, explain as explained } from '../retrace/explain.ts'
import { type History, openHistory } from '../store/history.ts'
import type { Evidence } from '../store/store.ts'
import { dataPlace } from './data-place.ts'
import { evidenceOf } from './evidence-asked.ts'
import { BAD_CONFIG, type Terminal, type Verb, WrongUse } from './verb.ts'

export const explain: Verb = {
  summary: 'one stored number, made again from the bytes it came in',
  help: `meterd explain READ_ID --config FILE [--json]

READ_ID        as billing reads, MQTT and the API name a reading: 32 hexadecimal digits
--config FILE  the meters and their profiles; the number is read where this configuration keeps its data

Holds the conversation that brought the reading once more, with the meter's real driver and the answers that are kept, and
compares what comes of it with what is stored, digit for digit. Shows the bytes with the value's own in brackets, each step
from them to the number, what rules said of it and what they say now with what the store holds. Asks the daemon where one
runs; writes nothing.

Exit 0 recomputed, and as stored; 1 it differs, cannot be made again, or is not there; 2 used wrongly; 78 a wrong configuration.
Example: meterd explain 006920b2f0d41d8cd98f00b204e98009 --config config/gateway.yaml`,
  async run(argv, io) {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { config: { type: 'string' }, json: { type: 'boolean', default: false } },
    })
    const [id = '', ...others] = positionals.map(one => one.toLowerCase())
    if (others.length > 0 || secondOf(id) === null)
      throw new WrongUse('name one reading by its id: 32 hexadecimal digits')
    if (values.config === undefined) throw new WrongUse('--config is missing')
    const place = await dataPlace({ config: values.config }, io)
    if (place?.config == null) return BAD_CONFIG
    const { meters, site } = place.config
    const history = historyIn(place.directory)
    try {
      const evidence = await evidenceOf(place.directory, id, history)
      if (evidence === null) throw new Fault('ASK_UNKNOWN', 'there is no such reading')
      const meter = meters.find(one => one.id === evidence.reading.meter)
      if (!meter)
        throw new Fault('ASK_UNKNOWN', `the meter "${evidence.reading.meter}" is not in ${values.config}`)
      const told = explained(evidence, meter, site.offsetMinutes, history)
      if (values.json) io.out(JSON.stringify(inJson(told, site.offsetMinutes)))
      else tell(told, site.offsetMinutes, io)
      return told.differs.length === 0 ? 0 : 1
    } finally {
      history?.close()
    }
  },
}

/** Where it cannot be opened beside a daemon the daemon's word on the bytes is enough. */
function historyIn(directory: string): History | null {
  try {
    return openHistory(directory)
  } catch (error) {
    if (error instanceof Fault && error.code !== 'ASK_UNKNOWN') return null
    throw error
  }
}

function tell(told: Explained, offsetMinutes: number, io: Terminal): void {
  const { evidence, value, differs, asks, marks, times, clock } = told
  const { reading, line, exchanges } = evidence
  const at = (instant: number) => isoWithOffset(instant, offsetMinutes)
  const say = (what: string, text: string) => io.out(`${what.padEnd(11)}${text}`)
  say('reading', `${reading.id}: ${formatScaled(reading.value)} ${reading.unit}, ${reading.quality}`)
  say(
    '',
    `${reading.obis}, ${reading.kind} of ${reading.meter}, slot ${at(reading.slot)}, version ${reading.version}`,
  )
  say(
    'true for',
    `${at(reading.readAt)}${reading.readAt === reading.receivedAt ? ', when it was answered' : ", by the meter's own stamp"}`,
  )
  tellExchange(told, at, say)
  if (asks !== null) say('replayed', `${asks}, from ${exchanges.length} exchanges of line ${line}`)
  for (const { of, exchange, steps } of marks)
    if (of === 'value')
      for (const [nth, step] of steps.entries())
        say(
          nth === 0 ? 'value' : '',
          `${step}${evidence.exchanges[exchange]?.carried ? '' : ` (of exchange ${exchange + 1})`}`,
        )
  if (times !== null) say('', `times ${times}, by the ratios of the archive`)
  if (differs.length > 0) for (const one of differs) say('', `NOT recomputed: ${one}`)
  else if (value) io.out(`recomputed: ${formatScaled(value.value)} ${value.unit}, as stored`)
  if (clock) say('clock', `${clockInWords(clock.deviationMs)}, measured ${at(clock.measuredAt)}`)
  tellRules(told, at, say)
  tellReleases(told, at, say)
  for (const one of evidence.versions)
    say(
      'version',
      `${one.version} says ${formatScaled(one.value)} ${one.unit}, ${one.quality}, true for ${at(one.readAt)}: ${one.id}`,
    )
  if (evidence.versions.length === 0) say('versions', 'no other value is kept for this moment')
  say('said again', `${evidence.duplicates} times the very same value`)
}

type Say = (what: string, text: string) => void

function tellExchange(
  { carrier, marks, evidence }: Explained,
  at: (instant: number) => string,
  say: Say,
): void {
  if (!carrier) return
  say('asked', at(carrier.sentAt))
  say('answered', carrier.receivedAt === null ? 'never' : at(carrier.receivedAt))
  say('request', toHex(carrier.request))
  for (const [place, { reply, carried }] of evidence.exchanges.entries()) {
    const own = marks.filter(({ exchange }) => exchange === place)
    if (reply && carried) say('reply', bracketed(reply, own))
    else if (reply && own.length > 0) say(own[0]?.of === 'stamp' ? 'stamp' : 'with', bracketed(reply, own))
  }
}

/** "68 … [45 67] … 16". */
function bracketed(bytes: Uint8Array, marks: Explained['marks']): string {
  return Array.from(bytes, (byte, place) => {
    const opens = marks.some(({ from }) => from === place) ? '[' : ''
    const closes = marks.some(({ to }) => to === place + 1) ? ']' : ''
    return `${opens}${toHex(Uint8Array.of(byte))}${closes}`
  }).join(' ')
}

function tellRules({ evidence, rules, inputs }: Explained, at: (instant: number) => string, say: Say): void {
  const { findings } = evidence.reading
  if (findings.length === 0) say('rules', 'none had anything to say when it came')
  for (const { rule, version, verdict, severity, codes, evidence: why } of findings)
    say(
      'rule',
      `${rule}${version === undefined ? '' : ` v${version}`} said ${verdict} (severity ${severity}${codes.length > 0 ? `, ${codes.join(' ')}` : ''}): ${why}`,
    )
  for (const { samples = [], limit, rule } of findings) {
    for (const { obis, kind, value, unit, at: then } of samples)
      say('', `${rule} held ${value} ${unit} of ${obis}, ${kind}, true for ${at(then)}`)
    if (limit) say('', `${rule} goes by ${limit.value} ${limit.unit}`)
  }
  if (rules === null) say('now', 'not judged again: what it was held against cannot be read here')
  const again = rules ?? []
  const satisfied = again
    .filter(({ says }) => says === 'satisfied')
    .map(({ rule, version }) => `${rule} v${version}`)
  if (satisfied.length > 0) say('now', `satisfied: ${satisfied.join(', ')}`)
  for (const { rule, version, says, evidence: why } of again)
    if (says !== 'satisfied') say('', `${rule} v${version} ${says}: ${why}`)
  for (const [nth, { what, value, at: then }] of (inputs ?? []).entries())
    say(nth === 0 ? 'by' : '', `${what}: ${value}${then === null ? '' : `, true for ${at(then)}`}`)
}

function tellReleases({ releases }: Explained, at: (instant: number) => string, say: Say): void {
  if (releases === null) say('released', 'not known: the book cannot be read here')
  else if (releases.length === 0) say('released', 'in no release')
  for (const { boundary, version, batch, sequence, as } of releases ?? [])
    say(
      'released',
      `${as === 'register' ? '' : `as the ${as} read of a series, `}for ${at(boundary)}, version ${version}, number ${sequence} of the book, in batch ${batch}`,
    )
}

function inJson(told: Explained, offsetMinutes: number) {
  const { evidence, carrier, value, differs, asks, marks, times, clock, rules, inputs, releases } = told
  const at = (instant: number) => isoWithOffset(instant, offsetMinutes)
  const shown = ({
    value: number,
    slot,
    readAt,
    receivedAt,
    unit,
  }: Pick<Evidence['reading'], 'value' | 'slot' | 'readAt' | 'receivedAt' | 'unit'>) => ({
    value: formatScaled(number),
    ...{ unit, slot: at(slot), readAt: at(readAt), receivedAt: at(receivedAt) },
  })
  const { id, meter, obis, kind, version, quality, findings } = evidence.reading
  return {
    reading: { id, meter, obis, kind, version, ...shown(evidence.reading), quality, findings },
    line: evidence.line,
    request: carrier && toHex(carrier.request),
    reply: carrier?.reply ? toHex(carrier.reply) : null,
    askedAt: carrier && at(carrier.sentAt),
    answeredAt: carrier?.receivedAt ? at(carrier.receivedAt) : null,
    replayed: asks,
    marks,
    times,
    recomputed: value && shown(value),
    asStored: differs.length === 0,
    differs,
    clock: clock && { measuredAt: at(clock.measuredAt), deviationMs: clock.deviationMs },
    rules,
    inputs: inputs?.map(one => ({ ...one, at: one.at === null ? null : at(one.at) })) ?? null,
    releases: releases?.map(one => ({ ...one, boundary: at(one.boundary) })) ?? null,
    versions: evidence.versions.map(one => ({
      id: one.id,
      version: one.version,
      ...shown(one),
      quality: one.quality,
    })),
    duplicates: evidence.duplicates,
  }
}
