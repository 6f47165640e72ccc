/** What probing a meter has told: kept, used in place of asking, and forgotten in time. */

import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { driver2007 } from '../../drivers/dlt645/driver.ts'
import { createAuditsHeld } from '../../src/acquire/audits-held.ts'
import { type MeterKnown, openCapabilities, sameSince } from '../../src/acquire/capabilities-held.ts'
import { openRefusals } from '../../src/acquire/refusals-held.ts'
import { createSameMeter, withProbed } from '../../src/acquire/same-meter.ts'
import type { MeterConfig } from '../../src/config/config.ts'
import { silentLog } from '../../src/core/log.ts'
import { DAY } from '../../src/core/time.ts'
import type { Point, ReadResult } from '../../src/driver-api/driver.ts'
import { createMeter } from '../../src/simulator/meter.ts'
import { createMeter2007 } from '../../src/simulator/meter-2007.ts'
import { callOf } from '../drivers/dlt645/bench-meter.ts'
import { virtualClock } from '../support/virtual-clock.ts'

const LINE = 'localhost:64501'
const ADDRESS = '000000000161'
const PLACE = { line: LINE, address: ADDRESS }
const profile = { traits: { blocks: ['0001FF00', '0002FF00', '040005FF'] } }
const METER = { id: 'm1', address: ADDRESS, driver: driver2007, profile } as unknown as MeterConfig
const folder = () => mkdtemp(join(tmpdir(), 'meterd-capabilities-'))

const known = (learnedAt: number, change: Partial<MeterKnown> = {}): MeterKnown => ({
  ...PLACE,
  protocol: 'dlt645-2007',
  learnedAt,
  by: 'meterd scan',
  speed: null,
  phases: 1,
  serves: ['0201FF00'],
  refuses: ['0001FF00', '04000409'],
  silentTo: ['040005FF', '02800020'],
  followUp: true,
  addressRules: [{ asked: 'AAAAAAAAAAAA', answeredUnder: ADDRESS }],
  facts: { '04000402': ADDRESS },
  ...change,
})

/** Reads points of a simulated meter, as a line would. */
function readingOf(address: string) {
  const meter = createMeter2007(
    createMeter({ seed: 1, protocol: 'dlt645-2007', address, phases: 1, offsetMinutes: 480 }),
  )
  const questions: string[] = []
  const read = async (points: readonly Point[]): Promise<ReadResult> => {
    const conversation = driver2007.read(callOf({}, address), points)
    let step = conversation.next()
    while (!step.done) {
      questions.push(points.map(({ item }) => item).join())
      const answer = meter.answer(
        step.value.bytes.subarray(step.value.bytes.indexOf(0x68)),
        Date.UTC(2026, 10, 21),
      )
      const frame = answer && driver2007.deframe(answer, null).frames[0]
      step = conversation.next(frame ?? null)
    }
    return step.value
  }
  return { read, questions }
}

describe('what a meter serves', () => {
  test('is known after a restart, to the place it was asked in, for a month', async () => {
    const directory = join(await folder(), 'data')
    const clock = virtualClock()
    const first = await openCapabilities(directory, clock.now)
    await first.learn([known(clock.now())])
    await first.learn([known(clock.now(), { address: '000000000162' })])
    const second = await openCapabilities(directory, clock.now)
    expect(second.of(PLACE)).toEqual(known(clock.now()))
    expect(second.of({ ...PLACE, line: '/dev/ttyUSB0' })).toBeNull()
    await clock.pass(29 * DAY)
    expect(second.of(PLACE)).not.toBeNull()
    await clock.pass(2 * DAY)
    expect(second.of(PLACE)).toBeNull()
    expect(second.all()).toEqual([])
  })

  test('learned anew takes the place of what was known, and can be forgotten', async () => {
    const directory = await folder()
    const held = await openCapabilities(directory, () => 0)
    await held.learn([known(0)])
    await held.learn([known(0, { refuses: [] })])
    expect(held.all().map(({ refuses }) => refuses)).toEqual([[]])
    expect(await held.forget(PLACE)).toBe(true)
    expect(await held.forget(PLACE)).toBe(false)
    expect((await openCapabilities(directory, () => 0)).all()).toEqual([])
  })

  test.each(['', '{', '{}', 'null', '[7, {"line":"a"}]'])('a damaged file costs nothing: %s', async text => {
    const directory = await folder()
    await writeFile(join(directory, 'capabilities.json'), text)
    const held = await openCapabilities(directory, () => 0)
    expect(held.all()).toEqual([])
    await held.learn([known(0)])
    expect(JSON.parse(await readFile(join(directory, 'capabilities.json'), 'utf8'))).toHaveLength(1)
  })
})

