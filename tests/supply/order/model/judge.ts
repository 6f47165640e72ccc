/**
 * What must hold whatever the orders do, told from the specification (prepaid.md §3 to §10, promises PR-50 to PR-66) and from what went
 * over the wire: it knows nothing of how orders are kept or decided. All times are true time, UTC ms.
 */

import type { Order } from '../../../../src/supply/order/order.ts'

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000]
/** Clocks of China, which are never changed. */
const EAST_MS = 8 * HOUR
/** What is due at a time is noticed at the next turn of the clock. */
const NOTICED_WITHIN_MS = 3 * MINUTE

/** Whatever the world says of an account and of its meter at this moment. */
export interface Told {
  readonly account: string
  /** The number of the meter that the archive has for it. */
  readonly number: string
  readonly owedCents: number
  readonly firstNotice: number | null
  readonly secondNotice: number | null
  readonly isProtected: boolean
  readonly readAt: number
  readonly billing: 'unpaid' | 'paid' | 'silent'
  readonly isOutage: boolean
  readonly isExchangeOpen: boolean
  readonly isJournalWritable: boolean
  readonly isTimeTrusted: boolean
}

export interface FrameSeen {
  readonly at: number
  readonly order: string
  readonly attempt: number
  readonly intended: 'open' | 'close-allowed' | 'closed'
  readonly meter: string
  /** Of the meter that hangs there in truth. */
  readonly number: string
  readonly line: string
}

interface Known {
  readonly account: string
  readonly meter: string
  readonly requestedBy: string
  readonly batch: string
  approvedBy: string | null
  withdrawnAt: number | null
  state: string
}

interface LookSeen {
  readonly at: number
  readonly number: string | null
  readonly isOpen: boolean | null
  readonly keepsPower: boolean | null
  readonly clockErrorMs: number | null
  /** Higher than the last by what a day can hold, and no lower. */
  readonly isRegisterPlausible: boolean
  /** In truth, at that moment. */
  readonly isSupplied: boolean
}

interface Owing {
  readonly meter: string
  readonly by: number
}

export interface Limits {
  readonly tenMinutes: number
  readonly hour: number
  readonly day: number
}

export interface Judge {
  readonly wrong: string[]
  /** How often each thing was seen, so that a walk which proves nothing is noticed. */
  readonly seen: Record<string, number>
  asked(id: string, known: Pick<Known, 'account' | 'meter' | 'requestedBy' | 'batch'>): void
  approved(id: string, by: string): void
  cancelled(id: string, at: number): void
  /** A payment, hold, dispute or protection was acknowledged; what it concerns happened at `since`. */
  cleared(account: string, meters: readonly string[], since: number, at: number): void
  stopped(isStopped: boolean): void
  told(told: Told, at: number): void
  looked(meter: string, look: LookSeen): void
  frame(frame: FrameSeen): void
  /** What is claimed of an order, beside whether its meter is supplied in truth. */
  claimed(order: Order, isSupplied: boolean): void
  passed(at: number, truth: (meter: string) => { isSupplied: boolean; hasFieldOrder: boolean }): void
  ended(truth: (meter: string) => { isSupplied: boolean; hasFieldOrder: boolean }): void
}

