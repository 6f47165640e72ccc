/**
 * The shipped profiles through the poller, the line and the driver against simulated meters, on a clock that moves when
 * told: meters that serve all, refuse blocks, or are silent to them and to what they do not know.
 */

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createPoller } from '../../src/acquire/poller.ts'
import { openRefusals } from '../../src/acquire/refusals-held.ts'
import { gatherLibrary } from '../../src/config/library.ts'
import { silentLog } from '../../src/core/log.ts'
import { formatScaled } from '../../src/core/scaled.ts'
import type { SimulatedQuirks } from '../../src/core/simulated.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../src/core/time.ts'
import { createMeter } from '../../src/simulator/meter.ts'
import { createMeter2007 } from '../../src/simulator/meter-2007.ts'
import type { Round } from '../../src/store/store.ts'
import { memoryLine } from '../support/memory-line.ts'
import { quietParts, storeThat, takenAll } from '../support/poller-parts.ts'
import { virtualClock } from '../support/virtual-clock.ts'

const ADDRESS = '000000000161'
const OFFSET_MINUTES = 480
/** Twenty past midnight of the site. */
const STARTS = Date.UTC(2026, 10, 21, 16, 20)
const MIDNIGHT = Date.UTC(2026, 10, 21, 16)
const REPLIES_AFTER_MS = 30
const library = gatherLibrary({}, 'config', () => undefined, [])
const MODELS = [
  ['dlt645-2007-three-phase', 3],
  ['dlt645-2007-single-phase', 1],
  ['dlt645-2007-south-grid-single-phase', 1],
  ['dlt645-2007-breaker-three-phase', 3],
] as const
const [THREE] = MODELS

interface Played {
  readonly quirks?: SimulatedQuirks
  /** Whether the meter hears its nth question; all where absent. */
  readonly hears?: (nth: number) => boolean
  /** Where what is refused is kept; a folder of its own where absent. */
  readonly folder?: string
  readonly forMs?: number
  readonly startsAt?: number
  /** The meter's clock minus the site's. */
  readonly clockOffsetMs?: number
}

/** A gateway of one meter that polls it hourly and reads its freezes, for some hours. */
async function play([name, phases]: readonly [string, 1 | 3], played: Played = {}) {
  const { drivers, profiles } = await library
  const driver = drivers.get('dlt645-2007')
  const profile = profiles.get(name)
  if (!driver || !profile) throw new Error('driver and profile are needed')
  const clock = virtualClock(played.startsAt ?? STARTS)
  const slave = createMeter2007(
    createMeter({
      seed: 1,
      protocol: driver.protocol,
      address: ADDRESS,
      phases,
      offsetMinutes: OFFSET_MINUTES,
      clockOffsetMs: played.clockOffsetMs ?? 0,
    }),
    played.quirks,
  )
  const rounds: Round[] = []
  let asked = 0
  const { line, hear } = memoryLine(clock, bytes => {
    asked += 1
    const heard = played.hears?.(asked) ?? true
    const reply = heard ? slave.answer(bytes.subarray(bytes.indexOf(0x68)), clock.now()) : null
    if (reply) clock.after(REPLIES_AFTER_MS, () => hear(reply))
  })
  const folder = played.folder ?? mkdtempSync(join(tmpdir(), 'meterd-nightly-'))
  const refusals = await openRefusals(folder, clock, silentLog)
  const poller = createPoller({
    ...quietParts(),
    line,
    meters: [
      {
        id: 'm1',
        line: 'l1',
        address: ADDRESS,
        driver,
        profile,
        nameplate: profile.nameplate,
        polls: [{ everyMs: HOUR, points: profile.points }],
        daily: true,
      },
    ],
    store: storeThat(async round => {
      rounds.push(round)
      return takenAll(round.readings.length)
    }),
    refusals,
    clock,
  })
  line.start()
  poller.start()
  await clock.pass(played.forMs ?? 3 * HOUR)
  const { timeouts, requests } = line.counters
  const status = poller.statusOf('m1')
  const ended = poller.stop()
  await clock.pass(MINUTE)
  await ended
  await refusals.written()
  const knownSilent = refusals.of({ id: 'm1', address: ADDRESS })
  return { profile, rounds, timeouts, requests, folder, status, knownSilent }
}

type Night = Awaited<ReturnType<typeof play>>
const FREEZES = 3

/** Every register frozen at a midnight, "obis slot value". */
function frozen({ rounds }: Night): string[] {
  const readings = rounds.flatMap(round => round.readings).filter(({ kind }) => kind === 'freeze')
  return readings.map(({ obis, slot, value }) => `${obis} ${slot} ${formatScaled(value)}`).sort()
}

