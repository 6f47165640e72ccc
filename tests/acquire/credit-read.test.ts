/** Money in a simulated meter, from its bytes by the delivered profile to what is told of it: used up, topped up, misbehaving (C-06, V-R36). */

import { expect, test } from 'vitest'
import { resolvePolls } from '../../src/config/polls.ts'
import { CREDIT } from '../../src/core/credit.ts'
import { formatScaled, parseScaled, type Scaled } from '../../src/core/scaled.ts'
import type { SimulatedQuirks } from '../../src/core/simulated.ts'
import { DAY, HOUR } from '../../src/core/time.ts'
import { type CreditLook, judgeLooks } from '../../src/supply/credit/looks.ts'
import { spentBetween } from '../../src/supply/credit/spent.ts'
import { read } from '../support/wire-bench.ts'

/** Five to midnight of the site: three midnights are read. */
const STARTS = Date.UTC(2026, 10, 21, 15, 55)
/** As the simulated meter takes it (04050103). */
const PRICE = '0.59'

async function looksAt(credit: NonNullable<SimulatedQuirks['credit']>) {
  const { rounds, broken } = await read({
    ...{ profile: 'dlt645-2007-prepaid-single-phase', startsAt: STARTS, forMs: 2 * DAY + HOUR },
    quirks: { prepaid: 'money', credit },
    config: ({ profile, driver }) => ({ polls: resolvePolls(profile.polls ?? [], profile, driver) }),
  })
  expect(broken).toEqual([])
  const readings = rounds.flatMap(round => round.readings)
  const of = (obis: string) =>
    new Map(readings.filter(one => one.obis === obis && one.kind === 'poll').map(one => [one.slot, one]))
  const [left, owed, times, all] = Object.values(CREDIT).map(of)
  const looks = [...(left?.values() ?? [])].map(
    ({ slot, readAt, value, unit }): CreditLook => ({
      ...{ meter: 'm1', at: readAt, unit, remaining: value },
      overdraft: owed?.get(slot)?.value ?? null,
      purchases: times?.get(slot)?.value ?? null,
      bought: all?.get(slot)?.value ?? null,
    }),
  )
  const registers = readings.filter(one => one.obis === '1-0:1.8.0' && one.quality === 'good')
  const spent = (price: string) => (from: number, to: number) =>
    spentBetween(
      {
        tables: [{ from: 0, currency: 'CNY', registers: new Map([['1-0:1.8.0', exactly(price)]]) }],
        heldAt(_, instant) {
          const last = registers
            .filter(one => one.readAt <= instant)
            .sort((a, b) => a.readAt - b.readAt)
            .at(-1)
          return last ? { at: last.readAt, value: last.value } : null
        },
        mostPerHour: { digits: 15n, scaler: 0 },
      },
      from,
      to,
    )
  return { looks, readings, spent }
}

const exactly = (text: string): Scaled => parseScaled(text) as Scaled

test('C-06 a meter that takes what it should and is topped up gives no reason to be told of', async () => {
  const { looks, readings, spent } = await looksAt('honest')
  expect(looks).toHaveLength(4)
  for (const { remaining, unit, purchases } of looks) {
    expect([remaining.scaler, unit, purchases?.scaler]).toEqual([-2, 'yuan', 0])
    expect(formatScaled(remaining)).toMatch(/^\d+\.\d\d$/)
  }
  expect(judgeLooks(looks, spent(PRICE))).toEqual([])
  // By a list that is cheaper it takes too much.
  expect(judgeLooks(looks, spent('0.1')).map(({ code }) => code)).toContain('FELL')
  expect(readings.filter(one => one.obis.startsWith('0-0:19.') && one.kind === 'freeze')).toEqual([])
})

test.each([
  ['leaks', 'FELL'],
  ['rises', 'ROSE'],
  ['both', 'BOTH_HELD'],
] as const)('V-R36 a meter that %s is told of as %s', async (credit, code) => {
  const { looks, spent } = await looksAt(credit)
  expect(judgeLooks(looks, spent(PRICE)).map(one => one.code)).toContain(code)
})
