/** What is asked for again before a meter is accused, and what becomes of the two answers. */

import { describe, expect, test } from 'vitest'
import type { Job } from '../../src/acquire/job.ts'
import type { Outcome } from '../../src/acquire/round.ts'
import { createSecondLook } from '../../src/acquire/second-look.ts'
import { DAY, HOUR, MINUTE, NO_DATE_MS } from '../../src/core/time.ts'
import type { ValidatedReading } from '../../src/reading/reading.ts'
import { freezingMeter, MIDNIGHT } from '../support/api.ts'

const [total, tariff] = ['1-0:1.8.0', '1-0:1.8.1'] as const
const points = [total, tariff].map(obis => ({ ...freezingMeter('m1').profile.points[0]!, obis }))
const JOB: Job = { kind: 'poll', poll: { everyMs: HOUR, points }, slot: MIDNIGHT }

function reading(obis: string, rules: readonly string[] = [], digits = 100n): ValidatedReading {
  return {
    meter: 'm1',
    obis,
    kind: 'poll',
    slot: MIDNIGHT,
    value: { digits, scaler: -2 },
    unit: 'kWh',
    readAt: MIDNIGHT,
    receivedAt: MIDNIGHT,
    exchange: 0,
    quality: rules.length > 0 ? 'suspect' : 'good',
    findings: rules.map(rule => ({
      rule,
      verdict: 'suspect',
      severity: 1,
      codes: ['2.6.3'],
      evidence: 'too much',
    })),
  }
}

function outcome(...readings: readonly ValidatedReading[]): Outcome {
  const exchange = {
    request: Uint8Array.of(1),
    reply: Uint8Array.of(2),
    sentAt: MIDNIGHT,
    receivedAt: MIDNIGHT,
    outcome: 'answered' as const,
  }
  return {
    round: {
      meter: 'm1',
      line: 'a',
      exchanges: readings.length > 0 ? [exchange] : [],
      readings,
      clock: null,
    },
    end: 'done',
    frozen: null,
    fault: null,
    valueless: null,
    refused: 0,
    told: null,
    cause: null,
    judged: { by: [], again: [], stale: [] },
  }
}

function scene() {
  const clock = { at: 0, monotonic: () => clock.at }
  const look = createSecondLook(clock)
  const asked = (first: Outcome, job: Job = JOB) => {
    const again = look.jobFor('m1', job, first)
    if (again === null) return null
    return (again.kind === 'poll' ? again.poll : again.plan).points.map(({ obis }) => obis)
  }
  return { clock, asked, settle: (first: Outcome, again: Outcome) => look.settle('m1', first, again).round }
}

describe('what is asked for again', () => {
  test.each([
    ['nothing of what is good', outcome(reading(total)), null],
    ['the register in doubt alone', outcome(reading(total, ['V-R3']), reading(tariff)), [total]],
    [
      'all of the job where registers are held against each other',
      outcome(reading(total, ['V-R5'])),
      [total, tariff],
    ],
    [
      'all of the job where the clock in it is of before',
      outcome(reading(total, ['V-T8']), reading(tariff)),
      [total, tariff],
    ],
    ['nothing of an archive in doubt', outcome(reading(total, ['V-R18'])), null],
    ['nor of a clock', outcome(reading(tariff, ['V-T2'])), null],
    ['nor of a line with two voices', outcome(reading(total, ['V-F10'])), null],
  ])('%s', (_, first, expected) => {
    expect(scene().asked(first)).toEqual(expected)
  })

  test('nothing of a load record: it is filled later, or stays in doubt', () => {
    const poll = { everyMs: HOUR, points }
    const asked = { first: MIDNIGHT, last: MIDNIGHT, questions: [] }
    const fill: Job = { kind: 'fill', poll, slot: MIDNIGHT, asked }
    expect(scene().asked(outcome(reading(total, ['V-R3'])), fill)).toBeNull()
  })

  test('what was said twice not for an hour, unless another register is in doubt as well', () => {
    const { clock, asked, settle } = scene()
    const first = outcome(reading(total, ['V-R1']))
    settle(first, outcome(reading(total, ['V-R1'])))
    clock.at = HOUR - 1
    expect(asked(first)).toBeNull()
    expect(asked(outcome(reading(total, ['V-R1']), reading(tariff, ['V-R3'])))).toEqual([total, tariff])
    clock.at = HOUR
    expect(asked(first)).toEqual([total])
  })

  test('a freeze was not said twice by what a poll said, nor by the freeze of another day', () => {
    const { clock, asked, settle } = scene()
    const frozen = (slot: number) => ({ ...reading(total, ['V-R1']), kind: 'freeze' as const, slot })
    const [poll, today, before] = [
      outcome(reading(total, ['V-R1'])),
      outcome(frozen(MIDNIGHT)),
      outcome(frozen(MIDNIGHT - DAY)),
    ]
    settle(poll, poll)
    expect(asked(poll)).toBeNull()
    expect(asked(today)).toEqual([total])
    settle(today, today)
    expect(asked(today)).toBeNull()
    expect(asked(before)).toEqual([total])
    // No answer shortens no rest.
    settle(poll, outcome())
    clock.at = HOUR - 1
    expect(asked(poll)).toBeNull()
  })
})

