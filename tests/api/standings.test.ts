/** Counts over all pages: never those of before, though a page behind a cursor judges its own meters only. */

import { expect, test } from 'vitest'
import { createPages, type Pages } from '../../src/api/page-thread/pages.ts'
import { type Random, seededRandom } from '../../src/core/random.ts'
import { HOUR, MINUTE } from '../../src/core/time.ts'
import { USUAL_POLICY } from '../../src/reading/billing/release.ts'
import { billedMeter } from '../../src/releasing/billed-meters.ts'
import type { Reader } from '../../src/store/reader.ts'
import type { Round, Store } from '../../src/store/store.ts'
import { newDirectory, openIn, readerIn } from '../store/data-directory.ts'
import { roundOf } from '../store/rounds.ts'
import { freezingMeter, MIDNIGHT, NEEDED, timedMeter } from '../support/api.ts'

const STEPS = 250
const METERS = [
  ...Array.from({ length: 9 }, (_, index) => freezingMeter(`m${index}`)),
  ...['t1', 't2'].map(timedMeter),
]
const BOUNDARIES = [0, 1, 2, 3, 4].map(day => MIDNIGHT - day * 24 * HOUR)

function pagesOver(reader: Reader): Pages {
  const turn = async () => undefined
  return createPages({
    histories: [],
    areas: [],
    reader,
    gateway: 'gw',
    epoch: 1,
    offsetMinutes: 480,
    policy: USUAL_POLICY,
    meters: METERS.map(meter => billedMeter(meter, { offsetMinutes: 480 })),
    turn,
    monotonic: () => 0,
    names: {},
  })
}

/** Anything that may change a bill, or nearly. */
function something(random: Random): Round {
  const meter = METERS[random.integer(METERS.length)]?.id ?? ''
  const midnight = BOUNDARIES[random.integer(5)]!
  const kind = meter.startsWith('t') ? 'poll' : 'freeze'
  const slot = midnight + [0, 0, 0, 0, 3 * MINUTE, HOUR][random.integer(6)]!
  const said = {
    kind,
    slot,
    readAt: slot,
    digits: BigInt(random.integer(12) === 0 ? 2 : 1),
    quality: random.integer(12) === 0 ? 'quarantined' : 'good',
  } as const
  const clockOnly = random.integer(4) === 0
  const registers = clockOnly ? [] : NEEDED.filter(() => random.integer(30) > 0)
  const measuredAt = midnight + (random.integer(50) - 25) * HOUR
  const deviationMs = [1_000, 400_000, 2 * HOUR][random.integer(3)]!
  const round = roundOf(meter, ...registers.map(obis => ({ ...said, obis })))
  return { ...round, clock: random.integer(3) > 0 ? { measuredAt, deviationMs } : null }
}

async function changeSomething(store: Store, random: Random): Promise<void> {
  if (random.integer(12) > 0) return void (await store.accept(something(random)))
  await store.doubtPolls(random.integer(300), MIDNIGHT - 24 * HOUR, 'our clock was set back')
}

const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString()

test('after every kind of change a page behind a cursor is the page made by who has never made one', async () => {
  const random = seededRandom(11)
  const directory = newDirectory()
  const store = await openIn(directory)
  const pages = pagesOver(readerIn(directory))
  const firsts = BOUNDARIES.map(boundary => ({
    boundary,
    now: boundary + HOUR,
    seen: null,
    page: { limit: 3 },
  }))
  const counted = new Set<string>()
  for (let step = 0; step < STEPS; step++) {
    if (random.integer(3) > 0) await changeSomething(store, random)
    const first = firsts[random.integer(5)]!
    const seen = random.integer(4) === 0 ? ['m1', 'm2', 'm5', 't1'] : null
    const { next } = JSON.parse(textOf(await pages.billing(first)))
    await changeSomething(store, random)
    const asked = { ...first, seen, page: { limit: 3, cursor: next } }
    const page = textOf(await pages.billing(asked))
    expect([step, page]).toEqual([step, textOf(await pagesOver(readerIn(directory)).billing(asked))])
    counted.add(JSON.stringify(JSON.parse(page).counts))
  }
  // What never changed would prove nothing.
  expect(counted.size).toBeGreaterThan(20)
})

test('a page behind a cursor judges its own meters, and those that were touched since', async () => {
  const directory = newDirectory()
  const store = await openIn(directory)
  const reader = readerIn(directory)
  const judged: string[] = []
  const watched: Reader = {
    ...reader,
    boundaryOf(meter, slot) {
      judged.push(meter)
      return reader.boundaryOf(meter, slot)
    },
  }
  const pages = pagesOver(watched)
  const first = { boundary: MIDNIGHT, now: MIDNIGHT + HOUR, seen: null, page: { limit: 3 } }
  const { next } = JSON.parse(textOf(await pages.billing(first)))
  expect(judged).toHaveLength(METERS.length)
  judged.length = 0
  await pages.billing({ ...first, page: { limit: 3, cursor: next } })
  expect(judged).toEqual(['m3', 'm4', 'm5'])
  judged.length = 0
  await store.accept(roundOf('m8', { kind: 'freeze', slot: MIDNIGHT }))
  await pages.billing({ ...first, page: { limit: 3, cursor: next } })
  expect(judged).toEqual(['m3', 'm4', 'm5', 'm8'])
  judged.length = 0
  await pages.billing(first)
  expect(judged).toHaveLength(METERS.length)
})
