/** What is told to alarms once a day of intervals and of meters that check each other, over a store on the disk. */

import { describe, expect, test } from 'vitest'
import { historyJudged } from '../../src/api/page-thread/history-judged.ts'
import { seededRandom } from '../../src/core/random.ts'
import { DAY, MINUTE } from '../../src/core/time.ts'
import type { Reading } from '../../src/reading/reading.ts'
import type { HistoryFacts, ToldOfMeter } from '../../src/reading/rules/history.ts'
import { limitsOf } from '../../src/reading/rules/parameters.ts'
import { channelsOf } from '../../src/releasing/channels.ts'
import { historyFacts } from '../../src/releasing/history-facts.ts'
import { newDirectory, openIn, readerIn } from '../store/data-directory.ts'
import { roundOf } from '../store/rounds.ts'
import { freezingMeter, MIDNIGHT, timedMeter } from '../support/api.ts'
import { released } from '../support/released-days.ts'

const QUARTER = 15 * MINUTE
const random = seededRandom(5)

interface Told {
  readonly counted: (day: number, place: number) => number
  readonly watched?: readonly string[]
  readonly facts?: HistoryFacts
  /** Meters beside it. */
  readonly others?: readonly HistoryFacts[]
  /** What was released of the last days of each. */
  readonly days?: Readonly<Record<string, readonly string[]>>
}

/** Two days of polls until midnight and an hour after, by what each quarter counts. */
async function told(asked: Told): Promise<readonly string[]> {
  const { counted, watched = [], facts = factsOf(), others = [], days = {} } = asked
  const directory = newDirectory()
  const store = await openIn(directory)
  let digits = 100_000
  const said: Partial<Reading & { digits: bigint }>[] = []
  for (let place = -4; place <= 2 * 96 + 4; place += 1) {
    const slot = MIDNIGHT - 2 * DAY + place * QUARTER
    said.push({ slot, readAt: slot + 1_000, digits: BigInt(digits), kind: 'poll' })
    digits += counted(Math.floor(place / 96), place)
  }
  await store.accept(roundOf('t1', ...said))
  const reader = readerIn(directory)
  const releasesOf = (meter: string) => {
    const own = days[meter]
    return (own ? released([{ days: own }], MIDNIGHT) : []) as never
  }
  const parts = {
    reader: { ...reader, book: { ...reader.book, releasesOf } },
    ...{
      offsetMinutes: 480,
      meters: [],
      histories: [facts, ...others],
      areas: [],
      turn: async () => undefined,
    },
  }
  const bytes = await historyJudged(parts, { boundary: MIDNIGHT, watched: { t1: watched } })
  const all = JSON.parse(Buffer.from(bytes).toString()) as readonly ToldOfMeter[]
  return all.flatMap(({ findings }) => findings.map(({ rule, verdict }) => `${rule} ${verdict}`))
}

const factsOf = (meter = timedMeter('t1')) => historyFacts(meter, { offsetMinutes: 480 })
const honest = () => 20 + random.integer(30)

describe('A-04 what intervals say once a day', () => {
  test('V-L6 is told where two days say it, and not of one', async () => {
    expect(await told({ counted: () => 123 })).toEqual(['V-L6 suspect'])
    expect(await told({ counted: day => (day === 1 ? 123 : honest()) })).toEqual([])
    expect(await told({ counted: honest })).toEqual([])
  })

  test('V-L4 is suspect', async () => {
    const counted = (_: number, place: number) => (place % 96 === 30 ? 500 : honest())
    expect(await told({ counted })).toEqual(['V-L4 suspect'])
  })

  test('passes where it was asked for', async () => {
    expect(await told({ counted: honest, watched: ['V-L4', 'V-L6', 'V-R12', 'V-L3'] })).toEqual([
      'V-L4 accept',
      'V-L6 accept',
    ])
  })

  test('V-L6 of one register has not passed because another one has', async () => {
    const facts = factsOf()
    const [forward] = facts.channels
    if (!forward) throw new Error('the meter has a register')
    // The same once more, by a limit it keeps.
    const two = {
      ...facts,
      channels: [forward, { ...forward, limits: limitsOf('dwelling', { 'V-L6': { steps: 1_000 } }) }],
    }
    expect(await told({ counted: () => 123, facts: two, watched: ['V-L6'] })).toEqual(['V-L6 suspect'])
  })

  test('V-L12 of a meter and the one that checks it, two days', async () => {
    const check = { ...factsOf(timedMeter('t2')), checks: 't1', channels: [] }
    const both = (t2: readonly string[]) =>
      told({ counted: honest, others: [check], days: { t1: ['10.00', '10.00'], t2 } })
    expect(await both(['11.00', '11.00'])).toEqual(['V-L12 suspect'])
    expect(await both(['10.00', '11.00'])).toEqual([])
    expect(await both(['11.00', '10.00'])).toEqual(['V-L12 accept'])
  })

  test('V-R12 holds the freezes of both days against the polls', async () => {
    const facts = { ...factsOf(freezingMeter('t1')), meter: 't1' }
    const counted = () => 25
    expect(await told({ counted, facts, days: { t1: ['24.00', '24.00'] } })).toEqual([])
    expect(await told({ counted, facts, days: { t1: ['21.60', '21.60'] } })).toEqual(['V-R12 suspect'])
    expect(await told({ counted, facts, days: { t1: ['24.00', '21.60'] } })).toEqual([])
    expect(await told({ counted, facts, days: { t1: ['24.00', '24.00'] }, watched: ['V-R12'] })).toEqual([
      'V-R12 accept',
    ])
  })
})

test('registers are judged that are totals of one direction, polled as often as goes into a day', () => {
  const meter = timedMeter('t1')
  const [total] = meter.profile.points
  if (!total) throw new Error('the meter has a point')
  const of = (...obis: string[]) => obis.map(one => ({ ...total, obis: one }))
  const polls = [
    { everyMs: QUARTER, points: of('1-0:1.8.0', '1-0:1.8.1', '1-0:2.8.0', '1-0:16.8.0', '1-0:1.7.0') },
    { everyMs: 7 * MINUTE, points: of('1-0:5.8.0') },
    { everyMs: DAY, points: of('1-0:8.8.0') },
  ]
  expect(channelsOf({ ...meter, polls }).map(({ obis, sibling }) => [obis, sibling])).toEqual([
    ['1-0:1.8.0', '1-0:2.8.0'],
    ['1-0:2.8.0', '1-0:1.8.0'],
  ])
})
