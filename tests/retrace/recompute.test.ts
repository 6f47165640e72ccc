/** Values made again from the bytes they came in: every one of a night, and none from bytes that are not its own. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/core/random.ts'
import { formatScaled } from '../../src/core/scaled.ts'
import { explain } from '../../src/retrace/explain.ts'
import { marksOf } from '../../src/retrace/marks.ts'
import { type Recomputed, recompute, type Unmade } from '../../src/retrace/recompute.ts'
import type { Evidence } from '../../src/store/store.ts'
import { MODBUS_PROFILES } from '../simulator/models.ts'
import {
  type DayBus,
  type DaysKept,
  EVENING,
  OFFSET,
  readingsKept,
  simulatedDays,
} from '../support/simulated-days.ts'

const FAULTS = {
  silence: 0.02,
  'bit-flip': 0.05,
  noise: 0.05,
  'wrong-item': 0.02,
  'wrong-address': 0.02,
  late: 0.01,
}
/** What a meter's load records hold all of, so that missed slots are filled. */
const FILLED = [
  { every: '15m', points: ['1-0:32.7.0', '1-0:1.7.0'] },
  { every: '1h', points: ['1-0:1.8.0', '1-0:2.8.0'] },
]

const NIGHT: readonly DayBus[] = [
  {
    ...{ id: 'houses', protocol: 'dlt645-2007', profile: 'dlt645-2007-single-phase', faults: FAULTS },
    addresses: ['000000000161', '000000000162'],
    ofMeters: { hourly: true, settlement: ['01T00'] },
  },
  {
    ...{ id: 'recorded', protocol: 'dlt645-2007', profile: 'dlt645-2007-single-phase' },
    addresses: ['000000000163'],
    ofMeters: { polls: FILLED, daily: false },
  },
  {
    // Long answers come in many frames.
    ...{ id: 'lift', protocol: 'dlt645-2007', profile: 'dlt645-2007-three-phase', faults: FAULTS },
    addresses: ['000000000261'],
    quirks: { 'frame-data': 'short' },
  },
  {
    ...{ id: 'plain', protocol: 'dlt645-2007', profile: 'dlt645-2007-three-phase' },
    addresses: ['000000000262'],
    quirks: { blocks: 'refused', preamble: '3' },
  },
  {
    ...{ id: 'workshop', protocol: 'dlt645-1997', profile: 'dlt645-1997-three-phase', faults: FAULTS },
    addresses: ['970000000001'],
    ofMeters: { settlement: ['01T00'] },
  },
  { id: 'panel', protocol: 'modbus-rtu', profile: 'eastron-sdm630', addresses: ['1'], faults: FAULTS },
  { id: 'digits', protocol: 'modbus-ascii', profile: 'eastron-sdm120', addresses: ['1'], faults: FAULTS },
  { id: 'feeders', protocol: 'modbus-tcp', profile: 'siemens-pac2200', addresses: ['1', '2'] },
  { id: 'sun', protocol: 'modbus-tcp', profile: 'sunspec-201-204', addresses: ['1'] },
]

interface Made {
  readonly kept: DaysKept
  readonly evidence: Evidence
  readonly made: Recomputed | Unmade
}

/** Every reading that is kept, with what its bytes come to. */
function* madeOf(kept: DaysKept): Iterable<Made> {
  for (const meter of kept.config.meters)
    for (const { id } of readingsKept(kept, meter.id)) {
      const evidence = kept.calls.evidence(id)
      if (!evidence) throw new Error(`no evidence of ${id}`)
      yield { kept, evidence, made: recompute(evidence, meter, OFFSET) }
    }
}

/** "value unit slot readAt receivedAt", or why not. */
function toldBy(made: Recomputed | Unmade): string {
  return 'why' in made ? made.why : inOneLine(made.meant.reading)
}

type Line = Pick<Evidence['reading'], 'value' | 'unit' | 'slot' | 'readAt' | 'receivedAt'>

function inOneLine({ value, unit, slot, readAt, receivedAt }: Line): string {
  return `${formatScaled(value)} ${value.scaler} ${unit} ${slot} ${readAt} ${receivedAt}`
}

function others(kept: DaysKept): readonly string[] {
  return [...madeOf(kept)].flatMap(({ evidence: { reading }, made }) =>
    toldBy(made) === inOneLine(reading)
      ? []
      : [`${reading.meter} ${reading.kind} ${reading.obis} ${inOneLine(reading)}: ${toldBy(made)}`],
  )
}

