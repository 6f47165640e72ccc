/** From findings to alarms: two reads raise one, three clean cycles end it, and what many share is one alarm. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts'
import {
  type AlarmEvent,
  aboutOf,
  aboutOfFinding,
  type Fails,
  isSuspicion,
} from '../../src/reading/alarm/alarm.ts'
import { type Alarms, createAlarms, keyOf } from '../../src/reading/alarm/alarms.ts'
import { isCommon, isOver, mostTogether, OF_A_LINE, OF_ALL } from '../../src/reading/alarm/shared-cause.ts'
import type { Finding } from '../../src/reading/reading.ts'
import { NOON, SITE } from '../support/judged.ts'
import { rounds } from '../support/rounds.ts'

const CYCLE = 5 * MINUTE
const ABOUT = '1-0:1.8.0 poll'

function finding(rule = 'V-R1', change: Partial<Finding> = {}): Finding {
  return {
    ...{ rule, version: 2, verdict: 'suspect', severity: 1, codes: ['2.5.256'] },
    evidence: 'a fall of 1.00',
    ...change,
  }
}

const fail = (rule?: string, change: Partial<Finding> = {}): Fails => ({
  about: ABOUT,
  finding: finding(rule, change),
})

/** Meters "a1" … of line a, "b1" … of line b. */
function linesOf(sizes: Readonly<Record<string, number>>): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(sizes).flatMap(([line, size]) =>
      Array.from({ length: size }, (_, nth): [string, string] => [`${line}${nth + 1}`, line]),
    ),
  )
}

/** A machine and its clock: each cycle what meters say, then a turn; all events in order. */
function scene(sizes: Readonly<Record<string, number>> = { a: 20 }, before: readonly AlarmEvent[] = []) {
  const lines = linesOf(sizes)
  const events: AlarmEvent[] = [...before]
  const time = { now: NOON }
  const start = (): Alarms =>
    createAlarms({ lines, cycleMs: () => CYCLE, offsetMinutes: SITE, before: lastOf(events) })
  let alarms = start()
  return {
    time,
    events,
    alarms: () => alarms,
    restart() {
      alarms = start()
    },
    /** One cycle: these meters fail, those pass; the rest says nothing. */
    cycle({ fails = [], passes = [], rule = 'V-R1', change = {}, twice = false }: Cycle) {
      for (const meter of fails) {
        const one = fail(rule, change)
        alarms.saw(meter, time.now, { fails: [twice ? { ...one, again: one.finding } : one], passes: [] })
      }
      for (const meter of passes) alarms.saw(meter, time.now, { fails: [], passes: [{ rule, about: ABOUT }] })
      time.now += CYCLE
      const said = alarms.turn(time.now)
      events.push(...said)
      return said.map(({ event, scope, of }) => `${event} ${scope} ${of}`.trim())
    },
  }
}

interface Cycle {
  readonly fails?: readonly string[]
  readonly passes?: readonly string[]
  readonly rule?: string
  readonly change?: Partial<Finding>
  readonly twice?: boolean
}

/** As the store answers: the last event of each. */
function lastOf(events: readonly AlarmEvent[]): readonly AlarmEvent[] {
  return [...new Map(events.map(event => [keyOf(event), event])).values()]
}

const standing = (alarms: Alarms) => alarms.standing().map(({ scope, of, rule }) => `${scope} ${of} ${rule}`)

