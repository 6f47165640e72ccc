/** Orders as they are read: each row is checked on its way out and withheld where it is damaged (PR-06). */

import type { DatabaseSync } from 'node:sqlite'
import { DAY } from '../../core/time.ts'
import { type FuseState, type PastCut, USUAL_DAYS, WHOLE } from '../../supply/order/fuses.ts'
import type { Order } from '../../supply/order/order.ts'
import { possiblyCut } from '../../supply/order/request.ts'
import { wakesAt } from '../../supply/order/wakes.ts'
import type { Damage } from '../damage.ts'
import { type Row, whole } from '../rows.ts'
import type {
  Dark,
  DarkSearch,
  NumberedOrder,
  OrdersAsked,
  OrdersPage,
  SeenOpen,
  SupplyState,
} from './asked.ts'
import { type KeptOrder, orderIn, type StateName, stateIn } from './entry.ts'

export interface Orders {
  /** Null where there is none, or it is damaged. */
  kept(id: string): KeptOrder | null
  /** In the order they were asked for. Where something is damaged nobody knows what stands. */
  ofMeter(meter: string): OrdersOf
  ofAccount(account: string): OrdersOf
  /** Those to which something may still happen by itself. */
  open(): readonly Order[]
  /** The same, with those that are damaged, as far as their rows still tell. */
  allOpen(): OrdersOf
  due(now: number): readonly Order[]
  dark(): Dark
  page(asked: OrdersAsked): OrdersPage
  /** For the fuses; null where something of that time is damaged. */
  pastCuts(now: number): readonly PastCut[] | null
  /** When the first was asked for; null where none was. */
  knownSince(): number | null
  /** Of all rows, damaged or not. */
  lastSequence(): number
  /** Where the kill switch or the fuse is, damaged or not. */
  rowOf(name: StateName): number | null
  /** Damaged or not. */
  isThere(id: string): boolean
  stopped(): SupplyState['stopped']
  fuse(): FuseState
  search(): DarkSearch | null
  /** An order of this meter may be lost: the store was restored or rescued, and nobody has seen since that its relay is closed. */
  mayLackOne(meter: string): boolean
}

export interface OrdersOf {
  readonly orders: readonly Order[]
  readonly isWhole: boolean
  readonly damaged: readonly Damaged[]
}

/** What stands in a damaged row beside its order; any of it may be what is damaged. */
export interface Damaged {
  readonly sequence: number
  readonly account: string
  readonly meter: string
  readonly kind: string
  /** How many sound ones come before it. */
  readonly place: number
}

/** The first life of a store; every other one was rescued or restored. */
const FIRST_LIFE = 1
const MOST_LOOKED_AT = 2_000

