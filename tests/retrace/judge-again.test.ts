/** Readings judged again: by the same rules they stay as they are, by other limits those change that must. */

import { afterEach, expect, test } from 'vitest'
import type { SimulatedFaults } from '../../src/core/simulated.ts'
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts'
import { type Limits, limitsOf, USUAL_LIMITS } from '../../src/reading/rules/parameters.ts'
import { createJudge, type JudgedAgain, type KeptReading } from '../../src/retrace/judge-again.ts'
import { type Revalidating, revalidate, type Tally } from '../../src/retrace/revalidate.ts'
import { type KeptRow, openHistory } from '../../src/store/history.ts'
import { type DayBus, type Days, type DaysKept, OFFSET, simulatedDays } from '../support/simulated-days.ts'

const WILD = {
  silence: 0.03,
  'bit-flip': 0.05,
  noise: 0.05,
  'wrong-item': 0.03,
  'wrong-address': 0.02,
  late: 0.02,
  merge: 0.02,
}
const PROFILES: readonly (readonly [name: string, faults: SimulatedFaults])[] = [
  ['clean', {}],
  ['wild', WILD],
]

const busesWith = (faults: SimulatedFaults): readonly DayBus[] => [
  {
    ...{ id: 'houses', protocol: 'dlt645-2007', profile: 'dlt645-2007-single-phase', faults },
    addresses: ['000000000161', '000000000162'],
    ofMeters: { hourly: true, settlement: ['01T00'] },
  },
  {
    id: 'lift',
    protocol: 'dlt645-2007',
    profile: 'dlt645-2007-three-phase',
    addresses: ['000000000261'],
    faults,
  },
  {
    id: 'lathe',
    protocol: 'dlt645-1997',
    profile: 'dlt645-1997-three-phase',
    addresses: ['970000000001'],
    faults,
  },
  { id: 'panel', protocol: 'modbus-rtu', profile: 'eastron-sdm630', addresses: ['1'], faults },
  {
    ...{ id: 'main', protocol: 'modbus-rtu', profile: 'acrel-adl3000', addresses: ['1'] },
    quirks: { 'current-ratio': '40' },
    ofMeters: { ratios: { current: 40 } },
  },
]

const made: DaysKept[] = []
afterEach(() => {
  for (const kept of made.splice(0)) kept.dispose()
})

async function kept(days: Days): Promise<DaysKept> {
  const all = await simulatedDays(days)
  made.push(all)
  return all
}

interface Judged {
  readonly tally: Tally
  readonly changes: readonly { readonly row: KeptRow; readonly one: JudgedAgain }[]
}

function judged({ directory, config }: DaysKept, more: Partial<Revalidating> = {}): Judged {
  const history = openHistory(directory)
  const changes: { row: KeptRow; one: JudgedAgain }[] = []
  try {
    const changed = (row: KeptRow, one: JudgedAgain) => void changes.push({ row, one })
    const asked = { history, meters: config.meters, offsetMinutes: OFFSET, changed }
    return { tally: revalidate({ ...asked, from: 0, to: Number.POSITIVE_INFINITY, ...more }), changes }
  } finally {
    history.close()
  }
}

const inShort = ({ changes }: Judged) =>
  changes.map(({ row, one }) => `${row.register.meter} ${row.register.obis} ${JSON.stringify(one.changes)}`)

test.each([1, 2].flatMap(seed => PROFILES.map(([name, faults]) => [seed, name, faults] as const)))(
  'by the same rules nothing would change: seed %i, %s lines',
  async (seed, _, faults) => {
    const night = await kept({
      ...{ seed, hours: 3, buses: busesWith(faults) },
      // A clock that is wrong, and one that is put right again.
      eachHour(nth, { meters, clock }) {
        const off = nth === 1 ? 20 * MINUTE : 0
        meters.get('houses-000000000162')?.clock.set(clock.now() + OFFSET * MINUTE + off, clock.now())
      },
    })
    const found = judged(night)
    expect(inShort(found)).toEqual([])
    expect(found.tally.judged).toBeGreaterThan(1_000)
    expect(found.tally.foreign).toBe(0)
    const suspects = [...openRows(night)].filter(({ quality }) => quality !== 'good')
    expect(suspects.length).toBeGreaterThan(0)
  },
  120_000,
)

function openRows({ directory }: DaysKept): readonly KeptRow[] {
  const history = openHistory(directory)
  try {
    return [...history.inOrder()]
  } finally {
    history.close()
  }
}