describe('A-04 an alarm', () => {
  test('is raised by the second read that says the same, with both as evidence, and once', () => {
    const { cycle, events, time } = scene()
    expect(cycle({ fails: ['a1'], change: { evidence: 'first' } })).toEqual([])
    const from = time.now
    expect(cycle({ fails: ['a1'], change: { evidence: 'second' } })).toEqual(['raised meter a1'])
    expect(cycle({ fails: ['a1'] })).toEqual([])
    expect(events[0]).toMatchObject({
      ...{ rule: 'V-R1', version: 2, about: ABOUT, line: 'a', severity: 1, blocks: true, opened: 1 },
      codes: ['2.5.256'],
      at: time.now - CYCLE,
      evidence: {
        text: 'second',
        reads: [
          { meter: 'a1', at: NOON, finding: { evidence: 'first' } },
          { meter: 'a1', at: from, finding: { evidence: 'second' } },
        ],
      },
    })
  })

  test('is raised by a second answer asked for at once, when the cycle is over', () => {
    const { cycle, alarms, time } = scene()
    alarms().saw('a1', time.now, { fails: [{ ...fail(), again: finding() }], passes: [] })
    expect(alarms().turn(time.now + CYCLE - 1)).toEqual([])
    expect(cycle({})).toEqual(['raised meter a1'])
  })

  test.each<[string, readonly Cycle[]]>([
    ['one read alone, the next passes', [{ fails: ['a1'] }, { passes: ['a1'] }, { fails: ['a1'] }]],
    ['one read alone, and silence', [{ fails: ['a1'] }, {}, {}, {}]],
    ['flags that only inform', Array(4).fill({ fails: ['a1'], change: { verdict: 'flag', severity: 3 } })],
    ['what waits for its acceptance', Array(4).fill({ fails: ['a1'], rule: 'V-C1' })],
    ['two different rules', [{ fails: ['a1'] }, { fails: ['a1'], rule: 'V-R3', passes: [] }]],
    ['a meter nobody reads', Array(4).fill({ fails: ['z9'] })],
  ])('is not raised by %s', (_, cycles) => {
    const { cycle, alarms, events, time } = scene()
    for (const one of cycles) {
      const suspicious = (one.fails ?? []).filter(() => isSuspicion(finding(one.rule, one.change)))
      cycle({ ...one, fails: suspicious })
    }
    time.now += DAY
    expect([events, alarms().standing()]).toEqual([[], []])
  })

  test('V-T2 of a clock is raised by two reads that tell the same deviation, not by two that were misread', () => {
    const { alarms, time } = scene()
    const off = (minutes: number) => {
      const figure = { value: minutes * MINUTE, within: MINUTE }
      const change = { evidence: `${minutes} min` }
      alarms().saw('a1', time.now, {
        fails: [{ about: '', finding: finding('V-T2', change), figure }],
        passes: [],
      })
      time.now += CYCLE
      return alarms().turn(time.now)
    }
    expect([off(5), off(-700), off(9)]).toEqual([[], [], []])
    expect(off(9.5)).toMatchObject([
      {
        event: 'raised',
        evidence: { reads: [{ finding: { evidence: '9 min' } }, { finding: { evidence: '9.5 min' } }] },
      },
    ])
  })

  test('of a transient is told though it was over before the cycle was', () => {
    const { cycle, alarms, time } = scene()
    alarms().saw('a1', time.now, { fails: [{ ...fail(), again: finding() }], passes: [] })
    for (let nth = 0; nth < 3; nth += 1)
      alarms().saw('a1', time.now, { fails: [], passes: [{ rule: 'V-R1', about: null }] })
    expect(cycle({})).toEqual(['raised meter a1', 'cleared meter a1'])
  })

  test('ends after three clean cycles in a row; silence and what was not evaluated end nothing', () => {
    const { cycle, alarms } = scene()
    cycle({ fails: ['a1'], twice: true })
    for (let nth = 0; nth < 20; nth += 1) expect(cycle({})).toEqual([])
    expect(cycle({ passes: ['a1'] })).toEqual([])
    expect(cycle({ passes: ['a1'] })).toEqual([])
    // One more failure, and the count begins anew.
    expect(cycle({ fails: ['a1'] })).toEqual([])
    for (let nth = 0; nth < 2; nth += 1) expect(cycle({ passes: ['a1'] })).toEqual([])
    expect(standing(alarms())).toEqual(['meter a1 V-R1'])
    expect(cycle({ passes: ['a1'] })).toEqual(['cleared meter a1'])
    expect(alarms().standing()).toEqual([])
  })

  test.each([
    ['within a day is the same, counted', DAY - HOUR, 'reopened', 2],
    ['later is another', DAY + HOUR, 'raised', 1],
  ])('B-06 that comes again %s', (_, later, event, opened) => {
    for (const restarts of [false, true]) {
      const { cycle, time, events, restart } = scene()
      cycle({ fails: ['a1'], twice: true })
      for (let nth = 0; nth < 3; nth += 1) cycle({ passes: ['a1'] })
      time.now += later
      if (restarts) restart()
      expect(cycle({ fails: ['a1'], twice: true })).toEqual([`${event} meter a1`])
      expect(events.at(-1)).toMatchObject({ event, opened })
    }
  })

  test('of a meter that is read no more ends, and says why', () => {
    const gone = scene({ a: 3 })
    gone.cycle({ fails: ['a3'], twice: true })
    const { cycle, events } = scene({ a: 2 }, gone.events)
    expect(cycle({})).toEqual(['cleared meter a3'])
    expect(events.at(-1)?.evidence.text).toBe('a3 is no longer in the configuration')
  })

  test('is of a register, of all registers together, or of the meter as such', () => {
    const abouts = ['V-R1', 'V-F11', 'V-R10', 'V-R18', 'V-T2', 'V-I7'].map(rule =>
      aboutOf(rule, '1-0:1.8.0', 'poll'),
    )
    expect(abouts).toEqual(['1-0:1.8.0 poll', '1-0:1.8.0 poll', 'poll', '', '', ''])
    const sample = (obis: string) => ({ obis, kind: 'freeze' as const, value: '1', unit: 'kWh', at: NOON })
    const of = (...codes: string[]) => aboutOfFinding(finding('V-R15', { samples: codes.map(sample) }))
    expect([of('1-0:1.8.0', '1-0:1.8.0'), of('1-0:1.8.0', '1-0:2.8.0'), of()]).toEqual([
      '1-0:1.8.0 freeze',
      '',
      '',
    ])
  })
})

