/** A clock set at any time about midnight, after any wait: no frame leaves where the rules forbid it then, and all that leave are obeyed. */

import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/core/random.ts'
import { civilOf, DAY, MINUTE, SECOND } from '../../../src/core/time.ts'
import { PRIORITY } from '../../../src/line/line.ts'
import { whyNotSetAt } from '../../../src/reading/clock-rules.ts'
import { report } from '../../prove/report.ts'
import { PASSWORD, relayBench } from '../../support/relay-bench.ts'
import { rounds } from '../../support/rounds.ts'

const OFFSET = 480
/** 00:00 of the 22nd at +08:00. */
const MIDNIGHT = Date.UTC(2026, 10, 21, 16)
const TELLS_TIME: readonly number[] = [0x08, 0x14]
const authority = { level: '04', password: PASSWORD, operator: '00000001' }

const tally = { attempts: 0, 'not-sent': 0, sent: 0, done: 0, refused: 0, unanswered: 0 }

async function run(seed: number): Promise<void> {
  const random = seededRandom(seed)
  const between = (least: number, most: number) => least + random.integer(most - least + 1)
  const bench = await relayBench()
  const { clock, meter, driver } = bench
  await clock.pass(MIDNIGHT + between(-20, 12) * MINUTE + between(0, 59) * SECOND - clock.now())
  const aheadMs = between(-330, 330) * SECOND
  meter.clock.set(clock.now() + OFFSET * MINUTE + aheadMs, clock.now())

  // It was looked at now; what comes before it on the line takes its time.
  const known = { aheadMs, lastSet: null, moments: [], unknown: [] }
  await clock.pass(between(0, 8) * MINUTE)
  const others = Array.from({ length: between(0, 3) }, () =>
    bench.converse(driver.readRelay!(bench.call()), PRIORITY.order),
  )
  const asked = bench.converse(
    driver.setClock!(bench.call(), {
      timeAt: () => civilOf(clock.now() + SECOND / 2, OFFSET),
      whyStay() {
        const [why] = whyNotSetAt(known, clock.now(), OFFSET)
        return why ? { code: 'METER_BUSY', text: why.text } : null
      },
      how: random.integer(2) === 0 ? 'broadcast' : { authority },
    }),
    PRIORITY.onDemand,
  )
  for (const other of others) await bench.ended(other)
  const { result } = await bench.ended(asked)

  const what = `seed ${seed}: ${result.outcome} ${result.refused?.text ?? ''}`
  const sent = bench.sent.filter(({ frame }) => TELLS_TIME.includes(frame[8] ?? 0))
  expect(result.outcome === 'not-sent', what).toBe(sent.length === 0)
  for (const { at } of sent) {
    const right = at + OFFSET * MINUTE
    for (const time of [right, right + aheadMs]) {
      const ofDay = ((time % DAY) + DAY) % DAY
      expect(Math.min(ofDay, DAY - ofDay), what).toBeGreaterThan(5 * MINUTE - SECOND)
    }
    expect(Math.abs(aheadMs), what).toBeLessThanOrEqual(5 * MINUTE)
  }
  const offMs = Math.abs(meter.clock.shownAt(clock.now()) - clock.now() - OFFSET * MINUTE)
  if (sent.length === 0) expect(offMs, what).toBe(Math.abs(aheadMs))
  else if (result.outcome !== 'refused') expect(offMs, what).toBeLessThan(2 * SECOND)
  tally.attempts += 1
  tally[result.outcome] += 1
}

describe('a clock about midnight', () => {
  test('is told nothing where the rules forbid it as the frame leaves, and obeys what it is told', async () => {
    const { seed, numRuns } = rounds(1, 300)
    for (let nth = 0; nth < numRuns; nth++) await run(seed * 1_000_000 + nth)
    report('any clock', tally)
    for (const some of [tally['not-sent'], tally.sent, tally.done]) expect(some).toBeGreaterThan(numRuns / 20)
  })
})
