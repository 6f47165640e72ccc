/** A dossier as a page: what it prints of the example of the API's description, changed for each case. */

import { expect, test } from 'vitest'
import { type Dossier, dossierAnswer } from '../../src/api/dossier-shapes.ts'
import { DISPUTE_EXAMPLES } from '../../src/api/examples/disputes.ts'
import { writeDossier } from '../../src/api/page-thread/dossier-html.ts'

const EXAMPLE: Dossier = dossierAnswer.parse(DISPUTE_EXAMPLES['GET /v1/meters/{id}/dossier'][200])
const [DAY] = EXAMPLE.quantity.calendar.days
if (!DAY?.start || !DAY.end) throw new Error('the example shows a day')

/** A page's cells, row by row. */
function rowsOf(html: string): readonly (readonly string[])[] {
  return html
    .split('<tr>')
    .slice(1)
    .map(row => [...row.matchAll(/<t[dh][^>]*>(.*?)<\/t[dh]>/g)].map(([, text = '']) => text))
}

function withCalendar(change: Partial<Dossier['quantity']['calendar']>): Dossier {
  const { calendar, boundaries } = EXAMPLE.quantity
  return { ...EXAMPLE, quantity: { calendar: { ...calendar, ...change }, boundaries } }
}

const [TOTAL] = EXAMPLE.quantity.calendar.total.registers
if (!TOTAL) throw new Error('the example shows a total')
const END = EXAMPLE.to

const at = (date: string) => `${date}T00:00:00+08:00`

test('A-18 a span that ends after the days stands apart from what is billed', () => {
  const { start, end } = DAY as { start: NonNullable<typeof DAY.start>; end: NonNullable<typeof DAY.end> }
  const { day: _, ...used } = DAY
  const span = { ...used, mark: 'measured' as const, start, end }
  const spans = [
    { ...span, from: at('2026-10-01'), inTotal: true },
    { ...span, to: at('2026-12-01'), inTotal: false },
  ]
  const [billed = '', after = ''] = writeDossier(withCalendar({ spans })).split('Ends after these days')
  const marked = (html: string) => rowsOf(html).filter(row => row.includes('measured')).length
  expect([marked(billed), marked(after)]).toEqual([2, 1])
})

test('A-18 days are printed short, with the year where it is another, and the heading says the rest once', () => {
  const registers = [{ ...TOTAL, from: at('2025-12-30'), to: END, without: [] }]
  const html = writeDossier(withCalendar({ total: { from: at('2025-12-30'), to: END, registers } }))
  const rows = rowsOf(html)
  expect(rows).toContainEqual(['1-0:1.8.0', '2025-12-30 → 11-21', '8.21', 'kWh', '–'])
  expect(rows).toContainEqual([
    ...['11-20 → 11-21', 'measured', '1-0:1.8.0', '12345.67 − 12337.46 = 8.21 kWh', '1'],
  ])
  expect(rows).toContainEqual(expect.arrayContaining(['11-20 02:00:00 → 11-20 05:00:00']))
  expect(rows.flat().join()).not.toContain('+08:00')
  expect(html).toContain(
    '2026-11-20 → 2026-11-21, as of 2026-11-22 10:00:00. Times are those of the site (+08:00)',
  )
})

test('A-18 of the frames of a reading the first and the last are named, and the one that carried the value', () => {
  const [reading] = EXAMPLE.readings
  if (!reading) throw new Error('the example shows a reading')
  const readings = [
    { ...reading, frames: [2, 3, 4, 7], carrier: 3 },
    { ...reading, frames: [], carrier: null },
  ]
  const told = rowsOf(writeDossier({ ...EXAMPLE, readings })).map(row => row.at(-1))
  expect(told).toContain('F2–F4, F7; value F3')
  expect(told).toContain('no longer kept')
})