const meters = (line: string, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, nth) => `${line}${from + nth}`)

describe('V-A2 what many meters share', () => {
  test.each([
    ['exactly a fifth of a line', 4, 20, OF_A_LINE, false],
    ['more than a fifth', 5, 20, OF_A_LINE, true],
    ['all of two', 2, 2, OF_A_LINE, false],
    ['three of three', 3, 3, OF_A_LINE, true],
    ['exactly a twentieth of all', 10, 200, OF_ALL, false],
    ['more than a twentieth', 11, 200, OF_ALL, true],
    ['four of all', 4, 10, OF_ALL, false],
  ])('%s: common or not', (_, failing, all, threshold, is) => {
    expect(isCommon(failing, all, threshold)).toBe(is)
  })

  test('ends at half the share, not at the share it began with', () => {
    expect([2, 3].map(failing => isOver(failing, 20, OF_A_LINE))).toEqual([true, false])
    expect([5, 6].map(failing => isOver(failing, 200, OF_ALL))).toEqual([true, false])
    expect([1, 2].map(failing => isOver(failing, 4, OF_A_LINE))).toEqual([true, false])
  })

  test('counts meters that began within a cycle of each other, each once', () => {
    const at = (meter: string, since: number) => ({ meter, since })
    const onsets = [at('a', 0), at('a', 1), at('b', 10), at('c', 11), at('d', 21), at('d', 40)]
    expect(mostTogether(onsets, 10).toSorted()).toEqual(['a', 'b', 'c'])
    expect(mostTogether(onsets, 8).toSorted()).toEqual(['b', 'c'])
    expect(mostTogether([], 9)).toEqual([])
  })

  test('is one alarm of the line, which holds its meters back; meters are not told, until it is over', () => {
    const { cycle, alarms, events } = scene({ a: 20, b: 200 })
    expect(cycle({ fails: meters('a', 1, 6), twice: true })).toEqual(['raised line a'])
    expect(events[0]).toMatchObject({
      ...{ rule: 'V-R1', about: '', line: 'a', severity: 1, blocks: true },
      evidence: { failing: meters('a', 1, 6).map(of => ({ of, about: ABOUT })) },
    })
    expect(alarms().holds('a20')).toMatch(
      /^V-A2: since 2026-11-21T12:05:00\+08:00 6 of 20 meters of line a fail V-R1/,
    )
    expect(alarms().holds('b1')).toBeNull()
    expect(cycle({ fails: meters('a', 1, 8), twice: true })).toEqual([])
    // Three are left, more than half the share.
    for (let nth = 0; nth < 4; nth += 1)
      expect(cycle({ fails: ['a1', 'a2', 'a3'], passes: meters('a', 4, 8) })).toEqual([])
    expect(cycle({ fails: ['a1', 'a2'], passes: ['a3'] })).toEqual([])
    expect(cycle({ fails: ['a1', 'a2'], passes: ['a3'] })).toEqual([])
    expect(cycle({ fails: ['a1', 'a2'], passes: ['a3'] })).toEqual(['cleared line a'])
    expect(alarms().holds('a20')).toBeNull()
    expect(cycle({ fails: ['a1', 'a2'] })).toEqual(['raised meter a1', 'raised meter a2'])
  })

  test('of several lines is one of the gateway, and holds all', () => {
    const { cycle, alarms } = scene({ a: 20, b: 20, c: 20 })
    expect(cycle({ fails: ['a1', 'a2', 'b1', 'b2'], twice: true })).toEqual(
      ['a1', 'a2', 'b1', 'b2'].map(meter => `raised meter ${meter}`),
    )
    const more = scene({ a: 20, b: 20, c: 20 })
    expect(more.cycle({ fails: ['a1', 'a2', 'b1', 'b2'], twice: true })).not.toContain('raised gateway')
    const all = scene({ a: 20, b: 20, c: 20 })
    expect(all.cycle({ fails: ['a1', 'a2', 'b1', 'b2', 'c1'], twice: true })).toEqual(['raised gateway'])
    expect(all.alarms().holds('c9')).toMatch(/5 of 60 meters fail V-R1 together/)
    expect(alarms().holds('c9')).toBeNull()
  })

  test('of a line is not one of the gateway as well', () => {
    const { cycle } = scene({ a: 10, b: 100 })
    expect(cycle({ fails: meters('a', 1, 10), twice: true })).toEqual(['raised line a'])
  })

  test('of flags is told and holds nothing: what is flagged may be billed', () => {
    const { cycle, alarms } = scene({ a: 10 })
    const change = { verdict: 'flag', severity: 2 } as const
    expect(cycle({ fails: meters('a', 1, 5), rule: 'V-T2', change })).toEqual(['raised line a'])
    expect(alarms().holds('a1')).toBeNull()
  })

  test('that lasts three days is told of each meter by itself, holds nobody else back, and does not come again', () => {
    const { cycle, alarms, time, restart } = scene({ a: 10 })
    const broken = meters('a', 1, 3)
    expect(cycle({ fails: broken, twice: true })).toEqual(['raised line a'])
    time.now += 3 * DAY - 2 * CYCLE
    expect(cycle({ fails: broken })).toEqual([])
    expect(alarms().holds('a9')).not.toBeNull()
    expect(cycle({ fails: broken })).toEqual(['cleared line a', ...broken.map(of => `raised meter ${of}`)])
    expect(alarms().holds('a9')).toBeNull()
    for (let nth = 0; nth < 4; nth += 1) expect(cycle({ fails: broken })).toEqual([])
    restart()
    expect(cycle({ fails: broken })).toEqual([])
    // What begins together later is another cause.
    expect(cycle({ fails: meters('a', 5, 8), twice: true })).toEqual(['reopened line a'])
  })

  test('is not what came one by one', () => {
    const { cycle } = scene({ a: 10 })
    const said = meters('a', 1, 5).flatMap(meter => {
      const events = cycle({ fails: [meter], twice: true })
      cycle({})
      return events
    })
    expect(said).toEqual(meters('a', 1, 5).map(meter => `raised meter ${meter}`))
  })

  test('stands after a restart until its meters have passed, whatever the silence', () => {
    const { cycle, alarms, restart } = scene({ a: 10 })
    cycle({ fails: meters('a', 1, 5), twice: true })
    restart()
    for (let nth = 0; nth < 5; nth += 1) expect(cycle({})).toEqual([])
    expect(alarms().holds('a9')).not.toBeNull()
    for (let nth = 0; nth < 2; nth += 1) expect(cycle({ passes: meters('a', 1, 5) })).toEqual([])
    expect(cycle({ passes: meters('a', 1, 5) })).toEqual(['cleared line a'])
  })

  test('alarms of meters that stood before are not counted, nor told again after a restart', () => {
    const { cycle, restart, alarms } = scene({ a: 10 })
    for (const meter of meters('a', 1, 4)) {
      cycle({ fails: [meter], twice: true })
      cycle({})
    }
    restart()
    expect(cycle({ fails: meters('a', 1, 4), twice: true })).toEqual([])
    expect(standing(alarms())).toEqual(meters('a', 1, 4).map(meter => `meter ${meter} V-R1`))
  })
})