test('V-T2 a stricter limit finds exactly the readings of the clock that is further off, and a meter or a time may be asked alone', async () => {
  const night = await kept({
    ...{ seed: 5, hours: 2, buses: busesWith({}).slice(0, 2) },
    eachHour(_, { meters, clock }) {
      for (const [id, { clock: own }] of meters)
        own.set(clock.now() + OFFSET * MINUTE + (id.endsWith('161') ? 30_000 : 0), clock.now())
    },
  })
  const limitsNow: Limits = limitsOf('dwelling', { 'V-T2': { flagAbove: 20_000 } }, {})
  const found = judged(night, { limitsOf: () => limitsNow })
  // Set when the first hour had passed. Of each hour the last measurement is kept, here that of 16:45: what came before it
  // may have come when the clock was still right, and stays.
  const setAt = Date.UTC(2026, 10, 20, 16, 20)
  const knownFrom = Date.UTC(2026, 10, 20, 16, 45)
  const expected = openRows(night).filter(
    ({ register, receivedAt }) => register.meter.endsWith('161') && receivedAt > knownFrom,
  )
  const ids = (rows: readonly KeptRow[]) => rows.map(({ row }) => row).sort((a, b) => a - b)
  expect(ids(found.changes.map(({ row }) => row))).toEqual(ids(expected))
  expect(expected.length).toBeGreaterThan(10)
  expect(found.tally.rules.get('V-T2')).toMatchObject({
    ...{ appear: expected.length, vanish: 0, otherwise: 0 },
    left: expect.toSatisfy((left: number) => left > 0),
  })
  const asOne = { limitsOf: () => limitsNow, only: 'houses-000000000162' }
  expect(judged(night, asOne).tally).toMatchObject({ changed: 0, foreign: 0 })
  const before = judged(night, { limitsOf: () => limitsNow, to: setAt - HOUR })
  expect(before.tally.changed).toBe(0)
}, 120_000)

const START = Date.UTC(2026, 10, 21, 4)

function polled(nth: number, kwh: number, more: Partial<KeptReading> = {}): KeptReading {
  const at = START + nth * HOUR
  return {
    ...{ meter: 'houses-000000000161', obis: '1-0:1.8.0', kind: 'poll', unit: 'kWh', exchange: 0 },
    ...{ slot: at, readAt: at + 1_000, receivedAt: at + 1_000, quality: 'good', findings: [] },
    value: { digits: BigInt(kwh * 100), scaler: -2 },
    ...more,
  }
}

test('V-R3 a lower overload finds the one step that was beyond it, and nothing is found where nothing is', async () => {
  const night = await kept({ seed: 6, hours: 0, buses: busesWith({}).slice(0, 1) })
  const [meter] = night.config.meters
  if (!meter) throw new Error('a meter')
  const { phases, volts, amperes } = meter.nameplate
  const most = (phases * volts * amperes) / 1_000
  const strict = limitsOf('dwelling', { 'V-R3': { overload: 1 } }, {})
  const judge = createJudge({ meter, offsetMinutes: OFFSET, clocks: [], limits: strict })
  const rounds = [
    polled(0, 100),
    polled(1, 101),
    polled(2, 101 + Math.floor(most * 1.1)),
    polled(3, 103 + Math.floor(most * 1.1)),
  ]
  const found = rounds.map(one => judge.judge([one])[0])
  expect(found.map(one => one?.quality)).toEqual(['good', 'good', 'suspect', 'good'])
  expect(found[2]?.changes).toMatchObject([{ rule: 'V-R3', was: null, would: { verdict: 'suspect' } }])
  expect(USUAL_LIMITS.dwelling['V-R3'].overload).toBeGreaterThan(1.1)
})

test('what a store found out later, and what is never judged again, stands as it is', async () => {
  const night = await kept({ seed: 6, hours: 0, buses: busesWith({}).slice(0, 1) })
  const [meter] = night.config.meters
  if (!meter) throw new Error('a meter')
  const judge = createJudge({ meter, offsetMinutes: OFFSET, clocks: [] })
  const doubt = (rule: string, evidence: string) =>
    ({ rule, version: 1, verdict: 'suspect', severity: 1, codes: [], evidence }) as const
  const conflict = doubt(
    'V-F10',
    'version 2 of the same slot says 1.00 kWh, true for 2026-11-21T04:00:01.000Z',
  )
  const first = polled(0, 100, { quality: 'suspect', findings: [conflict] })
  expect(judge.judge([first])[0]).toMatchObject({ quality: 'suspect', changes: [], left: [] })
  // It was good when it came, so the next was held against it: one that falls below was accused.
  const fallen = doubt('V-R1', 'a fall')
  const second = polled(1, 90, { quality: 'suspect', findings: [fallen] })
  expect(judge.judge([second])[0]).toMatchObject({ quality: 'suspect', changes: [] })
  // A fall that nobody accused, and one that is none.
  expect(judge.judge([polled(2, 91)])[0]).toMatchObject({
    quality: 'suspect',
    changes: [{ rule: 'V-R1', was: null }],
  })
  const honest = polled(3, 101, { quality: 'suspect', findings: [fallen] })
  expect(judge.judge([honest])[0]).toMatchObject({
    quality: 'good',
    changes: [{ rule: 'V-R1', would: null }],
  })
})

