/** Rows as written → pairings as stated; each cell that cannot be meant is refused with its place and a remedy. */

import { isMangledNumber, quoteCell } from '../../core/cells.ts'
import { DAY, slotOf } from '../../core/time.ts'
import { type PairingField, type Remark, remarkAt, type Stated } from '../../reading/archive/stated.ts'
import { LAST_INSTANT, parseBoundary } from '../times.ts'
import type { PlacedRow } from './stated-rows.ts'

/** What rows are held against. */
export interface StatedAround {
  readonly offsetMinutes: number
  /** Ids of the meter list. */
  readonly meters: ReadonlySet<string>
}

export interface StatedPairings {
  readonly stated: readonly Stated[]
  readonly refused: readonly Remark[]
  /** What is taken as it is, and a person should look at. */
  readonly remarks: readonly Remark[]
}

/** Account, point and meter: numbers and codes of other books, and no room for names of people. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$/

export function statedIn(rows: readonly PlacedRow[], around: StatedAround): StatedPairings {
  const stated: Stated[] = []
  const refused: Remark[] = []
  const remarks: Remark[] = []
  for (const row of rows) {
    const checked = checkedRow(row, around)
    if ('wrong' in checked) refused.push(...checked.wrong)
    else {
      stated.push(checked)
      remarks.push(...oddIn(checked, around))
    }
  }
  return { stated, refused, remarks }
}

function checkedRow(
  { row, place }: PlacedRow,
  { offsetMinutes }: Pick<StatedAround, 'offsetMinutes'>,
): Stated | { readonly wrong: readonly Remark[] } {
  const wrong: Remark[] = []
  const refuse = (field: PairingField, text: string, remedy: string) =>
    void wrong.push(remarkAt(place, field, text, remedy))
  const { account, point, meter } = row
  for (const [field, id] of Object.entries({ account, point, meter })) {
    const fault = faultOfId(id)
    // The keys are those just written.
    if (fault !== null) refuse(field as PairingField, ...fault)
  }
  const instant = (field: 'from' | 'to') => {
    const at = parseBoundary(row[field], offsetMinutes)
    if (at === null) refuse(field, `${quoteCell(row[field])} is no time`, TIMES)
    else if (at > LAST_INSTANT)
      refuse(field, `${quoteCell(row[field])} is later than any time that can be written`, TOO_LATE[field])
    return at ?? Number.NaN
  }
  const from = instant('from')
  const to = row.to === '' ? null : instant('to')
  if (to !== null && to <= from) refuse('to', 'it ends before it begins', 'write a `to` after `from`')
  const isWithdrawn = /^(yes|true)$/i.test(row.withdrawn)
  if (!isWithdrawn && !/^(no|false)?$/i.test(row.withdrawn))
    refuse('withdrawn', `${quoteCell(row.withdrawn)} is neither yes nor no`, 'write yes, or leave it empty')
  return wrong.length > 0 ? { wrong } : { account, point, meter, from, to, isWithdrawn, place }
}

const TOO_LATE = {
  from: 'write when it begins, before 9999-12-31',
  to: 'leave `to` empty where nothing ends it',
}
const TIMES = 'write a date such as 2026-11-01, whose 00:00 at the site it means, or ISO 8601 with offset'

function faultOfId(id: string): readonly [text: string, remedy: string] | null {
  if (id === '') return ['nothing is written here', 'write the number it has in your books']
  if (isMangledNumber(id) && /[.,+]/.test(id))
    return [
      `a spreadsheet made the number ${quoteCell(id)} of it; its last digits are lost`,
      'format the column as text and type it again, with its leading zeros',
    ]
  if (ID.test(id)) return null
  return [
    `${quoteCell(id)} is no such number`,
    'up to 64 letters A to Z, digits and . _ : / - ; names and addresses of people are not kept here',
  ]
}

function oddIn({ meter, from, to, place }: Stated, { meters, offsetMinutes }: StatedAround): Remark[] {
  const found: Remark[] = []
  if (!meters.has(meter))
    found.push(
      remarkAt(
        place,
        'meter',
        `meter ${meter} is not in the meter list`,
        'is it read by another gateway, or a slip?',
      ),
    )
  const within = (
    [
      ['from', from],
      ['to', to],
    ] as const
  ).find(([, at]) => at !== null && slotOf(at, DAY, offsetMinutes) !== at)
  if (within)
    found.push(
      remarkAt(
        place,
        within[0],
        'it changes within a day, and no daily freeze tells what the meter showed then',
        'have it read at that time, or let it change at a midnight',
      ),
    )
  return found
}
