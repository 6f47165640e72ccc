/** Alarms of simulated meters under a poller, in virtual time: of a line that is only noisy none, of a real fault one. */

import { describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts'
import type { AlarmEvent } from '../../src/reading/alarm/alarm.ts'
import type { Finding } from '../../src/reading/reading.ts'
import { alarmedBus } from '../support/alarmed-bus.ts'

/** Hours of noise; `npm run prove` lets it last longer. */
const HOURS = 48 * Number(process.env['METERD_TIMES'] ?? 1)

const told = (events: readonly AlarmEvent[]) =>
  events.map(({ event, scope, of, rule, about }) => `${event} ${scope} ${of} ${rule} ${about}`.trim())

describe('a line that is only noisy', () => {
  test('A-04 raises no alarm, though damage the checksum misses makes values suspect', async () => {
    const { clock, noise, ledger, rounds, events, desk } = await alarmedBus({
      meters: 5,
      everyMs: 15 * MINUTE,
    })
    // A first value has nothing to be held against: it is what all later ones are.
    await clock.pass(HOUR)
    Object.assign(noise.faults, { 'bit-flip': 0.1, silence: 0.05, noise: 0.05, late: 0.05 })
    noise.missed = 0.02
    for (let hour = 0; hour < HOURS; hour += 1) await clock.pass(HOUR)
    for (const kind of ['bit-flip', 'silence', 'noise', 'late'] as const)
      expect(ledger.count(kind)).toBeGreaterThan(HOURS / 2)
    const findings = rounds.flatMap(({ readings }) => readings.flatMap(one => one.findings))
    expect(findings.filter(({ verdict }) => verdict === 'suspect').length).toBeGreaterThan(HOURS / 4)
    expect(told(events)).toEqual([])
    expect(desk.standing()).toEqual([])
  }, 600_000)
})

describe('a real fault', () => {
  test('A-04 B-06 is raised once, with two reads, on a noisy line too; silence does not end it, the cure does', async () => {
    const { clock, noise, ailing, events, told: logged, desk } = await alarmedBus({ meters: 6 })
    await clock.pass(HOUR)
    Object.assign(noise.faults, { 'bit-flip': 0.05, silence: 0.05 })
    const [first = {}] = ailing
    first.behindMs = 30 * DAY
    await clock.pass(2 * HOUR)
    const forward = 'raised meter m1 V-R1 1-0:1.8.0 poll'
    expect(told(events).filter(one => one === forward)).toHaveLength(1)
    expect(events.every(({ scope, of }) => scope === 'meter' && of === 'm1')).toBe(true)
    const raised = events.find(one => told([one])[0] === forward)
    expect(raised?.evidence.reads).toHaveLength(2)
    for (const { meter, finding } of raised?.evidence.reads ?? []) {
      expect(meter).toBe('m1')
      expect(finding).toMatchObject({ rule: 'V-R1', version: 2, limit: { value: '0', unit: 'kWh' } })
      const [older, newer] = finding.samples ?? []
      expect(Number(newer?.value)).toBeLessThan(Number(older?.value))
      expect(newer?.at).toBeGreaterThan(older?.at ?? Number.POSITIVE_INFINITY)
    }
    expect(logged.find(text => text.includes('alarm: V-R1 of m1, 1-0:1.8.0 poll: '))).toMatch(/a fall of/)
    expect(desk.holds('m1')).toBeNull()
    const before = events.length
    first.isDead = true
    await clock.pass(6 * HOUR)
    expect(events.length).toBe(before)
    expect(desk.standing()).toHaveLength(before)
    first.isDead = false
    first.behindMs = 0
    await clock.pass(3 * HOUR)
    expect(desk.standing()).toEqual([])
    expect(told(events).filter(one => one === forward.replace('raised', 'cleared'))).toHaveLength(1)
    expect(told(events).filter(one => one.startsWith('reopened'))).toEqual([])
  }, 600_000)

  test('V-A2 of all meters of a line is one alarm of the line for each rule, and holds their bills while it lasts', async () => {
    const { clock, ailing, events, desk } = await alarmedBus({ meters: 6 })
    await clock.pass(HOUR)
    for (const one of ailing) one.behindMs = 30 * DAY
    await clock.pass(2 * HOUR)
    expect(told(events).every(one => one.startsWith('raised line l1 '))).toBe(true)
    expect(told(events)).toContain('raised line l1 V-R1')
    expect(new Set(told(events)).size).toBe(events.length)
    expect(desk.holds('m5')).toMatch(
      /^V-A2: since 2026-11-21T1\d:\d\d:\d\d\+08:00 6 of 6 meters of line l1 fail V-R/,
    )
    for (const one of ailing) one.behindMs = 0
    await clock.pass(3 * HOUR)
    expect(desk.standing()).toEqual([])
    expect(desk.holds('m5')).toBeNull()
    expect(events.filter(({ scope }) => scope === 'meter')).toEqual([])
  }, 600_000)
})

test('V-A7 what is put between a meter and the gateway is told once, of that meter, and not of a noisy line', async () => {
  const { clock, ailing, noise, events, desk } = await alarmedBus({
    meters: 3,
    everyMs: 5 * MINUTE,
    polled: /^1-0:1\.8\.0$/,
  })
  await clock.pass(18 * HOUR)
  Object.assign(noise.faults, { 'bit-flip': 0.02, noise: 0.02 })
  expect(events).toEqual([])
  const [, second = {}] = ailing
  second.laterMs = 40
  await clock.pass(18 * HOUR)
  expect(told(events)).toEqual(['raised meter m2 V-A7'])
  expect(events[0]).toMatchObject({ severity: 2, blocks: false, codes: ['2.3.3'] })
  expect(events[0]?.evidence.text).toMatch(
    /half of the last 50 answers took 70 ms or more, 30 ms before: 40 ms slower/,
  )
  second.laterMs = 0
  await clock.pass(20 * HOUR)
  expect(told(events)).toEqual(['raised meter m2 V-A7', 'cleared meter m2 V-A7'])
  expect(desk.standing()).toEqual([])
}, 600_000)

test('A-04 what others find out goes the same way: agreed, or twice; what they accept is a clean cycle', async () => {
  const { clock, events, desk } = await alarmedBus({ meters: 4, everyMs: HOUR })
  const found = (verdict: Finding['verdict'], samples?: Finding['samples']): Finding => ({
    ...{ rule: 'V-I5', version: 1, verdict, severity: verdict === 'accept' ? 3 : 1, codes: [] },
    evidence: 'another meter number',
    ...(samples && { samples }),
  })
  desk.saw('m1', 'l1', [found('quarantine')], clock.now(), true)
  desk.saw('m2', 'l1', [found('quarantine')], clock.now(), false)
  desk.saw('m3', 'l2', [found('quarantine')], clock.now(), true)
  await clock.pass(20 * MINUTE)
  expect(told(events)).toEqual(['raised meter m1 V-I5'])
  for (let day = 0; day < 3; day += 1) {
    desk.saw('m1', 'l1', [found('not evaluated')], clock.now(), false)
    desk.saw('m2', 'l1', [found('quarantine')], clock.now(), false)
    desk.saw('m1', 'l1', [found('accept')], clock.now(), false)
    await clock.pass(20 * MINUTE)
  }
  expect(told(events)).toEqual(['raised meter m1 V-I5', 'raised meter m2 V-I5', 'cleared meter m1 V-I5'])
  expect(desk.standing().map(({ of }) => of)).toEqual(['m2'])
}, 60_000)

test('A-04 what a store without room does not take is kept later, once, and told then', async () => {
  const { clock, events, desk, told: logged, full } = await alarmedBus({ meters: 4, everyMs: HOUR })
  full.isSo = true
  const finding: Finding = { rule: 'V-I5', verdict: 'quarantine', severity: 1, codes: [], evidence: 'x' }
  desk.saw('m1', 'l1', [finding], clock.now(), true)
  await clock.pass(30 * MINUTE)
  expect([events, logged.filter(text => text.includes('V-I5'))]).toEqual([[], []])
  full.isSo = false
  await clock.pass(2 * MINUTE)
  expect(told(events)).toEqual(['raised meter m1 V-I5'])
  expect(logged.filter(text => text.includes('V-I5'))).toEqual(['m1: alarm: V-I5 of m1: x'])
}, 60_000)