/** What every meter says in each of some cycles: it fails, passes, or says nothing. */
const STORY = fc.tuple(fc.integer({ min: 3, max: 12 }), fc.integer({ min: 3, max: 12 })).chain(([a, b]) => {
  const all = [...linesOf({ a, b }).keys()]
  const says = fc.constantFrom('fails' as const, 'passes' as const, 'nothing' as const)
  return fc.record({
    sizes: fc.constant({ a, b }),
    cycles: fc.array(fc.array(says, { minLength: all.length, maxLength: all.length }), {
      minLength: 1,
      maxLength: 12,
    }),
  })
})

function cycleOf(order: readonly string[], all: readonly string[], says: readonly string[]): Cycle {
  const that = (word: string) => order.filter(meter => says[all.indexOf(meter)] === word)
  return { fails: that('fails'), passes: that('passes'), twice: true }
}

describe('whatever meters say', () => {
  test('A-04 the order they are asked in makes no difference', () => {
    fc.assert(
      fc.property(STORY, fc.integer(), ({ sizes, cycles }, shift) => {
        const all = [...linesOf(sizes).keys()]
        const from = Math.abs(shift) % all.length
        const shuffled = [...all.slice(from), ...all.slice(0, from)].reverse()
        const [one, other] = [scene(sizes), scene(sizes)]
        for (const says of cycles) {
          one.cycle(cycleOf(all, all, says))
          other.cycle(cycleOf(shuffled, all, says))
        }
        expect(other.events).toEqual(one.events)
      }),
      rounds(1, 300),
    )
  })

  test('A-04 a restart at any point leaves the same alarms standing, and the same ones end', () => {
    fc.assert(
      fc.property(STORY, fc.nat(), ({ sizes, cycles }, place) => {
        const all = [...linesOf(sizes).keys()]
        const [one, other] = [scene(sizes), scene(sizes)]
        const point = place % cycles.length
        for (const [nth, says] of cycles.entries()) {
          one.cycle(cycleOf(all, all, says))
          if (nth > point) continue
          other.cycle(cycleOf(all, all, says))
        }
        const before = other.alarms().standing()
        other.restart()
        const inOrder = (events: readonly AlarmEvent[]) =>
          events.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
        expect(inOrder(other.alarms().standing())).toEqual(inOrder(before))
        for (const says of cycles.slice(point + 1)) other.cycle(cycleOf(all, all, says))
        // What both then see alike they judge alike: all but one meter are well for three cycles.
        for (let nth = 0; nth < 6; nth += 1)
          for (const { cycle } of [one, other]) cycle({ fails: ['a1'], passes: all.slice(1), twice: true })
        expect(standing(other.alarms())).toEqual(standing(one.alarms()))
        expect(standing(one.alarms())).toEqual(['meter a1 V-R1'])
      }),
      rounds(2, 300),
    )
  })

  test('A-04 no meter is told of that two reads did not agree on', () => {
    fc.assert(
      fc.property(STORY, ({ sizes, cycles }) => {
        const all = [...linesOf(sizes).keys()]
        const { cycle, events } = scene(sizes)
        for (const says of cycles) cycle({ ...cycleOf(all, all, says), twice: false })
        for (const { event, scope, evidence } of events)
          if (scope === 'meter' && event !== 'cleared') {
            const [first, second] = evidence.reads
            expect(second?.at).toBeGreaterThan(first?.at ?? Number.POSITIVE_INFINITY)
          }
      }),
      rounds(3, 300),
    )
  })
})
