/** Which conversations may have brought a reading: what a meter is asked, by its configuration and the exchange that carried it. */

import { readFill } from '../acquire/fill-talk.ts'
import type { MeterConfig, PollConfig } from '../config/config.ts'
import { civilOf, MINUTE } from '../core/time.ts'
import type { Call, Frame } from '../driver-api/driver.ts'
import type { FreezePlan, Point } from '../driver-api/profile.ts'
import type { Reading } from '../reading/reading.ts'
import type { Way } from './replay.ts'

/** Of a stored reading what tells how it may have been asked for. */
export type Asked = Pick<Reading, 'obis' | 'kind' | 'slot' | 'readAt' | 'receivedAt'>

/** A meter gives so many load records at once at most, and asks on from the newest. */
const RECORDS_AT_ONCE = 8
/** A record may come with older ones of an interval that is not the poll's. */
const OLDEST_MINUTES = 24 * 60

export function* waysOf(
  meter: MeterConfig,
  reading: Asked,
  question: Frame,
  offsetMinutes: number,
): Iterable<Way> {
  if (reading.kind === 'freeze') yield* freezeWays(meter, reading, offsetMinutes)
  else if (reading.readAt === reading.receivedAt) yield* pollWays(meter, reading, question)
  else yield* recordWays(meter, reading, offsetMinutes)
}

/** What the question itself asks first; then all that a poll asks, for what only a whole conversation tells. */
function* pollWays({ driver, profile, polls }: MeterConfig, { obis }: Asked, question: Frame): Iterable<Way> {
  const lists = [...polls.map(({ points }) => points), profile.points, ratioPoints(profile)]
  const all = [...new Set(lists.flat())]
  const own = driver.retrace?.askedBy(question, all, profile.traits) ?? []
  const of = (asks: string, points: readonly Point[]): Way => ({
    asks,
    begin: call => driver.read(call, points),
  })
  if (own.some(point => point.obis === obis)) yield of('the registers of one question', own)
  for (const points of lists)
    if (points.some(point => point.obis === obis)) yield of('the registers of a poll', points)
  yield of(
    'this register alone',
    all.filter(point => point.obis === obis),
  )
}

function ratioPoints({ ratios }: MeterConfig['profile']): readonly Point[] {
  return [ratios?.current, ratios?.voltage].filter(point => point !== undefined)
}

function* freezeWays(
  { driver, profile }: MeterConfig,
  { obis, receivedAt }: Asked,
  offsetMinutes: number,
): Iterable<Way> {
  const plans: readonly (readonly [name: string, plan: FreezePlan | undefined])[] = [
    ['daily', profile.daily],
    ['settlement', profile.settlement],
    ['hourly', profile.hourly],
  ]
  // A clock that was known then, and far from any boundary, is not asked; what it showed changes no value.
  const noon = () => `${civilOf(receivedAt, offsetMinutes).slice(0, 10)}T12:30:00`
  for (const [name, plan] of plans) {
    const own = plan?.points.filter(point => point.obis === obis) ?? []
    if (!plan || own.length === 0) continue
    for (let nth = 1; nth <= plan.depth; nth += 1)
      for (const points of [plan.points, own])
        for (const clockShows of [() => null, noon])
          yield {
            asks: `the ${name} freeze, ${nth} back`,
            begin(call: Call) {
              const { stamp } = plan
              if (!driver.readFreeze) throw new Error(`broken promise: ${driver.protocol} has no freezes`)
              return driver.readFreeze(call, { nth, stamp, points, clockShows })
            },
          }
  }
}

function* recordWays({ driver, polls }: MeterConfig, { obis, slot }: Asked, offsetMinutes: number) {
  const filled = polls.filter(({ fill }) => fill?.points.some(point => point.obis === obis))
  for (const poll of filled)
    for (const from of startsBefore(slot, poll))
      for (let most = RECORDS_AT_ONCE; most > 0; most -= 1) {
        const asked = { first: slot, last: slot, questions: [{ from, most }] }
        yield {
          asks: `load records from ${civilOf(from, offsetMinutes)} on, ${most} at most`,
          begin: (call: Call) => readFill(driver, call, { kind: 'fill', poll, slot, asked }, offsetMinutes),
        }
      }
}

function startsBefore(slot: number, { everyMs }: PollConfig): readonly number[] {
  const likely = Array.from({ length: RECORDS_AT_ONCE + 1 }, (_, back) => slot - back * everyMs)
  const others = Array.from({ length: OLDEST_MINUTES }, (_, back) => slot - back * MINUTE)
  return [...new Set([...likely, ...others])]
}