describe('a night over all kinds of meters', () => {
  let nights: readonly DaysKept[]

  beforeAll(async () => {
    nights = [await nightOf(1), await nightOf(2)]
  }, 240_000)

  afterAll(() => {
    for (const night of nights ?? []) night.dispose()
  })

  function nightOf(seed: number): Promise<DaysKept> {
    return simulatedDays({
      ...{ buses: NIGHT, seed, hours: 3 },
      // A line is dead for an hour: what its meter wrote down meanwhile is fetched later.
      eachHour(nth, { deaf }) {
        if (nth === 1) deaf.add('recorded')
        if (nth === 2) deaf.delete('recorded')
      },
    })
  }

  test('A-01 every reading is made again from its bytes, digit for digit', () => {
    for (const night of nights) expect(others(night)).toEqual([])
  }, 120_000)

  test('and the night has had all that there is to make again', () => {
    for (const night of nights) {
      const readings = night.config.meters.flatMap(({ id }) => readingsKept(night, id))
      const has = (what: (one: (typeof readings)[number]) => boolean) => readings.some(what)
      expect(has(({ kind, meter }) => kind === 'freeze' && meter.startsWith('houses'))).toBe(true)
      expect(has(({ kind, meter }) => kind === 'freeze' && meter.startsWith('workshop'))).toBe(true)
      expect(has(({ kind, slot }) => kind === 'freeze' && slot % 86_400_000 !== 57_600_000)).toBe(true)
      expect(has(({ kind, readAt, receivedAt }) => kind === 'poll' && receivedAt - readAt > 60_000)).toBe(
        true,
      )
      expect(new Set(readings.map(({ meter }) => meter)).size).toBe(night.config.meters.length)
    }
  })

  test('other bytes come to something else, or to nothing', () => {
    const random = seededRandom(7)
    let looked = 0
    for (const night of nights)
      for (const { evidence, made } of madeOf(night)) {
        if (random.fraction() > 0.01 || 'why' in made) continue
        const values = marksOf(made).filter(({ of }) => of === 'value')
        expect(values.length, inOneLine(evidence.reading)).toBeGreaterThan(0)
        const [{ exchange, from, to } = { exchange: 0, from: 0, to: 0 }] = values
        const meter = night.config.meters.find(({ id }) => id === evidence.reading.meter)
        if (!meter) throw new Error('a meter of the night')
        // A digit more, or where a float is coarser than that, its exponent.
        const forged = [...Array(to - from).keys()].flatMap(at =>
          [1, 0x40].map(more => recompute(withByte(evidence, exchange, from + at, more), meter, OFFSET)),
        )
        const same = forged.filter(one => toldBy(one) === inOneLine(evidence.reading))
        // Of a float rounded to a tenth the last two bytes are lost, near zero more of them.
        const rounded = meter.driver.retrace?.isRounded(made.raw.point) === true
        expect(same.length, inOneLine(evidence.reading)).toBeLessThanOrEqual(rounded ? forged.length - 1 : 0)
        looked += 1
      }
    expect(looked).toBeGreaterThan(25)
  }, 120_000)

  test('PR-06 what is withheld makes no value again, and another value in its row is told', () => {
    const [night] = nights
    if (!night) throw new Error('a night')
    const [meter] = night.config.meters
    const [one] = meter ? readingsKept(night, meter.id) : []
    const evidence = one && night.calls.evidence(one.id)
    if (!meter || !evidence) throw new Error('a reading')
    const without = { ...evidence, exchanges: evidence.exchanges.filter(({ carried }) => !carried) }
    expect(recompute(without, meter, OFFSET)).toMatchObject({ why: expect.stringContaining('damaged') })
    const { value } = evidence.reading
    const forged = {
      ...evidence,
      reading: { ...evidence.reading, value: { ...value, digits: value.digits + 1n } },
    }
    expect(explain(evidence, meter, OFFSET, null).differs).toEqual([])
    expect(explain(forged, meter, OFFSET, null).differs).toEqual([
      `the value is ${formatScaled(value)} where ${formatScaled(forged.reading.value)} is stored`,
    ])
    const shed = { ...evidence, exchanges: [] }
    expect(recompute(shed, meter, OFFSET)).toMatchObject({ why: expect.stringContaining('no longer kept') })
  })
})

function withByte(evidence: Evidence, exchange: number, at: number, more: number): Evidence {
  const exchanges = evidence.exchanges.map((one, place) => {
    if (place !== exchange || !one.reply) return one
    const reply = Uint8Array.from(one.reply)
    reply[at] = (reply[at] ?? 0) + more
    return { ...one, reply }
  })
  return { ...evidence, exchanges }
}

test('A-01 every register of every shipped Modbus profile is made again', async () => {
  const kept = await simulatedDays({
    ...{ seed: 3, hours: 1, from: EVENING },
    buses: [...MODBUS_PROFILES.keys()].map((profile, index) => ({
      ...{ id: `l${index}`, protocol: 'modbus-rtu', profile, addresses: ['1'] },
    })),
  })
  try {
    expect(others(kept)).toEqual([])
    const meters = kept.config.meters.filter(({ id }) => readingsKept(kept, id).length > 0)
    expect(meters.length).toBe(MODBUS_PROFILES.size)
  } finally {
    kept.dispose()
  }
}, 120_000)

test('V-R18 a register in front of which transformers stand is multiplied as it was', async () => {
  const kept = await simulatedDays({
    ...{ seed: 4, hours: 1 },
    buses: [
      {
        ...{ id: 'main', protocol: 'modbus-rtu', profile: 'acrel-adl3000', addresses: ['1'] },
        quirks: { 'current-ratio': '40' },
        ofMeters: { ratios: { current: 40 } },
      },
    ],
  })
  try {
    expect(others(kept)).toEqual([])
    const [register] = readingsKept(kept, 'main-1').filter(({ obis }) => obis === '1-0:1.8.0')
    expect(register?.findings.map(({ rule }) => rule)).toContain('V-R18')
  } finally {
    kept.dispose()
  }
}, 60_000)
