/** What is seen of a relay order, sign by sign: as ordered, against it, or neither. */

import { describe, expect, it } from 'vitest'
import { judgeRelay } from '../../../drivers/dlt645/conversations/relay-evidence.ts'
import type { DecodedPoint } from '../../../src/driver-api/frame.ts'
import type { RelayEvidence, RelayOrdered, RelayRecord, RelaySeen } from '../../../src/driver-api/relay.ts'

const OPERATOR = '87654321'
const BEFORE = '2026-11-21T12:00:00'
const AFTER = '2026-11-21T12:00:07'

const point = (value: string | null, unit: string): DecodedPoint => ({
  item: '02030000',
  obis: null,
  name: '',
  value,
  unit,
  at: null,
})
const LOAD = [point('0.3412', 'kW'), point('1.560', 'A')]
const STILL = [point('0.0000', 'kW'), point('0.004', 'A')]

const seen = (changed: Partial<RelaySeen>): RelaySeen => ({
  isOpen: false,
  isOpenCommanded: null,
  isKeptPowered: null,
  isTripAnnounced: null,
  opened: null,
  closed: null,
  load: [],
  clock: AFTER,
  frames: [],
  ...changed,
})
const record = (
  count: number | null,
  at: string | null,
  operator: string | null = OPERATOR,
): RelayRecord => ({
  count,
  at,
  operator,
})
const OLD = record(3, '2026-11-20T08:00:00')
const OURS = record(4, '2026-11-21T12:00:03')

function verdict(
  action: RelayOrdered['action'],
  before: Partial<RelaySeen>,
  after: Partial<RelaySeen>,
  opensAt: string | null = null,
): RelayEvidence['verdict'] {
  const ordered: RelayOrdered = { action, operator: OPERATOR, clock: BEFORE, opensAt }
  return judgeRelay(ordered, seen(before), seen(after)).verdict
}

type Case = readonly [string, Partial<RelaySeen>, Partial<RelaySeen>, RelayEvidence['verdict']]

describe('a trip', () => {
  const before = { opened: OLD, load: LOAD }
  it.each<Case>([
    ['its record and an open relay', before, { isOpen: true, opened: OURS }, 'as-ordered'],
    ['the first record of all', { opened: null }, { isOpen: true, opened: record(1, OURS.at) }, 'as-ordered'],
    [
      'a record without counts',
      { opened: record(null, OLD.at) },
      { isOpen: true, opened: record(null, OURS.at) },
      'as-ordered',
    ],
    [
      'an operator in small letters',
      before,
      { isOpen: true, opened: record(4, OURS.at, OPERATOR.toLowerCase()) },
      'as-ordered',
    ],
    ['a record of somebody else', before, { isOpen: true, opened: record(4, OURS.at, '11111111') }, 'open'],
    [
      'a record from before the order',
      before,
      { isOpen: true, opened: record(4, '2026-11-21T11:59:59') },
      'open',
    ],
    ['the record that was there', { opened: OURS, load: LOAD }, { isOpen: true, opened: OURS }, 'open'],
    [
      'the record that was there, without counts',
      { opened: record(null, OURS.at) },
      { isOpen: true, opened: record(null, OURS.at) },
      'open',
    ],
    ['a count that did not grow', { opened: record(4, OLD.at) }, { isOpen: true, opened: OURS }, 'open'],
    ['a record without a time', before, { isOpen: true, opened: record(4, null) }, 'open'],
    [
      'an open relay and a load that is gone',
      before,
      { isOpen: true, opened: OLD, load: STILL },
      'as-ordered',
    ],
    ['an open relay where nothing flowed before', { load: STILL }, { isOpen: true, load: STILL }, 'open'],
    ['an open relay and no word of load', before, { isOpen: true, load: [point(null, 'A')] }, 'open'],
    ['an open relay and current', before, { isOpen: true, opened: OURS, load: LOAD }, 'contradicts'],
    [
      'an open relay and current alone',
      before,
      { isOpen: true, load: [point('-0.100', 'A')] },
      'contradicts',
    ],
    ['an open relay and power alone', before, { isOpen: true, load: [point('0.0200', 'kW')] }, 'contradicts'],
    ['a record and a closed relay', before, { isOpen: false, opened: OURS }, 'contradicts'],
    ['nothing new', before, { opened: OLD, load: LOAD }, 'open'],
    ['a relay that tells nothing, and no load', before, { isOpen: null, load: STILL }, 'open'],
    ['a relay that tells nothing, and its record', before, { isOpen: null, opened: OURS }, 'open'],
  ])('%s', (_, was, is, expected) => {
    expect(verdict('open', was, is)).toBe(expected)
  })
})

