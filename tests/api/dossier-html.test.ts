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
