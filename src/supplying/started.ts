/** Carrying out orders, put together: the store's side, the lines' side, and the kill switch between them. */

import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import type { Clock } from '../core/clock.ts'
import type { Log } from '../core/log.ts'
import type { Moment } from '../store/order/asked.ts'
import type { OrderRules } from '../store/order/rules.ts'
import type { Store } from '../store/store.ts'
import type { Desk } from '../supply/order/desk.ts'
import { billingOverHttp } from './billing-over-http.ts'
import { startDarkSearch } from './dark-search.ts'
import type { OrderDoors } from './doors.ts'
import type { GuardedStore } from './guarded.ts'
import type { Billing, OrderStore } from './ports.ts'
import { createSupplying, type Supplying } from './supplying.ts'
import { toldAtStart } from './told-at-start.ts'

export interface StartedParts {
  readonly store: Store
  readonly rules: OrderRules
  readonly dataDirectory: string
  readonly desk: Desk
  /** Null where it is not asked. */
  readonly billing: Billing | null
  readonly guard: GuardedStore['guard']
  readonly stops: (() => Promise<unknown>)[]
  readonly isTimeTrusted: () => boolean
  /** Lines of which most meters are silent; null where nobody knows. */
  readonly outages: () => readonly string[] | null
  readonly clock: Clock
  readonly log: Log
}

/** Where no policy says so. */
const APART: OrderDoors['apart'] = [['operate', 'approve']]

/** Whoever puts a file of this name into the data directory stops all cuts. */
export const STOP_FILE = 'supply.stop'

/** Nothing where none are configured and there never was one. Where the configuration was taken away restores go on (P-15). */
export async function startOrders({
  config,
  ...parts
}: Omit<StartedParts, 'billing'> & { readonly config: Pick<Config, 'orders' | 'site'> }): Promise<
  OrderDoors | undefined
> {
  const { store, rules, clock, log } = parts
  const dark = await store.ordersDark()
  if (rules.policy === null && !dark.hasOrders) return undefined
  for (const text of toldAtStart(rules, dark, await store.ordersOpen(clock.now())))
    log.error({ code: 'ORDERS_OFF' }, text)
  const doors = await startSupplying({ ...parts, billing: billingOf(config, clock) })
  if (dark.needsSearch) parts.stops.push(startDarkSearch({ ...parts, meters: rules.meters }))
  return doors
}

function billingOf({ orders, site }: Pick<Config, 'orders' | 'site'>, clock: Clock): Billing | null {
  const billing = orders?.billing
  return billing?.way === 'asked' ? billingOverHttp(billing, clock, site.offsetMinutes) : null
}

/** Said once, and once again when it answers: while it is silent nobody is cut. */
function heardOf(billing: Billing, log: Log): Billing {
  let isSilent = false
  return {
    async ask(cut) {
      const word = await billing.ask(cut)
      const was = isSilent
      isSilent = word.says === null
      if (isSilent && !was)
        log.error(
          { code: 'ASK_FAILED' },
          `billing does not say whether it is unpaid: ${word.by}: ${word.text}`,
        )
      if (was && !isSilent) log.info({}, `billing answers again: ${word.by}`)
      return word
    },
  }
}

export async function startSupplying(parts: StartedParts): Promise<OrderDoors> {
  const { store, rules, clock, log, desk, guard, stops } = parts
  const path = join(parts.dataDirectory, STOP_FILE)
  const moment = (): Moment => ({
    gatewayTime: parts.isTimeTrusted() ? 'trusted' : 'doubted',
    outages: parts.outages(),
    isStoreWell: store.mood.trouble === null,
    hasStopFile: isThere(path),
  })
  const supplying = createSupplying({
    store: keptOrders(store, clock, moment),
    desk: stoppable(desk, () => rules.policy !== null && isThere(path) === false),
    billing: parts.billing && heardOf(parts.billing, log),
    clock,
    isTimeTrusted: parts.isTimeTrusted,
    tellField: (text, order) => void tellField(store, log, text, order),
    tell: (text, error) => log.error({ code: 'ASK_FAILED' }, `${text}: ${wordsOf(error)}`),
  })
  guard(supplying)
  await supplying.start()
  stops.push(() => supplying.stop())
  return doorsOf(store, rules, supplying, moment)
}

/** With what keeps the button from closing it, where that is known: a store that does not answer keeps nobody at home. */
async function tellField(
  store: Pick<Store, 'orderOne'>,
  log: Log,
  text: string,
  order: string,
): Promise<void> {
  const one = await store.orderOne(order).catch(() => null)
  log.error({ code: 'ASK_FAILED' }, one?.heldOpen ? `${text}; ${one.heldOpen.text}` : text)
}

/** Null where that cannot be seen: then it counts as there. A link that leads nowhere is there too. */
function isThere(path: string): boolean | null {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    return null
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function keptOrders(store: Store, clock: Clock, moment: () => Moment): OrderStore {
  const known = <Result>(stepped: Result | null, id: string): Result => {
    if (stepped === null) throw new Error(`order ${id} is gone, or damaged`)
    return stepped
  }
  return {
    open: () => store.ordersOpen(clock.now()),
    due: () => store.ordersDue(clock.now()),
    step: async (id, event) => known(await store.orderStep(id, event, clock.now()), id),
    send: async (id, seen) =>
      known(await store.orderSend({ id, ...seen, at: clock.now(), moment: moment() }), id),
  }
}

/** The file of the kill switch is looked for right before the first byte of a cut; nothing stops a restore. */
function stoppable(desk: Desk, mayCut: () => boolean): Desk {
  return {
    held: (meter, urgency, work) =>
      desk.held(meter, urgency, held =>
        work({
          ...held,
          order: released =>
            held.order({
              ...released,
              mayLeave: () => released.mayLeave() && (released.intended !== 'open' || mayCut()),
            }),
        }),
      ),
  }
}

function doorsOf(
  store: Store,
  { isRehearsal, policy }: OrderRules,
  supplying: Supplying,
  moment: () => Moment,
): OrderDoors {
  return {
    async ask(asked) {
      const { act } = asked
      // A store that cannot write it down holds no frame either.
      if (act.kind === 'stop') supplying.forbid(() => true)
      const posted = await store.orderAsk({ ...asked, moment: moment() })
      if (act.kind === 'stop') supplying.forbid(() => true)
      if (act.kind === 'restore') supplying.forbid(({ meter }) => meter === act.meter)
      if (act.kind === 'cancel') supplying.forbid(({ id }) => id === act.order)
      return posted
    },
    show: asked => store.orderShow({ ...asked, moment: moment() }),
    one: store.orderOne,
    list: store.orderPage,
    async state() {
      return { ...(await store.supplyState()), hasStopFile: moment().hasStopFile }
    },
    takesCuts: policy !== null,
    isRehearsal,
    apart: policy?.approval.apart ?? APART,
  }
}