export function createOrders(database: DatabaseSync, damage: Pick<Damage, 'found'>, epoch: number): Orders {
  const ask = statementsFor(database)

  function verified(row: Row): KeptOrder | null {
    const kept = orderIn(row)
    if (kept === null) damage.found('supply', whole(row['sequence']))
    return kept
  }

  function soundOf(rows: readonly Row[]): OrdersOf {
    const orders: Order[] = []
    const damaged: Damaged[] = []
    for (const row of rows) {
      const order = verified(row)?.order
      if (order) orders.push(order)
      else damaged.push({ ...damagedIn(row), place: orders.length })
    }
    return { orders, isWhole: damaged.length === 0, damaged }
  }

  /** Of another life, or damaged, it is not known; null where nothing was ever said. */
  function stateOf(name: StateName): unknown {
    const row = ask.row.get(name)
    if (row === undefined) return epoch === FIRST_LIFE ? null : UNKNOWN
    const kept = stateIn(row)
    if (kept === null) damage.found('supply', whole(row['sequence']))
    return kept?.epoch === epoch ? kept.facts : UNKNOWN
  }

  function isRestoredSince({ meter, seenAt }: SeenOpen): boolean {
    const { orders } = soundOf(ask.ofMeter.all(meter))
    return orders.some(
      ({ kind, state, since }) => kind === 'restore' && state === 'restored' && since >= seenAt,
    )
  }

  const allOpen = () => soundOf(ask.open.all())
  const open = () => allOpen().orders

  function search(): DarkSearch | null {
    const facts = stateOf('search')
    if (facts === UNKNOWN || facts === null) return null
    const found = facts as DarkSearch
    return { ...found, open: found.open.filter(seen => !isRestoredSince(seen)) }
  }

  return {
    open,
    allOpen,
    due: now => open().filter(order => (wakesAt(order) ?? Number.POSITIVE_INFINITY) <= now),
    dark() {
      const meters = ask.sentTo.all().map(({ meter }) => String(meter))
      const found = meters.map(meter => ({ meter, ...soundOf(ask.ofMeter.all(meter)) }))
      return {
        hasOrders: ask.any.get() !== undefined,
        cuts: found.flatMap(({ orders }) => possiblyCut(orders) ?? []),
        unknown: found.filter(({ isWhole }) => !isWhole).map(({ meter }) => meter),
        needsSearch: needsSearch(stateOf('search')),
      }
    },
    kept(id) {
      const row = ask.one.get(id)
      return row === undefined ? null : verified(row)
    },
    isThere: id => ask.row.get(id) !== undefined,
    ofMeter: meter => soundOf(ask.ofMeter.all(meter)),
    ofAccount: account => soundOf(ask.ofAccount.all(account)),
    page({ after, limit, ...narrowed }) {
      const orders: NumberedOrder[] = []
      let [reached, looked] = [after, 0]
      const statement = narrowed.isOpen ? ask.openAfter : ask.after
      for (const row of statement.iterate(after)) {
        if (orders.length === limit || looked === MOST_LOOKED_AT) return { orders, reached }
        reached = whole(row['sequence'])
        looked += 1
        const order = verified(row)?.order
        if (order && isAsked(order, narrowed)) orders.push({ sequence: reached, order })
      }
      return { orders, reached: null }
    },
    pastCuts(now) {
      const { orders, isWhole } = soundOf(ask.sent.all(now - (USUAL_DAYS + 2) * DAY))
      return isWhole ? orders.flatMap(pastCutOf) : null
    },
    knownSince() {
      const row = ask.first.get()
      return row === undefined ? null : (verified(row)?.order.requestedAt ?? null)
    },
    lastSequence: () => whole(ask.last.get()?.['last'] ?? 0),
    rowOf(name) {
      const row = ask.row.get(name)
      return row === undefined ? null : whole(row['sequence'])
    },
    stopped() {
      const facts = stateOf('stop')
      if (facts === UNKNOWN)
        return {
          by: 'daemon',
          at: 0,
          reason: 'the store was restored, rescued or damaged: resume when all is known',
        }
      return facts as SupplyState['stopped']
    },
    fuse() {
      const facts = stateOf('fuse')
      if (facts === UNKNOWN)
        return {
          blown: {
            at: 0,
            text: 'the store was restored, rescued or damaged: nobody knows how many were cut',
          },
          resetAskedBy: null,
        }
      return (facts ?? WHOLE) as FuseState
    },
    search,
    mayLackOne(meter) {
      const found = search()
      if (found === null) return needsSearch(stateOf('search'))
      return found.unseen.includes(meter) || found.open.some(seen => seen.meter === meter)
    },
  }
}

const UNKNOWN = Symbol('unknown')

function needsSearch(facts: unknown): boolean {
  return facts === UNKNOWN || (facts !== null && (facts as DarkSearch).endedAt === null)
}

function damagedIn(row: Row): Omit<Damaged, 'place'> {
  const { account, meter, kind } = row
  return {
    ...{ sequence: whole(row['sequence']), account: String(account), meter: String(meter) },
    kind: String(kind),
  }
}

function pastCutOf(order: Order): readonly PastCut[] {
  if (order.kind !== 'cut' || order.sent === null) return []
  const { line, transformer, requestedBy, batch, state, sent } = order
  return [{ line, transformer, requestedBy, batch, state, at: sent.deadline }]
}

function isAsked(
  order: Order,
  { account, meter, kind, state }: Omit<OrdersAsked, 'after' | 'limit' | 'isOpen'>,
): boolean {
  return (
    (account === undefined || order.account === account) &&
    (meter === undefined || order.meter === meter) &&
    (kind === undefined || order.kind === kind) &&
    (state === undefined || order.state === state)
  )
}

function statementsFor(database: DatabaseSync) {
  const all = "SELECT * FROM supply WHERE kind IN ('cut', 'restore')"
  return {
    one: database.prepare(`${all} AND id = ?`),
    row: database.prepare('SELECT * FROM supply WHERE id = ?'),
    ofMeter: database.prepare('SELECT * FROM supply WHERE meter = ? ORDER BY sequence'),
    ofAccount: database.prepare('SELECT * FROM supply WHERE account = ? ORDER BY sequence'),
    open: database.prepare('SELECT * FROM supply WHERE open = 1 ORDER BY sequence'),
    after: database.prepare(`${all} AND sequence > ? ORDER BY sequence`),
    openAfter: database.prepare('SELECT * FROM supply WHERE open = 1 AND sequence > ? ORDER BY sequence'),
    sent: database.prepare('SELECT * FROM supply WHERE sent_at IS NOT NULL AND sent_at > ? ORDER BY sent_at'),
    sentTo: database.prepare('SELECT DISTINCT meter FROM supply WHERE sent_at IS NOT NULL ORDER BY meter'),
    any: database.prepare("SELECT 1 FROM supply WHERE kind NOT IN ('stop', 'fuse', 'search') LIMIT 1"),
    first: database.prepare(`${all} ORDER BY sequence LIMIT 1`),
    last: database.prepare('SELECT max(sequence) AS last FROM supply'),
  }
}