/** Registers polled, and the values of those that do not move by themselves. */
function polled({ rounds }: Night): Record<string, string> {
  const readings = rounds.flatMap(round => round.readings).filter(({ kind }) => kind === 'poll')
  return Object.fromEntries(
    readings
      .map(({ obis, value }): [string, string] => [
        obis,
        obis.startsWith('0-0') ? formatScaled(value) : 'moves',
      ])
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
}

describe('a night with a shipped profile', () => {
  test.each(MODELS)(
    '%s: daily freezes, energies, demand, clock, status words, event counts',
    async (...model) => {
      const night = await play(model)
      const { profile, rounds, timeouts } = night
      const registers = profile.points
        .map(({ obis }) => obis)
        .filter(obis => obis !== '' && obis !== '0-0:1.0.0')
      expect(Object.keys(polled(night)).sort()).toEqual(registers.toSorted())
      expect(registers).toEqual(
        expect.arrayContaining(['1-0:1.6.0', '0-0:96.5.1', '0-0:96.5.135', '0-0:96.7.0', '0-0:96.20.0']),
      )
      const days = [0, 1, 2].map(back => MIDNIGHT - back * DAY)
      const expected = (profile.daily?.points ?? []).flatMap(({ obis }) => days.map(day => `${obis} ${day}`))
      expect(frozen(night).map(line => line.split(' ').slice(0, 2).join(' '))).toEqual(expected.sort())
      expect(rounds.filter(({ clock }) => clock !== null).length).toBeGreaterThan(2)
      for (const { readings } of rounds) for (const { quality } of readings) expect(quality).toBe('good')
      expect(timeouts).toBe(0)
    },
  )

  describe.each(MODELS)('%s', (...model) => {
    test.each([
      ['refuses blocks', { blocks: 'refused' }],
      ['is silent to blocks', { blocks: 'silent' }],
      ['is silent to blocks and to what it does not know', { blocks: 'silent', 'unknown-item': 'silent' }],
    ] as const)('of a meter that %s has the same values', async (_, quirks) => {
      const usual = await play(model)
      const night = await play(model, { quirks })
      expect(frozen(night)).toEqual(frozen(usual))
      expect(polled(night)).toEqual(polled(usual))
      expect(night.status?.state).toBe('ok')
      // Which blocks are asked at all is the planner's; those that were are known not to be served.
      expect([...night.knownSilent]).toContain('0001FF00')
      expect([...night.knownSilent]).toContain('0400010C')
      expect(night.rounds.at(-1)?.exchanges.map(({ outcome }) => outcome)).not.toContain('LINE_SILENT')
    })
  })

  test('a meter that is silent pays its time-outs once a week, also over a restart', async () => {
    const quirks = { blocks: 'silent' } as const
    const first = await play(THREE, { quirks })
    expect(first.timeouts).toBeGreaterThan(0)
    const second = await play(THREE, { quirks, folder: first.folder, startsAt: STARTS + DAY })
    expect(second.timeouts).toBe(0)
    const later = await play(THREE, { quirks, folder: first.folder, startsAt: STARTS + 8 * DAY })
    expect(later.timeouts).toBe(first.timeouts)
    expect(frozen(second)).toHaveLength(frozen(first).length)
  })
})

describe('a meter whose clock is behind', () => {
  /** The site's gateway asks five minutes past midnight; then it is ten seconds past by the meter. */
  const SLOW = { startsAt: MIDNIGHT - 10 * MINUTE, clockOffsetMs: -(4 * MINUTE + 50 * SECOND) }

  test('V-T3 is asked for its freeze while it may be making it, says so, and is asked again', async () => {
    const night = await play(THREE, { ...SLOW, forMs: HOUR })
    const today = night.rounds.filter(({ readings }) => readings.some(({ slot }) => slot === MIDNIGHT))
    const usual = await play(THREE, { startsAt: MIDNIGHT - 10 * MINUTE, forMs: HOUR })
    expect(today.length).toBeGreaterThan(0)
    expect(frozen(night).filter(line => line.includes(` ${MIDNIGHT} `))).toHaveLength(
      night.profile.daily?.points.length ?? 0,
    )
    // The rounds before were refused whole: nothing of them is kept under any day.
    const busy = night.rounds.filter(
      ({ exchanges, readings }) => exchanges.length > 3 && readings.length === 0,
    )
    expect(busy.length).toBeGreaterThan(0)
    expect(
      usual.rounds.filter(({ exchanges, readings }) => exchanges.length > 3 && readings.length === 0),
    ).toEqual([])
  })
})

describe('a meter without a daily freeze', () => {
  /** As 2007 has it, without the later rules: silent to what came after. */
  const OLD = { blocks: 'silent', 'unknown-item': 'silent', 'daily-freeze': 'none' } as const

  test('that is silent to it is polled all the same, and its freezes are asked rarely', async () => {
    const night = await play(THREE, { quirks: OLD, forMs: 6 * HOUR })
    const usual = await play(THREE, { forMs: 6 * HOUR })
    expect(frozen(night)).toEqual([])
    expect(Object.keys(polled(night))).toEqual(Object.keys(polled(usual)))
    expect([...night.knownSilent]).toContain('050600nn')
    // Each block and the stamp twice; the first questions of two conversations.
    expect(night.timeouts).toBeLessThanOrEqual(2 * ((night.profile.traits.blocks?.length ?? 0) + 1) + 2)
  })
})

describe('a meter that is gone', () => {
  test.each([0, 1, 2, 5, 10, 20])(
    'after %i questions takes two time-outs to find out, or one',
    async answers => {
      const night = await play(THREE, { hears: nth => nth <= answers, forMs: 20 * SECOND })
      const first = night.rounds.findIndex(({ exchanges }) =>
        exchanges.some(({ outcome }) => outcome === 'LINE_SILENT'),
      )
      const silences = night.rounds[first]?.exchanges.filter(({ outcome }) => outcome === 'LINE_SILENT') ?? []
      expect(silences.length).toBeGreaterThan(0)
      expect(silences.length).toBeLessThanOrEqual(answers === 0 ? 1 : 2)
    },
  )

  test('for hours is asked one question at a time, and nothing is remembered against it', async () => {
    const night = await play(THREE, { hears: () => false })
    for (const { exchanges } of night.rounds) expect(exchanges).toHaveLength(1)
    expect([...night.knownSilent]).toEqual([])
  })

  test.each([4, 5, 7, 11])('now and then, every %i. question, is not taken for silent', async every => {
    const night = await play(THREE, { hears: nth => nth % every !== 0 })
    expect([...night.knownSilent]).toEqual([])
    expect(new Set(frozen(night)).size).toBe(FREEZES * (night.profile.daily?.points.length ?? 0))
  })
})
