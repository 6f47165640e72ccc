/** A policy's file: what is refused and where, what is warned of, and that nothing shipped can cut anybody. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { formatComplaint } from '../../src/config/complaint.ts'
import { loadFacts, loadPolicy } from '../../src/config/policy.ts'
import { HOUR, MINUTE } from '../../src/core/time.ts'
import { NOTHING_KNOWN } from '../../src/supply/policy/facts.ts'
import { folderWith } from './support.ts'

const EXAMPLES = join(import.meta.dirname, '../../examples/policies')
const PAPER = readFileSync(join(EXAMPLES, 'cn-paper-rules.yaml'), 'utf8')
const GOOD = accepted(PAPER)
const NOW = Date.parse('2026-09-01T10:00:00+08:00')

function accepted(text: string): string {
  return text
    .replace('acceptedBy: ""', 'acceptedBy: A. Person')
    .replace('acceptedOn: ""', 'acceptedOn: 2026-11-23')
}

async function load(text: string, now = NOW) {
  const folder = folderWith({ 'policy.yaml': text })
  const loaded = await loadPolicy(join(folder, 'policy.yaml'), now)
  const say = (one: Parameters<typeof formatComplaint>[0]) =>
    formatComplaint(one).replaceAll(`${folder}/`, '')
  if ('complaints' in loaded) return { mistakes: loaded.complaints.map(say), warnings: [], policy: null }
  return { mistakes: [], warnings: loaded.warnings.map(say), policy: loaded.policy }
}

/** The good policy with one thing written otherwise. */
function withal(was: string, is: string): string {
  expect(GOOD.split(was)).toHaveLength(2)
  return GOOD.replace(was, is)
}

describe('PR-50 nothing shipped can cut anybody', () => {
  test.each(readdirSync(EXAMPLES).filter(name => name.endsWith('.yaml')))(
    '%s is refused until somebody answers for it',
    async name => {
      const text = readFileSync(join(EXAMPLES, name), 'utf8')
      const { mistakes } = await load(text)
      expect(mistakes).toHaveLength(2)
      expect(mistakes[0]).toMatch(/^policy\.yaml:\d+:1 acceptedBy: "" is not right/)
      expect(mistakes[1]).toMatch(/^policy\.yaml:\d+:1 acceptedOn: "" is not right/)
      expect((await load(accepted(text))).mistakes).toEqual([])
    },
  )

  test.each(['acceptedBy: " "', 'acceptedBy: "--"', 'acceptedBy:', ''])('%j is nobody', async by => {
    expect((await load(withal('acceptedBy: A. Person', by))).mistakes[0]).toMatch(/acceptedBy: /)
  })

  test('nothing has a default: each key that is left out is a mistake', async () => {
    const { mistakes } = await load('version: 1\n')
    const missing = mistakes.filter(one => one.includes(': is missing')).map(one => one.split(' ')[1])
    expect(missing).toEqual(
      [
        ...['policy', 'edition', 'jurisdiction', 'zone', 'acceptedBy', 'acceptedOn', 'firstNotice'],
        ...['secondNotice', 'windows', 'holidays', 'noCut', 'declared', 'protections', 'arrears', 'read'],
        ...['meterClock', 'fuses', 'approval'],
      ].map(key => `${key}:`),
    )
    expect(mistakes).toHaveLength(missing.length)
  })
})

