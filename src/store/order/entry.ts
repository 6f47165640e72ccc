/** Rows of orders, with all their steps, and of what stands against all of them; each with its checksum. */

import { hash } from 'node:crypto'
import { canonical } from '../../supply/order/digest.ts'
import type { Order } from '../../supply/order/order.ts'
import { isStanding } from '../../supply/order/request.ts'
import { crc32Of } from '../checksum.ts'
import { type Row, whole } from '../rows.ts'
import type { OrderKept } from './asked.ts'

export const SUPPLY_COLUMNS = [
  ...['sequence', 'id', 'account', 'meter', 'kind', 'open', 'sent_at', 'body', 'checksum'],
]

export interface KeptOrder extends OrderKept {
  readonly sequence: number
}

type Fields = readonly (string | number | null)[]

/** In the order of the columns. */
export function orderFields({ sequence, order, steps }: KeptOrder): Fields {
  const { id, account, meter, kind, sent } = order
  const open = isStanding(order) ? 1 : 0
  return summed([
    sequence,
    id,
    account,
    meter,
    kind,
    open,
    sent?.at ?? null,
    JSON.stringify({ order, steps }),
  ])
}

/** Null where the row does not match its checksum. */
export function orderIn(row: Row): KeptOrder | null {
  if (!isSoundRow(row)) return null
  return { ...(JSON.parse(String(row['body'])) as OrderKept), sequence: whole(row['sequence']) }
}

/** What counts of an order: when it is looked at next is no step of it. */
export function digestOfOrder(order: Order): string {
  const { dueAt: _, ...said } = order
  return hash('sha256', canonical('tries' in said ? { ...said, tries: 0 } : said))
}

/** `stop` is the kill switch; `fuse` has blown or not; `search` is who was seen dark. They have rows of their own, of no account. */
export type StateName = 'stop' | 'fuse' | 'search'

/** Said in one life of the store, and of no other. */
export interface StateKept {
  readonly epoch: number
  readonly facts: unknown
}

export function stateFields(sequence: number, name: StateName, kept: StateKept): Fields {
  return summed([sequence, name, '', '', name, 0, null, JSON.stringify(kept)])
}

/** What the journal has of it. */
export function digestOfState(kept: StateKept): string {
  return hash('sha256', canonical(kept))
}

/** Null where the row does not match its checksum. */
export function stateIn(row: Row): StateKept | null {
  return isSoundRow(row) ? (JSON.parse(String(row['body'])) as StateKept) : null
}

function summed(fields: Fields): Fields {
  return [...fields, crc32Of(fields)]
}

export function isSoundRow(row: Row): boolean {
  return crc32Of(SUPPLY_COLUMNS.slice(0, -1).map(column => row[column])) === whole(row['checksum'])
}
