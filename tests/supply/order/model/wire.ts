/** The lines of the world: they lose, delay and repeat frames, and all that goes over them is told to the judge. */

import type { Random } from '../../../../src/core/random.ts'
import { MINUTE, SECOND } from '../../../../src/core/time.ts'
import type { Desk, Released } from '../../../../src/supply/order/desk.ts'
import type { Look } from '../../../../src/supply/order/look.ts'
import type { VirtualClock } from '../../../support/virtual-clock.ts'
import type { Account } from './account.ts'
import type { Judge } from './judge.ts'
import type { Meter } from './meter.ts'

export interface WireParts {
  readonly clock: VirtualClock
  readonly random: Random
  readonly judge: Judge
  readonly accounts: readonly Account[]
  readonly meterOf: (meter: string) => Meter
  readonly truth: () => number
  readonly clockOff: () => number
  readonly isRough: () => boolean
  readonly tell: (account: Account) => void
}

/** What a dead process asks is never answered. */
export const never = <Result>() => new Promise<Result>(() => undefined)

/** The desk of one process, for as long as it lives. */
export function createWire(parts: WireParts): (lives: () => boolean) => Desk {
  const { clock, random, judge, accounts, meterOf, truth, clockOff, isRough, tell } = parts
  const chance = (percent: number) => random.integer(100) < percent
  const delay = async (most: number) => {
    if (chance(25)) await clock.sleep(random.integer(most))
  }

  function deskOf(lives: () => boolean): Desk {
    return {
      async held(meter, _, work) {
        await delay(2 * SECOND)
        if (isRough() && chance(3)) throw new Error('the line is closed')
        const account = accounts.find(one => one.meter === meter)
        if (!account) throw new Error(`no meter ${meter}`)
        return work({
          look: () => look(account, lives),
          whyNot: intended => meterOf(meter).whyNot(intended),
          order: released => leave(account, released, lives),
        })
      },
    }
  }

  async function look(account: Account, lives: () => boolean): Promise<Look | null> {
    await delay(3 * SECOND)
    if (!lives()) return never()
    const meter = meterOf(account.meter)
    if (!meter.isOnline || (isRough() && chance(5))) return null
    const seen = meter.look(account.address, clock.now())
    const number = isRough() && chance(2) ? null : seen.number
    judge.looked(account.meter, {
      ...{ at: truth(), number, isOpen: seen.isOpen, keepsPower: seen.isKeptPowered },
      ...{ clockErrorMs: seen.clockErrorMs, isSupplied: meter.isSupplied() },
      isRegisterPlausible: meter.register >= 100_000 && meter.register <= 110_000,
    })
    await delay(2 * SECOND)
    return lives() ? { ...seen, number } : never()
  }

  async function leave(account: Account, released: Released, lives: () => boolean) {
    if (chance(40)) await clock.sleep(random.integer(chance(5) ? 3 * MINUTE : 6 * SECOND))
    if (!lives()) return never<never>()
    const [text, seen] = ['', null]
    const isOver = clock.now() >= released.deadline
    if (isOver || !released.mayLeave() || (isRough() && chance(4)))
      return { outcome: 'not-sent', text, look: seen } as const
    const meter = meterOf(account.meter)
    const { order, attempt, intended } = released
    tell(account)
    judge.frame({
      ...{ at: truth(), order, attempt, intended, meter: account.meter, line: account.line },
      number: meter.number,
    })
    const outcome = arrive(meter, released)
    await clock.sleep(200 + random.integer(2_000))
    if (!lives()) return never<never>()
    const looked = outcome !== 'silent' && chance(50) ? await look(account, lives) : null
    return { outcome, text, look: looked } as const
  }

  /** Lost, late, repeated, or as it should; and the answer may be lost whatever the meter did. */
  function arrive(
    meter: Meter,
    { intended, operator, deadline }: Released,
  ): 'accepted' | 'refused' | 'silent' {
    const until = deadline - clockOff()
    const obey = () => (meter.isOnline ? meter.obey(intended, operator, until, truth()) : 'refused')
    const fate = isRough() ? random.integer(100) : 99
    const later = () => void clock.after(SECOND + random.integer(4 * MINUTE), obey)
    if (!meter.isOnline || fate < 8) return 'silent'
    if (fate < 18) {
      later()
      return 'silent'
    }
    if (fate < 36) later()
    const said = obey()
    const isLost =
      meter.trait === 'loses-answers' || meter.trait === 'answers-late' || (fate >= 32 && fate < 44)
    return isLost ? 'silent' : said
  }

  return deskOf
}