describe('the daemon', () => {
  async function scene(facts: MeterKnown['facts']) {
    const directory = await folder()
    const clock = virtualClock()
    const refusals = await openRefusals(directory, clock, silentLog)
    const capabilities = await openCapabilities(directory, clock.now)
    await capabilities.learn([known(clock.now(), { facts })])
    const said: string[] = []
    const log = { ...silentLog, warn: (_: object, text: string) => void said.push(text) }
    const store = { audit: async () => undefined }
    const broken = (error: unknown) => expect(error).toBeUndefined()
    const audits = createAuditsHeld({ kept: [], store, clock, log: silentLog, broken })
    const parts = { audits, refusals, capabilities, meters: [METER], lineKey: LINE, clock, log }
    return { ...parts, said, sameMeter: createSameMeter(parts), held: withProbed(parts) }
  }

  test('does not ask for blocks the probe saw refused or was met with silence for, and asks for every item', async () => {
    const { held, refusals } = await scene({ '04000402': ADDRESS })
    refusals.add(METER, ['0202FF00'])
    expect([...held.of(METER)]).toEqual(['0202FF00', '0001FF00', '040005FF'])
    expect([...held.of({ id: 'm2', address: '000000000162' })]).toEqual([])
  })

  test('spares a meter nothing that did not tell which one it is', async () => {
    const { held, refusals } = await scene({ '04000409': '1200' })
    refusals.add(METER, ['0202FF00'])
    expect([...held.of(METER)]).toEqual(['0202FF00'])
  })

  test('counts nothing that was refused before a scan found another meter there', async () => {
    const { held, refusals, capabilities, clock } = await scene({ '04000402': '7' })
    refusals.add(METER, ['0202FF00'])
    await clock.pass(DAY)
    const another = known(clock.now(), { refuses: [] })
    const since = sameSince(capabilities.of(PLACE), another, ['04000402'])
    await capabilities.learn([{ ...another, sameSince: since }])
    expect([...held.of(METER)]).toEqual(['040005FF'])
    refusals.add(METER, ['0203FF00'])
    expect([...held.of(METER)]).toEqual(['0203FF00', '040005FF'])
  })

  test.each([
    ['the same number', { '04000402': '7' }, { '04000402': '7', '04000403': 'a' }, 1],
    ['another number', { '04000402': '7' }, { '04000402': '8' }, 3],
    [
      'another code under one number',
      { a: '1', '04000402': '7', '04000403': 'a' },
      { '04000402': '7', '04000403': 'b' },
      3,
    ],
    ['a number that is not told', { '04000402': '7' }, {}, 3],
    ['nothing known before', null, { '04000402': '7' }, 3],
  ])('of %s is the same since then, or not', (_, before, facts, since) => {
    const items = ['04000402', '04000403']
    const was = before && known(2, { facts: before, sameSince: 1 })
    expect(sameSince(was, { facts, learnedAt: 3 }, items)).toBe(since)
    if (was && since === 1)
      expect(sameSince(known(2, { facts: before }), { facts, learnedAt: 3 }, items)).toBe(2)
  })

  test('looks once a day whether it is the same meter', async () => {
    const { sameMeter, capabilities, clock } = await scene({ '04000402': ADDRESS })
    const { read, questions } = readingOf(ADDRESS)
    await sameMeter.check(METER, read)
    await sameMeter.check(METER, read)
    // What is believed from now on is asked for twice.
    const once = questions.length / 2
    expect(questions[0]).toMatch(/^04000402,04000403,04000409/)
    await clock.pass(DAY)
    await sameMeter.check(METER, read)
    expect(questions).toHaveLength(3 * once)
    expect(capabilities.of(PLACE)).not.toBeNull()
  })

  test('forgets what another meter in the same place may do otherwise', async () => {
    const { sameMeter, capabilities, refusals, held, said } = await scene({ '04000402': '000000009999' })
    refusals.add(METER, ['0202FF00'])
    await sameMeter.check(METER, readingOf(ADDRESS).read)
    expect(capabilities.of(PLACE)).toBeNull()
    expect([...held.of(METER)]).toEqual([])
    expect(said).toEqual([expect.stringContaining('04000402 was 000000009999 and is 000000000161')])
  })

  test('a meter that does not answer when it is looked at is asked again, and nothing is forgotten', async () => {
    const { sameMeter, capabilities } = await scene({ '04000402': '000000009999' })
    let asked = 0
    const silent = async (): Promise<ReadResult> => {
      asked += 1
      return { reads: [], refused: [] }
    }
    await sameMeter.check(METER, silent)
    await sameMeter.check(METER, silent)
    expect(asked).toBe(2)
    expect(capabilities.of(PLACE)).not.toBeNull()
  })
})