export function createJudge(gateway: Limits, line: Limits): Judge {
  const orders = new Map<string, Known>()
  const frames: FrameSeen[] = []
  const sent = new Set<string>()
  const looks = new Map<string, LookSeen>()
  const recent = new Map<string, { at: number; told: Told }[]>()
  const owing: Owing[] = []
  const clearedAt = new Map<string, number>()
  /** What was last wanted of each meter, by those who may want it. */
  const wanted = new Map<string, 'open' | 'closed'>()
  const wrong: string[] = []
  const seen: Record<string, number> = {}
  let isStopped = false

  const count = (what: string) => {
    seen[what] = (seen[what] ?? 0) + 1
  }
  const must = (holds: boolean, frame: FrameSeen, rule: string) => {
    if (!holds)
      wrong.push(`${rule}: ${frame.intended} of ${frame.order} at ${new Date(frame.at).toISOString()}`)
  }
  /** Whether it was so at any moment of the last minute: what the frame rests on is no older. */
  const lately = (account: string, at: number, is: (told: Told) => boolean) => {
    const all = recent.get(account) ?? []
    return all.some(({ told }, place) => is(told) && (all[place + 1]?.at ?? at) >= at - MINUTE)
  }

  function cut(frame: FrameSeen): void {
    const { at, order: id, meter, number } = frame
    const known = orders.get(id)
    const look = looks.get(meter)
    must(known?.approvedBy != null, frame, 'PR-52 approved')
    if (!known || !look) return void wrong.push(`an order nobody asked for, or no look: ${id}`)
    const { account } = known
    const now = recent.get(account)?.at(-1)?.told
    must(known.approvedBy !== known.requestedBy, frame, 'P-06 two people')
    must(known.withdrawnAt === null, frame, 'a cut that was cancelled')
    must(!isStopped, frame, 'PR-66 the kill switch')
    must((clearedAt.get(account) ?? 0) <= (askedAt.get(id) ?? 0), frame, 'PR-63 a payment wins')
    must(now?.number === number, frame, 'another meter')
    must(now?.isProtected === false, frame, 'P-10 protected')
    must(at - look.at <= MINUTE, frame, 'P-07 a look of the last minute')
    must(look.number === now?.number, frame, 'P-07 identity')
    must(look.isOpen === false, frame, 'P-07 seen closed')
    must(look.keepsPower === false, frame, 'P-07 keeps power')
    must(Math.abs(look.clockErrorMs ?? Number.NaN) <= MINUTE, frame, 'P-07 the clock of the meter')
    must(look.isRegisterPlausible, frame, 'P-07 the register')
    must(inWindow(at), frame, 'P-09 the window')
    const rules: readonly (readonly [string, (told: Told) => boolean])[] = [
      ['P-08 enough owed', told => told.owedCents >= 1000],
      ['P-04 seven full days', told => told.firstNotice !== null && at >= dayAfter(told.firstNotice, 8)],
      [
        'P-05 thirty to sixty minutes',
        told => within(at - (told.secondNotice ?? 0), 30 * MINUTE, 60 * MINUTE),
      ],
      ['P-03 a fresh read', told => within(at - told.readAt, 0, 48 * HOUR)],
      ['P-07 billing says unpaid', told => told.billing === 'unpaid'],
      ['P-09 no outage', told => !told.isOutage],
      ['P-07 no exchange', told => !told.isExchangeOpen],
      ['PR-65 written down', told => told.isJournalWritable],
      ['PR-56 trusted time', told => told.isTimeTrusted],
    ]
    for (const [rule, is] of rules) must(lately(account, at, is), frame, rule)
    fused(frame, known)
    // It was seen closed: what was owed before is settled, and another cut was decided since.
    for (const one of owing.filter(({ meter: its }) => its === meter)) owing.splice(owing.indexOf(one), 1)
    wanted.set(meter, 'open')
  }

  function fused(frame: FrameSeen, { batch, requestedBy }: Known): void {
    const { at, line: ofLine } = frame
    const cuts = frames.filter(({ intended }) => intended === 'open')
    for (const [limit, its] of [
      [gateway, cuts],
      [line, cuts.filter(one => one.line === ofLine)],
    ] as const) {
      const within = (ms: number) => its.filter(one => one.at > at - ms).length
      must(within(10 * MINUTE) <= limit.tenMinutes, frame, 'P-11 ten minutes')
      must(within(HOUR) <= limit.hour, frame, 'P-11 an hour')
      must(within(DAY) <= limit.day, frame, 'P-11 a day')
    }
    const others = cuts.filter(one => one.order !== frame.order && orders.get(one.order)?.batch === batch)
    const states = others.map(one => orders.get(one.order)?.state).filter(state => state !== 'superseded')
    const first = states.find(state => state !== 'not-sent')
    must(first === undefined || first === 'confirmed', frame, 'P-11 the canary')
    // What is on the edge of the day may be in it or not.
    const isVerified = [DAY - MINUTE, DAY + MINUTE].some(day => {
      const firstOfDay = cuts
        .filter(one => one.order !== frame.order && one.at > at - day)
        .map(one => orders.get(one.order))
        .filter(one => one?.requestedBy === requestedBy && one.state !== 'superseded')
        .find(one => one?.state !== 'not-sent')
      return firstOfDay === undefined || firstOfDay.state === 'confirmed'
    })
    must(isVerified, frame, 'P-11 the canary of a person')
  }

  const askedAt = new Map<string, number>()
  let now = 0

  return {
    wrong,
    seen,
    asked(id, known) {
      count('asked')
      orders.set(id, { ...known, approvedBy: null, withdrawnAt: null, state: 'requested' })
      askedAt.set(id, now)
    },
    approved(id, by) {
      count('approved')
      const known = orders.get(id)
      if (known) known.approvedBy = by
    },
    cancelled(id, at) {
      const known = orders.get(id)
      if (known) known.withdrawnAt = at
    },
    cleared(account, meters, since, at) {
      count('cleared')
      clearedAt.set(account, at)
      for (const meter of meters) {
        if (wanted.get(meter) !== 'open') continue
        count('to restore')
        wanted.set(meter, 'closed')
        owing.push({ meter, by: Math.max(since + 30 * MINUTE, at) + NOTICED_WITHIN_MS })
      }
    },
    stopped(is) {
      isStopped = is
    },
    told(told, at) {
      now = at
      const all = recent.get(told.account) ?? []
      recent.set(told.account, [
        ...all.filter((_, place) => (all[place + 1]?.at ?? at) >= at - MINUTE),
        { at, told },
      ])
    },
    looked(meter, look) {
      looks.set(meter, look)
    },
    frame(frame) {
      count(frame.intended)
      const name = `${frame.order}/${frame.attempt}`
      must(!sent.has(name), frame, 'PR-58 at most one frame')
      must(frame.intended !== 'open' || frame.attempt === 1, frame, 'PR-58 a cut is never sent again')
      sent.add(name)
      frames.push(frame)
      if (frame.intended === 'open') cut(frame)
      else must(looks.get(frame.meter)?.number === frame.number, frame, 'another meter')
    },
    claimed({ id, meter, kind, state, dueAt, because }, isSupplied) {
      const known = orders.get(id)
      if (known) known.state = state
      if (kind === 'cut' && state === 'confirmed') {
        count('confirmed')
        if (isSupplied) wrong.push(`I-09 ${id} is confirmed, and its customer has power`)
      }
      if (kind === 'restore' && state === 'restored' && because?.code === 'TOLD_BY_PERSON')
        count(isSupplied ? 'told, and so' : 'told, and wrong')
      else if (kind === 'restore' && state === 'restored') {
        count('restored')
        // While a late frame of its cut may still open the meter, it is what was seen that is claimed, and it is looked at again.
        const isTrue = dueAt === null ? isSupplied : looks.get(meter)?.isSupplied
        if (!isTrue) wrong.push(`I-09 ${id} is restored, and its customer has no power`)
      }
      if (kind === 'cut' && (state === 'not-executed' || state === 'not-sent') && !isSupplied)
        wrong.push(`${id} is ${state}, and its customer has no power`)
    },
    passed(at, truth) {
      now = at
      for (const one of owing.filter(({ by }) => by <= at)) {
        const { isSupplied, hasFieldOrder } = truth(one.meter)
        count(isSupplied ? 'restored in time' : 'field order in time')
        if (!isSupplied && !hasFieldOrder)
          wrong.push(`P-15 ${one.meter} is paid, dark, and nobody drives there`)
        owing.splice(owing.indexOf(one), 1)
      }
    },
    ended(truth) {
      for (const [meter, want] of wanted) {
        const { isSupplied, hasFieldOrder } = truth(meter)
        if (want === 'closed' && !isSupplied && !hasFieldOrder)
          wrong.push(`${meter} ends dark, and was last to be restored`)
        const cut = frames.findLast(one => one.meter === meter && one.intended === 'open')
        const state = orders.get(cut?.order ?? '')?.state
        if (want === 'open' && isSupplied && state === 'confirmed')
          wrong.push(`${meter} ends with power, and its cut is confirmed`)
        count(`ends ${want}, ${isSupplied ? 'supplied' : 'dark'}`)
      }
    },
  }
}

function within(ms: number, least: number, most: number): boolean {
  return ms >= least && ms <= most
}

/** Midnight, so many days after the day of the instant. */
function dayAfter(instant: number, days: number): number {
  return Math.floor((instant + EAST_MS) / DAY) * DAY - EAST_MS + days * DAY
}

/** Monday to Thursday, from nine to three. */
function inWindow(at: number): boolean {
  const local = new Date(at + EAST_MS)
  const minute = local.getUTCHours() * 60 + local.getUTCMinutes()
  const isHoliday = ['2026-12-02', '2026-12-03'].includes(local.toISOString().slice(0, 10))
  const isDay = [1, 2, 3, 4].includes(local.getUTCDay()) && !isHoliday
  return isDay && minute >= 9 * 60 && minute < 15 * 60
}