describe('a pre-trip', () => {
  const DUE = '2026-11-21T12:20:00'
  const tripped = (at: string, clock: string, isOpen = true) => ({ isOpen, clock, opened: record(4, at) })
  it.each<Case>([
    ['nothing yet', {}, { isTripAnnounced: true }, 'open'],
    ['open a second too early', {}, tripped('2026-11-21T12:19:59', '2026-11-21T12:21:00'), 'contradicts'],
    ['open on the second', {}, tripped(DUE, '2026-11-21T12:21:00'), 'as-ordered'],
    ['open two minutes late', {}, tripped('2026-11-21T12:22:00', '2026-11-21T12:23:00'), 'as-ordered'],
    ['open later', {}, tripped('2026-11-21T12:22:01', '2026-11-21T12:23:00'), 'contradicts'],
    [
      'seen open before its time, without a record',
      {},
      { isOpen: true, clock: '2026-11-21T12:19:59' },
      'contradicts',
    ],
    [
      'seen open after its time, without a record',
      {},
      { isOpen: true, clock: '2026-11-21T12:20:30' },
      'open',
    ],
    ['open before it was ordered', { isOpen: true }, { isOpen: true, clock: AFTER }, 'open'],
    ['closed two minutes after its time', {}, { clock: '2026-11-21T12:22:00' }, 'open'],
    ['closed for longer', {}, { clock: '2026-11-21T12:22:01' }, 'contradicts'],
    ['closed, and a record that says open', {}, tripped(DUE, '2026-11-21T12:21:00', false), 'contradicts'],
    ['open with current', {}, { ...tripped(DUE, '2026-11-21T12:21:00'), load: LOAD }, 'contradicts'],
    ['a meter whose clock was not read', {}, { isOpen: true, clock: null }, 'open'],
  ])('%s', (_, was, is, expected) => {
    expect(verdict('warn-then-open', was, is, DUE)).toBe(expected)
  })
})

describe('a closing', () => {
  it.each<Case>([
    ['its record', { isOpen: true, closed: OLD }, { closed: OURS }, 'as-ordered'],
    ['a closed relay and current', { isOpen: true }, { load: LOAD }, 'as-ordered'],
    ['a relay that was closed, and current', {}, { load: LOAD }, 'as-ordered'],
    ['a closed relay and nothing else', { isOpen: true, closed: OLD }, { closed: OLD, load: STILL }, 'open'],
    ['still open', { isOpen: true }, { isOpen: true }, 'open'],
    ['its record, and open', { isOpen: true, closed: OLD }, { isOpen: true, closed: OURS }, 'contradicts'],
    ['current where the relay tells nothing', { isOpen: null }, { isOpen: null, load: LOAD }, 'open'],
  ])('%s', (_, was, is, expected) => {
    expect(verdict('close', was, is)).toBe(expected)
  })

  it.each<Case>([
    [
      'told to close by the status word',
      { isOpen: true, isOpenCommanded: true },
      { isOpen: true, isOpenCommanded: false },
      'as-ordered',
    ],
    [
      'told so before',
      { isOpen: true, isOpenCommanded: false },
      { isOpen: true, isOpenCommanded: false },
      'open',
    ],
    ['a word without that bit', { isOpen: true }, { isOpen: true }, 'open'],
    ['closed by hand since', { isOpen: true }, { closed: OURS }, 'as-ordered'],
  ])('permitted: %s', (_, was, is, expected) => {
    expect(verdict('permit-close', was, is)).toBe(expected)
  })
})

describe('power that is kept', () => {
  it.each<[RelayOrdered['action'], boolean | null, RelayEvidence['verdict']]>([
    ['keep-powered', true, 'as-ordered'],
    ['keep-powered', false, 'open'],
    ['keep-powered', null, 'open'],
    ['end-keep-powered', false, 'as-ordered'],
    ['end-keep-powered', true, 'open'],
    ['end-keep-powered', null, 'open'],
    ['alarm-on', true, 'open'],
    ['alarm-off', false, 'open'],
  ])('%s with bit 12 %s', (action, isKeptPowered, expected) => {
    expect(verdict(action, {}, { isKeptPowered })).toBe(expected)
  })
})