test('a clock that may have been another within its hour changes no verdict, and is told of', async () => {
  const night = await kept({ seed: 6, hours: 0, buses: busesWith({}).slice(0, 1) })
  const [meter] = night.config.meters
  if (!meter) throw new Error('a meter')
  const at = START + 30 * MINUTE
  const clocks = [
    { meter: meter.id, measuredAt: START - DAY / 2, deviationMs: 0 },
    { meter: meter.id, measuredAt: at, deviationMs: 10 * MINUTE },
  ]
  const judge = createJudge({ meter, offsetMinutes: OFFSET, clocks })
  expect(judge.judge([polled(0, 100)])[0]).toMatchObject({ quality: 'good', changes: [], left: ['V-T2'] })
})

test('V-I5 nothing is held against what another meter told, nor against what was multiplied otherwise then', async () => {
  const night = await kept({ seed: 6, hours: 0, buses: busesWith({}).slice(0, 1) })
  const [meter] = night.config.meters
  if (!meter) throw new Error('a meter')
  const ratio = (digits: bigint) => ({ current: { digits, scaler: 0 }, voltage: { digits: 1n, scaler: 0 } })
  const at = polled(2, 0).readAt
  const dated = {
    ...{ ...meter, profile: { ...meter.profile, ratios: { side: 'secondary' as const } } },
    ...{ ratios: ratio(40n), ratiosBefore: [{ until: at, agreed: ratio(1n) }] },
  }
  const lower = [polled(0, 100), polled(1, 101), polled(2, 7), polled(3, 8)]
  const rulesOf = (change: Partial<Parameters<typeof createJudge>[0]>) => {
    const judge = createJudge({ meter, offsetMinutes: OFFSET, clocks: [], ...change })
    return lower.flatMap(one => judge.judge([one])[0]?.changes.map(({ rule }) => rule) ?? [])
  }
  expect(rulesOf({})).toContain('V-R1')
  const stays = [
    { segment: 1, from: Number.NEGATIVE_INFINITY, to: at - 1 },
    { segment: 2, from: at, to: Number.POSITIVE_INFINITY },
  ]
  expect(rulesOf({ stays })).toEqual([])
  // None of them was multiplied: of two behind the date the second is held against the first, across it nothing is.
  expect(rulesOf({ meter: dated })).toEqual(['V-I7'])
})

test('V-T2 goes by the clock it told of, whatever was measured later in that hour', async () => {
  const night = await kept({ seed: 6, hours: 0, buses: busesWith({}).slice(0, 1) })
  const [meter] = night.config.meters
  if (!meter) throw new Error('a meter')
  const clocks = [{ meter: meter.id, measuredAt: START + 1_000, deviationMs: 0 }]
  const told = (clock: string) =>
    polled(0, 100, {
      findings: [
        {
          ...{ rule: 'V-T2', version: 1, verdict: 'flag', severity: 2, codes: ['1.1.9'] },
          evidence: `${clock}; flagged above 60 s, tariff registers and load records suspect above 300 s, freezes above 900 s`,
        },
      ],
    })
  for (const clock of [
    "the meter's clock is -60 s off",
    "the meter's clock shows a date that does not exist",
  ]) {
    const judge = createJudge({ meter, offsetMinutes: OFFSET, clocks })
    expect(judge.judge([told(clock)])[0]?.changes).toEqual([])
  }
  const lax = limitsOf('dwelling', { 'V-T2': { flagAbove: 2 * MINUTE } }, {})
  const judge = createJudge({ meter, offsetMinutes: OFFSET, clocks, limits: lax })
  const [found] = judge.judge([told("the meter's clock is 90 s off")])
  expect(found?.changes).toMatchObject([{ rule: 'V-T2', was: { verdict: 'flag' }, would: null }])
})
