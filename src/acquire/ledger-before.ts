/** What an earlier life of the daemon has left of the accounts, so that no period is asked for twice or forgotten. */

import type { Config } from '../config/config.ts'
import { DAY } from '../core/time.ts'
import type { KeptPlan, Missing } from '../reading/expectation.ts'
import type { Store } from '../store/store.ts'
import { registersOf } from './bookkeeping.ts'
import type { Before } from './ledger.ts'
import { isItsOwn, plansOf } from './plans.ts'

const PLANS_AT_ONCE = 1_000

export interface LeftBefore {
  /** Up to when periods are accounted for; null where none are. */
  readonly accountedTo: number | null
  readonly meters: ReadonlyMap<string, Omit<Before, 'freezesHeld'>>
}

/** For so long what was read once only is asked for again, from one start to the next. */
const READ_AGAIN_WITHIN_MS = 2 * DAY

/**
 * Of each meter the polls of this very moment that are kept whole, those load records may still fill, and the freezes of the
 * last days that were read once.
 */
export async function leftBefore(
  store: Pick<Store, 'plans' | 'slots' | 'open' | 'accountedTo' | 'freezesReadOnce'>,
  { meters, site }: Pick<Config, 'meters' | 'site'>,
  now: number,
): Promise<LeftBefore> {
  const accountedTo = await store.accountedTo()
  const kept = Map.groupBy(await plansNow(store), ({ meter }) => meter)
  const entries = meters.map(async meter => {
    const pollsHeld = new Map<string, readonly number[]>()
    const open = new Map<string, readonly Missing[]>()
    const readOnce: Record<string, readonly number[]> = {}
    for (const plan of plansOf(meter, site.offsetMinutes)) {
      const registers = registersOf(plan)
      if (plan.kind === 'freeze' && plan.bills) {
        const of = { registers, calendar: plan.calendar }
        const slots = await store.freezesReadOnce(meter.id, now - READ_AGAIN_WITHIN_MS, of)
        readOnce[plan.name] = slots.filter(one => isItsOwn(plan, one))
      }
      const slot = plan.slotAt(now)
      const before = kept
        .get(meter.id)
        ?.find(one => one.plan === plan.name && `${one.registers}` === `${registers}`)
      if (!before || plan.kind !== 'poll') continue
      if (plan.poll.fill) open.set(plan.name, await store.open(before.ref))
      const { held } = await store.slots(before.ref, slot, slot + 1)
      if (held.some(one => one.slot === slot && one.registers === registers.length))
        pollsHeld.set(plan.name, [slot])
    }
    return [meter.id, { accountedTo, pollsHeld, open, readOnce }] as const
  })
  return { accountedTo, meters: new Map(await Promise.all(entries)) }
}

async function plansNow(store: Pick<Store, 'plans'>): Promise<readonly KeptPlan[]> {
  const all: KeptPlan[] = []
  for (let page: readonly KeptPlan[] | null = null; page === null || page.length === PLANS_AT_ONCE; ) {
    const last = page?.at(-1)
    page = await store.plans({
      limit: PLANS_AT_ONCE,
      ...(last && { after: { meter: last.meter, plan: last.ref } }),
    })
    all.push(...page)
  }
  return all.filter(({ until }) => until === null)
}