describe('a policy', () => {
  test('is read as it was written', async () => {
    const { policy, warnings } = await load(GOOD)
    expect(warnings).toEqual([])
    expect(policy).toMatchObject({
      name: 'cn-paper-rules',
      zone: 'Asia/Shanghai',
      accepted: { by: 'A. Person', on: '2026-11-23' },
      firstNotice: { days: { residents: 7, others: 7 }, lapsesAfterDays: 60 },
      secondNotice: { leastMs: 30 * MINUTE, mostMs: 60 * MINUTE },
      windows: { open: [{ from: 540, to: 900 }], never: ['friday', 'saturday', 'sunday'] },
      holidays: { dayBefore: true, days: [{ from: '01-01', to: '01-01' }] },
      arrears: { least: { digits: 1000n, scaler: -2 }, currency: 'CNY' },
      read: { mostAgeMs: 48 * HOUR },
      approval: { selectForMs: MINUTE },
    })
    expect(policy?.protections.get('elderly_alone')).toMatchObject({
      behaviour: 'manual_visit',
      extraDays: 7,
    })
    expect(policy?.fuses.limits.get('line')).toEqual({ tenMinutes: 2, hour: 5, day: 15 })
  })

  test.each([
    ['zone: Asia/Shanghai', 'zone: Asia/Shanghay', /zone: "Asia\/Shanghay" is no time zone known here/],
    ['zone: Asia/Shanghai', 'zone: "+08:00"', /zone: "\+08:00" is no time zone known here/],
    ['edition:', 'edtion:', /edtion: unknown key in this file; did you mean "edition"/],
    ['  lapsesAfterDays: 60', '  lapsesAfterDays: 37', /is over before 37 full days.*write 39 or more/],
    ['least: 30m', 'least: 60m', /secondNotice.most: is not longer than least/],
    ['least: 30m', 'least: 30s', /secondNotice.least: 30s is out of bounds/],
    ['residents: 7,', 'residents: 0,', /firstNotice.days.residents: 0 is not right/],
    [
      'from: "09:00", to: "15:00"',
      'from: "15:00", to: "09:00"',
      /windows.open\[0\].to: is not later than from/,
    ],
    [
      'from: "09:00", to: "15:00"',
      'from: "09:00", to: "24:01"',
      /windows.open\[0\].to: "24:01" is not right/,
    ],
    ['[monday, tuesday,', '[mon, tuesday,', /windows.open\[0\].days\[0\]: "mon" is not right/],
    ['to: 2026-12-31 }', 'to: 2026-12-32 }', /holidays.known.to: "2026-12-32" is not right/],
    ['to: 2026-12-31 }', 'to: 2026-10-31 }', /holidays.known.to: is before from/],
    ['to: 2026-12-31 }', 'to: 2026-11-22 }', /acceptedOn: is after the last date whose holidays are known/],
    ['from: "01-01" }', 'from: "02-30" }', /holidays.days\[0\].from: "02-30" is not right/],
    ['to: "06-10"', 'to: 2026-06-10', /noCut\[0\].to: one end is of every year/],
    ['from: "06-06", to: "06-10"', 'from: 2026-06-06, to: 2026-06-05', /noCut\[0\].to: is before from/],
    [
      'low_income: { behaviour: extra_notice, extraDays: 14,',
      'low_income: { behaviour: extra_notice,',
      /low_income: extra_notice without extra days/,
    ],
    [
      'public_service: { behaviour: block,',
      'public_service: { behaviour: block, extraDays: 3,',
      /needs no days/,
    ],
    [
      'public_service: { behaviour: block,',
      'public_service: { behaviour: none,',
      /public_service.behaviour: "none" is not right/,
    ],
    ['public_service:', 'publicservice:', /protections.publicservice: unknown key/],
    ['least: "10.00"', 'least: "0.00"', /arrears.least: "0.00" is not right/],
    ['least: "10.00"', 'least: 10.00', /arrears.least: 10.00 is not in quotes/],
    ['mostAge: 48h', 'mostAge: 49h', /read.mostAge: 49h is out of bounds.*stricter only/],
    ['mostError: 60s', 'mostError: 61s', /meterClock.mostError: 61s is out of bounds/],
    ['gateway: { tenMinutes: 5,', 'gateway: { tenMinutes: 11,', /fuses.gateway: a longer time allows fewer/],
    ['  gateway: { tenMinutes: 5, hour: 10, day: 40 }\n', '', /fuses.gateway: is missing/],
    ['fourEyes: true', 'fourEyes: false', /approval.fourEyes: false is not right/],
    ['[operate, approve], ', '', /operate and approve may not be held together/],
    ['[operate, approve], ', '[operate, approve], [admin, admin], ', /cannot be held apart from itself/],
    ['[operate, approve], ', '[operate, aprove], ', /apart\[0\]\[1\]: "aprove" is not right/],
    ['selectFor: 60s', 'selectFor: 301s', /approval.selectFor: 301s is out of bounds/],
    ['selectFor: 60s', 'selectFor: 9s', /approval.selectFor: 9s is out of bounds/],
  ])('%s → %s is a mistake', async (was, is, expected) => {
    const { mistakes } = await load(withal(was, is))
    expect(mistakes[0]).toMatch(expected)
    expect(mistakes[0]).toMatch(/^policy\.yaml:\d+:\d+ /)
    expect(mistakes).toHaveLength(1)
  })

  test.each([
    ['version: 1\n', 'version: 1\nrestores: { open: [] }\n'],
    ['windows:\n', 'windows:\n  restores: { from: "09:00" }\n'],
    ['fuses:\n', 'fuses:\n  restores: { hour: 5 }\n'],
  ])('PR-64 restores have no window and no limit: %j', async (was, is) => {
    const { mistakes } = await load(withal(was, is))
    expect(mistakes).toHaveLength(1)
    expect(mistakes[0]).toMatch(/restores: supply is restored at any hour and without limit.*; remove it$/)
  })

  test.each([
    [GOOD, '2026-11-01', /holidays.known.to: holidays are known only until 2026-12-31/],
    [GOOD, '2027-01-01', /holidays were known only until 2026-12-31; after it nobody is cut/],
    [
      withal(
        '    - { days: [monday, tuesday, wednesday, thursday], from: "09:00", to: "15:00" }\n',
        '',
      ).replace('open:\n', 'open: []\n'),
      '2026-09-01',
      /no window at all: nobody is ever cut/,
    ],
    [
      withal('wednesday, thursday]', 'wednesday, friday]'),
      '2026-09-01',
      /days: never names friday too, and wins/,
    ],
    [
      withal('  bankruptcy: { behaviour: block, source: "Supplier\'s own rule" }\n', ''),
      '2026-09-01',
      /bankruptcy is not named.*is not cut/,
    ],
    [withal('  actor: { tenMinutes: 5, hour: 10, day: 40 }\n', ''), '2026-09-01', /fuses: no limit by actor/],
  ])('is warned of: case %#', async (text, day, expected) => {
    const { mistakes, warnings } = await load(text, Date.parse(`${day}T10:00:00+08:00`))
    expect(mistakes).toEqual([])
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatch(expected)
  })
})

