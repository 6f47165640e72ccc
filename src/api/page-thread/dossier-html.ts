/** A dossier as one page that needs nothing else: for a screen, for paper, for a file. Every text in it is escaped. */

import { fastOrSlow } from '../../reading/rules/clock-limits.ts'
import type { Dossier } from '../dossier-shapes.ts'
import { DOSSIER_POLICY, DOSSIER_STYLE } from './dossier-style.ts'
import { type PrintedTimes, timesOf } from './dossier-times.ts'

export function writeDossier(dossier: Dossier): string {
  const { meter, gateway, from, to, asOf } = dossier
  const times = timesOf(from)
  const full = (time: string) => timesOf('').when(time)
  const title = `电量核查 Dossier of meter ${meter}`
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${escaped(DOSSIER_POLICY)}">
<title>${escaped(title)}</title><style>${DOSSIER_STYLE}</style></head><body>
<h1>${escaped(title)}</h1>
<p>${escaped(`${gateway}: ${full(from)} → ${full(to)}, as of ${full(asOf)}. Times are those of the site (${from.slice(-'+00:00'.length)}), of ${from.slice(0, 4)} where no year is told, and a date alone is its 00:00. Each number names the reading it comes from; the appendix holds the bytes of each reading.`)}</p>
${quantity(dossier, times)}${identity(dossier, times)}${creep(dossier, times)}${appliances(dossier, times)}${advice(dossier, times)}${pairings(dossier, times)}${person()}${appendix(dossier, times)}
</body></html>
`
}

const HTML: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, character => HTML[character] ?? '')
}

const NUMBER = /^[-+]?\d+(\.\d+)?$/
const TIME = /^(\d{4}-)?\d\d-\d\d( |$)/

function cell(text: string): string {
  const kind = NUMBER.test(text) ? ' class="n"' : TIME.test(text) ? ' class="t"' : ''
  return `<td${kind}>${escaped(text)}</td>`
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '<p class="small">无 None.</p>\n'
  const head = heads.map(one => `<th>${escaped(one)}</th>`).join('')
  const body = rows.map(row => `<tr>${row.map(cell).join('')}</tr>`).join('\n')
  return tableOf(head, body)
}

/** Its head is printed again on each page it goes on. */
function tableOf(head: string, body: string): string {
  return `<table><thead><tr>${head}</tr></thead>\n<tbody>${body}</tbody></table>\n`
}

function paragraph(text: string, kind = ''): string {
  return `<p${kind === '' ? '' : ` class="${kind}"`}>${escaped(text)}</p>\n`
}

function section(heading: string, body: string): string {
  return `<h2>${escaped(heading)}</h2>\n${body}`
}

const USED = ['Time', '标记 Mark', 'Register', 'End − start = used', '× in it']

type Shown = Pick<Dossier['quantity']['calendar']['spans'][number], 'from' | 'to' | 'registers'> & {
  readonly mark: string
}

function quantity({ quantity: { calendar, boundaries } }: Dossier, { when, span }: PrintedTimes): string {
  const { days, spans, provisional, total, state } = calendar
  const totals = total.registers.map(one => [
    ...[one.obis, span(one.from, one.to), one.quantity, one.unit],
    one.without.map(hole => span(hole.from, hole.to)).join(', ') || '–',
  ])
  const [counted, later] = [spans.filter(one => one.inTotal), spans.filter(one => !one.inTotal)]
  const all = [...days, ...spans, ...provisional].flatMap(({ reasons: own }) => own)
  // Two days share a midnight, and registers what is said of it.
  const each = new Map(all.map(({ at, code, text }) => [`${at} ${code} ${text}`, [when(at), code, text]]))
  const reasons = [...each.values()]
  const rowsOf = (used: readonly Shown[]) => used.flatMap(one => arithmetic(one, { when, span }))
  const stood = boundaries.flatMap(({ at, version, standing, batch, registers }) =>
    registers.map(({ obis, value, unit, reading }) => [
      when(at),
      obis,
      value,
      unit,
      standing,
      `${version}`,
      `${batch}`,
      reading ?? '估计 estimate',
    ]),
  )
  return section(
    '1 核电量 Quantity',
    paragraph(
      `Billed, ${state}: each register between its own times. Registers have the multiplier of the transformers in them.`,
    ) +
      table(['Register', 'Time', 'Billed', 'Unit', 'Not known'], totals) +
      table(USED, rowsOf([...days, ...counted])) +
      apart('Ends after these days, and is in no sum here:', rowsOf(later)) +
      apart(
        'Not released yet, and in no sum:',
        rowsOf(provisional.map(one => ({ ...one, mark: 'provisional' }))),
      ) +
      (reasons.length > 0 ? table(['At', 'Code', '原因 Why'], reasons) : '') +
      paragraph('Registers as released:') +
      table(['Boundary', 'Register', 'Value', 'Unit', 'Standing', 'Version', 'Batch', 'Reading'], stood),
  )
}

function apart(why: string, rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? '' : paragraph(why) + table(USED, rows)
}

function arithmetic({ from, to, mark, registers }: Shown, { span }: PrintedTimes): string[][] {
  if (registers.length === 0) return [[span(from, to), mark, '–', '–', '–']]
  return registers.map(({ obis, quantity: sum, unit, parts }) => {
    const terms = parts.map(
      ({ start, end, rolledOver }) => `${end} − ${start}${rolledOver === null ? '' : ` + ${rolledOver}`}`,
    )
    const multipliers = [...new Set(parts.map(({ multiplier }) => multiplier))].join(', ')
    return [
      span(from, to),
      mark,
      obis,
      `${terms.map(one => (terms.length > 1 ? `(${one})` : one)).join(' + ')} = ${sum} ${unit}`,
      multipliers,
    ]
  })
}

function identity(
  { identity: { audits, exchanges, status, alarms, ...own } }: Dossier,
  { when }: PrintedTimes,
): string {
  return section(
    '2 查电表 Meter',
    paragraph('身份 Who it told it is:') +
      table(
        ['At', 'Found', 'Told'],
        audits.map(({ at, found, evidence }) => [when(at), found, evidence]),
      ) +
      paragraph('换表 Exchanges in this time:') +
      table(
        ['Final read', 'Initial read', 'Segment', 'Multiplier'],
        exchanges.map(one => [when(one.final), when(one.initial), `${one.segment}`, one.multiplier]),
      ) +
      paragraph('状态字 Status words:') +
      table(
        ['Word', 'At', 'Value', 'Changed', 'Faults', 'Reading'],
        status.map(one => [
          one.name,
          when(one.at),
          one.value,
          one.changed ? 'yes' : 'no',
          one.faults.join(', ') || 'none',
          one.reading,
        ]),
      ) +
      paragraph(`时钟 Clock: ${clockInWords(own, when)}`) +
      paragraph('告警 Alarms:') +
      table(
        ['At', 'Event', 'Rule', 'About', 'Text'],
        alarms.map(one => [when(one.at), one.event, one.rule, one.about, one.text]),
      ) +
      paragraph('检定日期 Last calibration: not known here.'),
  )
}

type Clocks = Pick<Dossier['identity'], 'clock' | 'clockBefore' | 'clockAfter'>

function clockInWords({ clock, clockBefore, clockAfter }: Clocks, when: PrintedTimes['when']): string {
  const was = (seconds: number, at: string) => `${fastOrSlow(1_000 * seconds)} (${when(at)})`
  const within = clock
    ? `${clock.measurements} measurements in these days; furthest off ${was(clock.furthestSeconds, clock.furthestAt)}, last ${was(clock.lastSeconds, clock.lastAt)}.`
    : 'not measured in these days.'
  const before = clockBefore ? ` Last before them: ${was(clockBefore.seconds, clockBefore.at)}.` : ''
  const after = clockAfter ? ` First after them: ${was(clockAfter.seconds, clockAfter.at)}.` : ''
  return `${within}${before}${after}`
}

const CREEP: Readonly<Record<Dossier['creep']['verdict'], string>> = {
  creeps: '潜动 It creeps: the register moved while no current flowed (V-R9).',
  suspected:
    '疑似潜动 Suspected: the register moved while no current flowed, for less time than V-R9 asks for.',
  none: '无潜动 It stands still while no current flows.',
  'not-shown':
    '无法判断 Not shown: it was never without current for long. Open the main switch and read the register twice, an hour apart.',
}

function creep({ creep: { verdict, quietHours, windows }, unit }: Dossier, { span }: PrintedTimes): string {
  return section(
    '3 潜动否 Creep',
    paragraph(`${CREEP[verdict]} Quiet for ${quietHours} h in all; the longest windows:`) +
      table(
        [
          'Time',
          'Rounds',
          'Moved in',
          `End − start = counted, ${unit}`,
          'At most unseen, kWh',
          'Largest current',
          'Largest power',
        ],
        windows.map(one => [
          span(one.from, one.to),
          `${one.rounds}`,
          `${one.moved}`,
          `${one.end} − ${one.start} = ${one.counted}`,
          one.mostKwh,
          one.largestCurrent,
          one.largestPower ?? '–',
        ]),
      ),
  )
}

function appliances(
  { appliances: { hours, days, standing, steps, rise }, unit }: Dossier,
  { when }: PrintedTimes,
): string {
  const hour = (one: number) => `${one.toString().padStart(2, '0')}:00`
  const rose = rise
    ? `Since ${rise.since} a day counts ${rise.after} ${unit}, before it ${rise.before}${rise.hours ? `; from ${hour(rise.hours.from)} to ${hour(rise.hours.to)} each hour ${rise.hours.more} more, ${rise.hours.percent} % of it` : ''}.`
    : 'No day from which on more is used.'
  return section(
    '4 问电器 Appliances',
    paragraph(
      `What always runs: ${standing === null ? 'not known' : `${standing} ${unit} an hour`}. ${rose}`,
    ) +
      table(
        ['Hour', 'Days', `Sum, ${unit}`, 'Mean', 'Most'],
        hours.map(one => [hour(one.hour), `${one.days}`, one.sum, one.mean, one.most]),
      ) +
      paragraph('Largest steps from one hour to the next:') +
      table(
        ['Hour from', 'Before', 'After'],
        steps.map(one => [when(one.from), one.before, one.after]),
      ) +
      paragraph('Whole days:') +
      table(
        ['Day', `Counted, ${unit}`],
        days.map(one => [one.day, one.quantity]),
      ),
  )
}

function advice({ test: { advised, reasons, explained, rules } }: Dossier, { when }: PrintedTimes): string {
  const what = advised
    ? '建议拆表检定 A test of the meter is advised.'
    : '不建议拆表检定 No test of the meter is advised.'
  const why = [...reasons, ...(explained === null ? [] : [explained])]
  return section(
    '5 拆验表 Test',
    `<div class="advice">${paragraph(what)}<ul>${why.map(one => `<li>${escaped(one)}</li>`).join('')}</ul></div>\n` +
      paragraph('What rules said of the readings looked at:') +
      table(
        ['Rule', 'Verdict', 'Times', 'First', 'Last', 'Why', 'Reading'],
        rules.map(one => [
          one.rule,
          one.verdict,
          `${one.times}`,
          when(one.first),
          when(one.last),
          one.evidence,
          one.reading,
        ]),
      ),
  )
}

function pairings({ pairings: own }: Dossier, { when }: PrintedTimes): string {
  const body =
    own.length === 0
      ? paragraph('无档案 No archive says whose the meter was.')
      : table(
          ['Account 户号', 'Point 计量点', 'From', 'To'],
          own.map(one => [one.account, one.point, when(one.from), one.to === null ? '' : when(one.to)]),
        )
  return section('6 绑户号 Account', body)
}

function person(): string {
  const line = '<div class="blank"></div>\n'
  return (
    section(
      '7 说清楚 Explained to the customer',
      `${paragraph('By whom, to whom, on which day:')}${line}${line}`,
    ) + section('8 递名片 Card handed over', `${paragraph('Name, telephone, day:')}${line}`)
  )
}

function appendix({ readings, frames }: Dossier, { when }: PrintedTimes): string {
  const rows = readings.map(
    ({ id, obis, kind, value, unit, readAt, receivedAt, quality, frames: own, carrier }) => [
      id,
      `${obis} ${kind}`,
      `${value} ${unit}`,
      when(readAt),
      when(receivedAt),
      quality,
      own.length === 0 ? 'no longer kept' : framesNamed(own, carrier),
    ],
  )
  const raw = frames.map(({ request, reply, sentAt, receivedAt, outcome }, place) => {
    const bytes = `<code>→ ${escaped(request)}</code>${reply === null ? '' : ` <code>← ${escaped(reply)}</code>`}`
    return `<tr>${cell(`F${place}`)}${cell(when(sentAt))}${cell(receivedAt === null ? '–' : when(receivedAt))}${cell(outcome)}<td>${bytes}</td></tr>`
  })
  const heads = '<th>Frame</th><th>Sent</th><th>Received</th><th>Outcome</th><th>Bytes</th>'
  return `<div class="appendix">${section(
    '附录 Appendix: readings and raw frames',
    table(['Reading', 'Register', 'Value', 'True for', 'Received', 'Quality', 'Frames'], rows) +
      tableOf(heads, raw.join('\n')),
  )}</div>`
}

/** "F2–F4, F7; value F3". */
function framesNamed(places: readonly number[], carrier: number | null): string {
  const runs: { first: number; last: number }[] = []
  for (const place of places) {
    const run = runs.at(-1)
    if (run && run.last + 1 === place) run.last = place
    else runs.push({ first: place, last: place })
  }
  const named = runs
    .map(({ first, last }) => (first === last ? `F${first}` : `F${first}–F${last}`))
    .join(', ')
  return carrier === null ? named : `${named}; value F${carrier}`
}