describe('what becomes of two answers', () => {
  test('PR-41 a second one that passes is the reading; its frame is found behind the first’s', () => {
    const first = outcome(reading(total, ['V-R3'], 9_000n), reading(tariff))
    const { readings, exchanges } = scene().settle(first, outcome(reading(total)))
    expect(exchanges).toHaveLength(2)
    expect(readings).toMatchObject([
      {
        obis: total,
        value: { digits: 100n },
        quality: 'good',
        exchange: 1,
        findings: [{ rule: 'V-R3', verdict: 'accept', severity: 3, codes: [] }],
      },
      { obis: tariff, exchange: 0, findings: [] },
    ])
    expect(readings[0]?.findings[0]?.evidence).toMatch(/the meter said 1\.00 kWh; .* too much$/)
  })

  test('PR-41 where both fail the first stays suspect, with what the second said', () => {
    const first = outcome(reading(total, ['V-R3', 'V-T2'], 9_000n))
    const { readings } = scene().settle(first, outcome(reading(total, ['V-R3'], 9_001n)))
    expect(readings).toMatchObject([{ value: { digits: 9_000n }, quality: 'suspect', exchange: 0 }])
    expect(readings[0]?.findings.map(({ evidence }) => evidence)).toEqual([
      'too much; asked again at once, the meter said 90.01 kWh',
      'too much',
    ])
  })

  test('V-R5 a register that fails beside others is not acquitted by an answer without them', () => {
    const first = outcome(reading(total, ['V-R5']), reading(tariff))
    const look = scene()
    expect(look.settle(first, outcome(reading(total))).readings).toEqual(first.round.readings)
    expect(look.settle(first, outcome(reading(total), reading(tariff))).readings[0]).toMatchObject({
      quality: 'good',
      findings: [{ rule: 'V-R5', verdict: 'accept' }],
    })
  })

  test('without a second answer the first stays as it was, and is asked for again after ten minutes', () => {
    const { clock, asked, settle } = scene()
    const first = outcome(reading(total, ['V-R3']))
    expect(settle(first, outcome()).readings).toEqual(first.round.readings)
    clock.at = 10 * MINUTE - 1
    expect(asked(first)).toBeNull()
    clock.at = 10 * MINUTE
    expect(asked(first)).toEqual([total])
  })

  test('V-F11 a round by a clock that showed no date is heard again whole, and counts by the clock of the second', () => {
    const { asked, settle, clock } = scene()
    const by = (deviationMs: number, rules: readonly string[] = []) => {
      const said = outcome(reading(total), reading(tariff, rules))
      return { ...said, round: { ...said.round, clock: { measuredAt: MIDNIGHT, deviationMs } } }
    }
    const first = by(NO_DATE_MS, ['V-T2'])
    expect(asked(first)).toEqual([total, tariff])
    expect(settle(first, by(2_000))).toMatchObject({
      clock: { deviationMs: 2_000 },
      readings: [
        { quality: 'good', exchange: 1 },
        { quality: 'good', exchange: 1, findings: [] },
      ],
    })
    expect(asked(first)).toEqual([total, tariff])
    // Said twice it is the meter's own, and nobody asks for an hour.
    expect(settle(first, by(NO_DATE_MS, ['V-T2']))).toMatchObject({
      clock: { deviationMs: NO_DATE_MS },
      readings: [{ exchange: 0 }, { quality: 'suspect' }],
    })
    expect(asked(first)).toBeNull()
    clock.at += HOUR
    expect(asked(first)).toEqual([total, tariff])
  })
})