describe('PR-53 facts', () => {
  const factsOf = async (written: unknown) => {
    const folder = folderWith({ 'facts.json': JSON.stringify(written) })
    const loaded = await loadFacts(join(folder, 'facts.json'))
    return 'complaints' in loaded
      ? { mistakes: loaded.complaints.map(one => formatComplaint(one).replaceAll(`${folder}/`, '')) }
      : loaded.facts
  }

  test('what is left out is unknown', async () => {
    expect(await factsOf({})).toEqual(NOTHING_KNOWN)
  })

  test('the rest is as it was written', async () => {
    const written = JSON.parse(readFileSync(join(EXAMPLES, 'facts.json'), 'utf8'))
    expect(await factsOf({ ...written, secondNotice: 'sent' })).toMatchObject({
      customer: 'residents',
      arrears: { amount: { digits: 12840n, scaler: -2 }, currency: 'CNY' },
      firstNotice: Date.parse('2026-11-16T11:20:00+08:00'),
      secondNotice: 'sent',
      meterClockErrorMs: 4000,
      protections: [],
      declared: new Map([
        ['heat', false],
        ['cold', false],
      ]),
    })
  })

  test('times are taken as the daemon tells them, to the millisecond', async () => {
    const written = { firstNotice: { delivered: '2026-11-16T11:20:30.703+08:00' } }
    expect(await factsOf(written)).toMatchObject({ firstNotice: Date.parse('2026-11-16T11:20:30.703+08:00') })
  })

  test.each([
    [{ firstNotice: { sent: true, delivered: '2026-11-16T11:20+08:00' } }, /firstNotice\.sent: unknown key/],
    [{ firstNotice: {} }, /firstNotice\.delivered: is missing/],
    [{ firstNotice: 'posted' }, /firstNotice: "posted" is not right/],
    [{ firstNotice: { delivered: '2026-11-16T11:20.5+08:00' } }, /firstNotice/],
    [{ firstNotice: { delivered: '2026-11-16T11:20' } }, /firstNotice/],
    [{ arears: {} }, /did you mean "arrears"/],
    [{ arrears: { amount: 128.4, currency: 'CNY' } }, /arrears.amount: 128.4 is not in quotes/],
    [{ protections: [{ class: 'poor', from: '2026-01-01' }] }, /protections\[0\].class: "poor" is not right/],
    [{ gatewayTime: true }, /gatewayTime: true is not right/],
    [{ declared: { heat: 'no' } }, /declared.heat: "no" is not right/],
    [{ read: { at: '2026-02-30T00:00Z', quality: 'actual' } }, /read.at: "2026-02-30T00:00Z" is not right/],
  ])('%j is a mistake', async (written, expected) => {
    expect(await factsOf(written)).toEqual({ mistakes: [expect.stringMatching(expected)] })
  })
})
