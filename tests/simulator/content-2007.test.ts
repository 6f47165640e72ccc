/** What a simulated 2007 meter holds, against the truth it measures, by raw frames. */

import { describe, expect, it } from 'vitest'
import { total } from '../../src/simulator/truth.ts'
import { di, NOON } from './master.ts'
import { bytesOf, numberOf, OPERATOR, play, timeBytes } from './slave-2007.ts'

const MINUTE = 60_000
const QUARTER = 15 * MINUTE
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const SITE = 8 * HOUR

/** A customer who feeds back, so that nothing is trivially zero. */
const solarSeed = [...Array(60).keys()].find(
  seed => play({}, { seed }).meter.nature.habit === 'solar',
) as number

const four = (hex: string) =>
  hex
    .split(' ')
    .reduce<string[][]>((all, byte, index) => {
      if (index % 4 === 0) all.push([])
      all.at(-1)?.push(byte)
      return all
    }, [])
    .map(each => numberOf(each.join(' ')))

describe('energies', () => {
  it('of the phases add up to the whole, within a digit', () => {
    const { value, meter } = play({}, { seed: solarSeed })
    for (const kind of [0x01, 0x02, 0x05, 0x07, 0x09]) {
      const item = (code: number) => `00${code.toString(16).padStart(2, '0')}0000`
      const whole = numberOf(value(item(kind)) ?? '')
      const phases = [0x14, 0x28, 0x3c].map(step => numberOf(value(item(kind + step)) ?? ''))
      expect(Math.abs(whole - total(phases))).toBeLessThanOrEqual(3)
      expect(Math.abs((phases[0] ?? 0) - (whole * (meter.nature.phaseShares[0] ?? 0)) / 1000)).toBeLessThan(2)
    }
    expect(value('00150100')).toBeNull()
    expect(value('00140000')).toBeNull()
    expect(play({}, { phases: 1 }).value('00290000')).toBeNull()
  })

  it('combined ones follow their feature words, with a sign', () => {
    const { value, write } = play({}, { seed: solarSeed })
    const forward = numberOf(value('00010000') ?? '')
    const reverse = numberOf(value('00020000') ?? '')
    expect(Math.abs(numberOf(value('00000000') ?? '') - forward - reverse)).toBeLessThanOrEqual(1)
    write('04000601', [0b1001])
    expect(Math.abs(numberOf(value('00000000') ?? '') - forward + reverse)).toBeLessThanOrEqual(1)
    write('04000601', [0b1000])
    const only = bytesOf(value('00000000') ?? '')
    expect((only[3] ?? 0) & 0x80).toBe(0x80)
  })

  it('blocks over months and tariffs go out in parts', () => {
    const { whole, value } = play()
    const block = whole('0001FFFF').split(' ')
    expect(block).toHaveLength(13 * 5 * 4)
    expect(block.slice(20, 24).join(' ')).toBe(value('00010001'))
    // Every kind, then each phase, then what is derived; of a single-phase meter nothing behind phase A.
    expect(whole('00FF0000').split(' ')).toHaveLength((11 + 3 * 10 + 4 * 7) * 4)
    expect(play({}, { phases: 1 }).value('00FF0000')?.split(' ')).toHaveLength((11 + 10) * 4)
    expect(value('00FF0100')?.split(' ')).toHaveLength(11 * 4)
    expect(whole('01FF0000').split(' ')).toHaveLength(40 * 8)
    expect(value('02FF0000')?.split(' ')).toHaveLength(3 + 3 + 3 + 2)
    expect(value('02FF0300')?.split(' ')).toHaveLength(2 + 3 + 3 * 3 + 2 + 2 + 2 + 2)
    expect(value('02FF0105')?.split(' ')).toHaveLength(4)
    expect(value('05FF0001')).toBeNull()
    expect(value('06FF0001')).toBeNull()
  })

  it('settle on the days written', () => {
    const { value, write } = play()
    write('04000B01', [0x06, 0x20])
    const settled = Date.UTC(2026, 10, 20, 6) - SITE
    expect(value('00010001')).toBe(value('00010000', { at: settled }))
    write('04000B02', [0x00, 0x10])
    expect(value('00010002')).toBe(value('00010000', { at: Date.UTC(2026, 10, 10) - SITE }))
    expect(value('00010003')).toBe(value('00010000', { at: Date.UTC(2026, 9, 20, 6) - SITE }))
  })

  it('used since the settlement is the register less the settled one', () => {
    const { value } = play()
    const used = numberOf(value('000B0000') ?? '')
    expect(used).toBe(numberOf(value('00000000') ?? '') - numberOf(value('00000001') ?? ''))
    expect(used).toBeGreaterThan(0)
  })
})

describe('maximum demands', () => {
  /** The truth, the slow way: every quarter hour between two instants. */
  function slow(meter: ReturnType<typeof play>['meter'], from: number, to: number, sign: 1 | -1) {
    let best = { watts: 0, at: 0 }
    for (let at = Math.ceil(from / QUARTER) * QUARTER; at + QUARTER <= to; at += QUARTER) {
      const watts = total(meter.flowAt(at + 1).centiwatts) * sign
      if (watts > best.watts) best = { watts, at: at + QUARTER }
    }
    return best
  }
  const month = (back: number) => Date.UTC(2026, 10 - back, 1) - SITE

  it.each([0, 1, 2, 12])('settlement %i: the greatest mean of a quarter hour, and when it ended', back => {
    const { value, meter } = play({}, { seed: solarSeed })
    const to = back === 0 ? NOON : month(back - 1)
    for (const [kind, sign] of [
      ['01', 1],
      ['02', -1],
    ] as const) {
      const demand = bytesOf(value(`01${kind}00${back.toString(16).padStart(2, '0')}`) ?? '')
      const found = slow(meter, month(back), to, sign)
      expect(found.watts).toBeGreaterThan(0)
      const hex = demand
        .slice(0, 3)
        .map(byte => byte.toString(16).padStart(2, '0'))
        .join(' ')
      expect(numberOf(hex)).toBe(Math.floor(found.watts / 10))
      expect(demand.slice(3)).toEqual(timeBytes(found.at).slice(1))
    }
  })

  it('by tariff, phase and as blocks', () => {
    const { value, whole } = play()
    const block = whole('0101FF00').split(' ')
    expect(block).toHaveLength(5 * 8)
    const tariffs = [0, 1, 2, 3, 4].map(tariff => numberOf(block.slice(8 * tariff, 8 * tariff + 3).join(' ')))
    expect(Math.max(...tariffs.slice(1))).toBe(tariffs[0])
    const phases = ['15', '29', '3D'].map(code => numberOf((value(`01${code}0000`) ?? '').slice(0, 8)))
    expect(Math.abs(total(phases) - (tariffs[0] ?? 0))).toBeLessThanOrEqual(3)
    expect(whole('010100FF').split(' ')).toHaveLength(13 * 8)
    expect(value('01000000')).toBeNull()
  })

  it('do not count quarters in which the relay was open', () => {
    const { relay, value } = play()
    expect(value('01010000')).not.toBe(NO_DEMAND)
    relay(0x1a, { at: month(0) })
    expect(value('01010000')).toBe(NO_DEMAND)
    relay(0x1c, { at: NOON - DAY })
    expect(value('01010000')).not.toBe(NO_DEMAND)
  })
})

const NO_DEMAND = '00 00 00 00 00 00 00 00'

describe('present values', () => {
  it('harmonics and distortion of sines are zeros, blocks of 21', () => {
    const { value } = play()
    expect(value('020A01FF')?.split(' ')).toHaveLength(42)
    expect(value('020B0315')).toBe('00 00')
    expect(value('020A0116')).toBeNull()
    expect(value('0208FF00')).toBe('00 00 00 00 00 00')
    expect(play({}, { phases: 1 }).value('0209FF00')).toBe('00 00 FF FF FF FF')
  })

  it('the price is that of the tariff in force', () => {
    const { value } = play()
    expect(value('02800020', { at: Date.UTC(2026, 10, 21, 12) })).toBe(value('04050101'))
    expect(value('02800020', { at: Date.UTC(2026, 10, 21, 16) })).toBe(value('04050104'))
  })
})

describe('events', () => {
  const LENGTHS: readonly (readonly [string, number, string, number])[] = [
    ['03010000', 18, '03010101', 131],
    ['03020000', 18, '03020201', 131],
    ['03030000', 18, '03030301', 131],
    ['03040000', 18, '0304010A', 131],
    ['03050000', 6, '03050001', 15],
    ['03060000', 6, '03060001', 12],
    ['03070000', 6, '03070001', 76],
    ['03080000', 6, '03080001', 76],
    ['03090000', 6, '03090001', 78],
    ['030A0000', 6, '030A0001', 78],
    ['030B0000', 18, '030B0101', 115],
    ['030C0000', 18, '030C0201', 115],
    ['030D0000', 18, '030D0301', 115],
    ['030E0000', 18, '030E0101', 76],
    ['030F0000', 18, '030F0101', 76],
    ['03110000', 3, '03110001', 12],
    ['03120000', 18, '03120601', 20],
    ['03300000', 3, '03300001', 50],
    ['03300100', 3, '03300101', 106],
    ['03300200', 3, '03300201', 202],
    ['03300300', 3, '03300301', 14],
    ['03300400', 3, '03300401', 16],
    ['03300500', 3, '03300501', 682],
    ['03300600', 3, '03300601', 94],
    ['03300700', 3, '03300701', 11],
    ['03300800', 3, '03300801', 1026],
    ['03300900', 3, '03300901', 11],
    ['03300A00', 3, '03300A01', 11],
    ['03300B00', 3, '03300B01', 11],
    ['03300C00', 3, '03300C01', 16],
    ['03300D00', 3, '03300D01', 60],
    ['03300E00', 3, '03300E01', 60],
    ['03350000', 3, '03350001', 28],
    ['03100000', 27, '03100301', 27],
    ['1D000001', 3, '1D00FF01', 34],
    ['1E000001', 3, '1E000101', 34],
  ]
  it.each(LENGTHS)('%s has %i bytes, its record %s %i', (counts, statistics, record, length) => {
    const { whole } = play()
    expect(whole(counts).split(' ')).toHaveLength(statistics)
    expect(whole(record).split(' ')).toHaveLength(length)
  })

  it('that never were are zeros, or refused', () => {
    expect(play().value('03010101')).toBe(Array(131).fill('00').join(' '))
    const refusing = play({ 'empty-records': 'refused' })
    expect(refusing.read('03010101')).toMatchObject({ control: 'D1', data: '02' })
    expect(refusing.value('03010000')).toBe(Array(18).fill('00').join(' '))
    expect(refusing.value('03110001')).not.toBeNull()
  })

  it('power failed for less than a minute, about once a month, by seed', () => {
    const { value } = play()
    const [from, to] = [0, 18].map(at => (value('03110001') ?? '').slice(at, at + 17))
    const seconds = (hex = '') => {
      const [ss = 0, mm = 0, hh = 0, day = 0, month = 0, year = 0] = hex.split(' ').map(Number)
      return Date.UTC(2000 + year, month - 1, day, hh, mm, ss)
    }
    expect(seconds(to)).toBeGreaterThan(seconds(from))
    expect(seconds(to) - seconds(from)).toBeLessThan(MINUTE)
    expect(seconds(to)).toBeLessThan(NOON + SITE)
    expect(value('03110001')).not.toBe(value('03110002'))
    expect(value('03110001', { at: NOON + 70 * DAY })).not.toBe(value('03110001'))
    expect(value('03110001', { at: NOON + DAY }) === null).toBe(false)
  })

  it('a cover opened holds registers before and after that fit the truth', () => {
    const opened = [...Array(20).keys()]
      .map(seed => play({}, { seed }))
      .find(each => each.value('03300D00') === '01 00 00')
    const record = bytesOf(opened?.value('03300D01') ?? '')
    expect(record).toHaveLength(60)
    const [ss = 0, mm = 0, hh = 0, day = 0, month = 0, year = 0] = record
      .slice(0, 6)
      .map(byte => (byte >> 4) * 10 + (byte & 15))
    const at = Date.UTC(2000 + year, month - 1, day, hh, mm, ss) - SITE
    const hex = record
      .slice(12, 16)
      .map(byte => byte.toString(16).padStart(2, '0'))
      .join(' ')
    expect(hex).toBe(opened?.value('00010000', { at })?.toLowerCase())
  })

  it('of phases a single-phase meter has not are refused', () => {
    const { value } = play({}, { phases: 1 })
    expect(value('03010101')).not.toBeNull()
    expect(value('03010201')).toBeNull()
    expect(value('03120601')).not.toBeNull()
  })

  it('blocks of ten records', () => {
    expect(play().value('031100FF')?.split(' ')).toHaveLength(120)
  })
})

describe('relay records', () => {
  it('hold time, operator and six registers of that moment', () => {
    const { relay, value } = play()
    expect(value('1D000001')).toBe('00 00 00')
    relay(0x1a)
    relay(0x1c, { at: NOON + HOUR })
    const later = { at: NOON + 2 * HOUR }
    const record = bytesOf(value('1D00FF01', later) ?? '')
    expect(record.slice(0, 10)).toEqual([...timeBytes(NOON), ...OPERATOR])
    expect(four((value('1D00FF01', later) ?? '').split(' ').slice(10).join(' '))[0]).toBe(
      numberOf(value('00010000') ?? ''),
    )
    expect(value('1D000101', later)).toBe(value('1D00FF01', later))
    expect(bytesOf(value('1E00FF01', later) ?? '').slice(0, 6)).toEqual(timeBytes(NOON + HOUR))
    expect(value('1D000001', later)).toBe('01 00 00')
    expect(value('1D00FF02', later)).toBe(Array(34).fill('00').join(' '))
  })
})

describe('parameters', () => {
  it('display items, prices, holidays, versions are there', () => {
    const { value } = play()
    expect(value('04030001')).toBe('00 00 00 00')
    expect(value('040300FE')).toBe('00 00 00 00')
    expect(value('04050104')).toBe('00 32 00 00')
    expect(value('04060107')).toBe('00 00 00 00')
    expect(value('040604FF')?.split(' ')).toHaveLength(64)
    expect(value('04800001')?.split(' ')).toHaveLength(32)
    expect(value('04000C01')).toBeNull()
    expect(value('040005FF')?.split(' ')).toHaveLength(14)
    expect(value('04000B02')).toBe('99 99')
  })
})

describe('prepaid values', () => {
  it('fall with what is used, and are there only where energy is paid for in advance', () => {
    expect(play().value('00900200')).toBeNull()
    const meters = [...Array(40).keys()].map(seed => play({ prepaid: 'money' }, { seed }))
    const left = (each: (typeof meters)[number], at = NOON) =>
      numberOf(each.value('00900200', { at }) ?? '') - numberOf(each.value('00900201', { at }) ?? '')
    for (const each of meters) {
      const [now, then] = [left(each), left(each, NOON + 10 * MINUTE)]
      // Unless something was bought in between, what is left never grows.
      expect(then <= now || then - now > 9_000).toBe(true)
    }
    expect(meters.some(each => left(each) < 0)).toBe(true)
    expect(meters.some(each => left(each) > 0)).toBe(true)
    expect(meters[0]?.value('00900100')).toBeNull()
    expect(meters[0]?.value('04000503')).toBe('08 02')
    expect(play({ prepaid: 'energy' }).value('04000503')).toBe('08 01')
  })
})

describe('credit that misbehaves', () => {
  const left = (credit: 'honest' | 'leaks' | 'rises' | 'both' | 'unfed', at = NOON) => {
    const { value } = play({ prepaid: 'money', credit }, { seed: 3 })
    const of = (item: string) => numberOf(value(item, { at }) ?? '')
    return { remaining: of('00900200'), owed: of('00900201') }
  }
  const DAY_MS = 24 * 60 * MINUTE

  it('takes twice as much, rises unbought, is left and owed at once, is never topped up', () => {
    const honest = left('honest')
    expect(honest.owed).toBe(0)
    const leaking = left('leaks')
    expect(honest.remaining - leaking.remaining + leaking.owed).toBe(12_000 - honest.remaining)
    const risen = [NOON, NOON + DAY_MS].map(at => left('rises', at).remaining - left('honest', at).remaining)
    expect(risen.toSorted((a, b) => a - b)).toEqual([0, 5_000])
    expect(left('both')).toEqual({ ...honest, owed: 5_000 })
    expect(left('unfed').remaining).toBe(0)
    expect(left('unfed').owed).toBeGreaterThan(100_000)
    expect(play({ prepaid: 'money', credit: 'unfed' }, { seed: 3 }).value('03330201')).toBeNull()
  })
})

describe('purchases', () => {
  it('stand where what was spent passed another hundred', () => {
    const meter = [...Array(20).keys()]
      .map(seed => play({ prepaid: 'money' }, { seed }))
      .find(each => each.value('03330101') !== null)!
    const count = numberOf(meter.value('03330201') ?? '')
    expect(numberOf(meter.value('03330202') ?? '')).toBe(count - 1)
    expect(numberOf(meter.value('03330301') ?? '')).toBe(10_000)
    expect(numberOf(meter.value('03330601') ?? '')).toBe(count * 10_000)
    const [minute, hour, day, month, year] = (meter.value('03330101') ?? '').split(' ').map(Number)
    const at = Date.UTC(2000 + (year ?? 0), (month ?? 1) - 1, day, hour, minute) - SITE
    const left = (instant: number) => numberOf(meter.value('00900200', { at: instant }) ?? '')
    expect(left(at + 2 * MINUTE)).toBeGreaterThan(left(at - 2 * MINUTE))
    expect(meter.value('03320101')).toBeNull()
    expect(play().value('03330101')).toBeNull()
  })
})

describe('curves', () => {
  it('are points of a time and a value, from a time on or the latest', () => {
    const { value, send, whole } = play()
    expect(value('06100101')).toBe(`00 12 21 11 26 ${value('02010100')}`)
    const energy = whole('06100601', [3, 0x00, 0x05, 0x21, 0x11, 0x26]).split(' ')
    expect(energy).toHaveLength(3 * 9)
    const at = Date.UTC(2026, 10, 21, 6) - SITE
    expect(energy.slice(9, 18).join(' ')).toBe(`00 06 21 11 26 ${value('00010000', { at })}`)
    expect(value('06100300')?.split(' ').slice(5).join(' ')).toBe(value('02030000'))
    expect(value('06100100')).toBeNull()
    expect(value('06100901')).toBeNull()
    const tomorrow = [...di('06100101'), 1, 0, 0, 0x22, 0x11, 0x26]
    expect(send(0x11, tomorrow)).toMatchObject({ control: '91', data: '01 01 10 06' })
  })
})

describe('load records', () => {
  const ask = (item: string, extra: readonly number[], quirks = {}) => {
    const { whole } = play(quirks)
    return bytesOf(whole(item, extra))
  }
  /** Cuts records apart by their length byte. */
  function recordsOf(bytes: readonly number[]): number[][] {
    const found: number[][] = []
    for (let at = 0; at < bytes.length; ) {
      const length = (bytes[at + 2] ?? 0) + 5
      found.push(bytes.slice(at, at + length))
      at += length
    }
    return found
  }
  const isWhole = (record: readonly number[], start = 0xa0) =>
    record[0] === start &&
    record[1] === start &&
    record.at(-1) === 0xe5 &&
    record.at(-2) === record.slice(0, -2).reduce((sum, byte) => (sum + byte) & 0xff, 0)

  it('all classes at the full hour: 17 + 24 + 8 + 16 + 16 + 6 and six AA', () => {
    const [record = [], ...others] = recordsOf(ask('06000002', [1]))
    expect(others).toEqual([])
    expect(isWhole(record)).toBe(true)
    expect(record[2]).toBe(5 + 17 + 24 + 8 + 16 + 16 + 6 + 6)
    expect(record.slice(3, 8)).toEqual([0x00, 0x12, 0x21, 0x11, 0x26])
  })

  it('classes of an hour are empty at a quarter past', () => {
    const { whole } = play()
    const record = bytesOf(whole('06000001', [1, 0x15, 0x10, 0x21, 0x11, 0x26]))
    expect(record[2]).toBe(5 + 17 + 24 + 8 + 6)
    expect(record.slice(-5, -2)).toEqual([0xaa, 0xaa, 0xaa])
  })

  it('by time: so many from the first at or after it, energies as the registers then', () => {
    const { whole, value } = play()
    const records = recordsOf(bytesOf(whole('06040001', [3, 0x10, 0x05, 0x21, 0x11, 0x26])))
    expect(records.map(record => record.slice(3, 8))).toEqual(
      [6, 7, 8].map(hour => [0, hour, 0x21, 0x11, 0x26]),
    )
    expect(records.every(record => isWhole(record))).toBe(true)
    const at = Date.UTC(2026, 10, 21, 6) - SITE
    // Three empty classes stand before the fourth.
    expect(records[0]?.slice(8, 15)).toEqual([0xaa, 0xaa, 0xaa, ...bytesOf(value('00010000', { at }) ?? '')])
  })

  it('many go out in parts; the earliest is forty days old', () => {
    expect(recordsOf(ask('06010000', [30]))).toHaveLength(30)
    expect(recordsOf(ask('06010000', [1]))[0]?.slice(3, 8)).toEqual([0x00, 0x12, 0x12, 0x10, 0x26])
    expect(recordsOf(ask('06000002', [255]))).toHaveLength(255)
  })

  it('none fits: the identifier comes back alone; a request that is none is refused', () => {
    const { send } = play()
    const tomorrow = [...di('06000001'), 1, 0, 0, 0x22, 0x11, 0x26]
    expect(send(0x11, tomorrow)).toMatchObject({ control: '91', data: '01 00 00 06' })
    expect(send(0x11, [...di('06000001'), 1])).toMatchObject({ control: 'D1', data: '01' })
    expect(send(0x11, [...di('06000002'), 0])).toMatchObject({ control: 'D1', data: '01' })
    expect(send(0x11, [...di('06070002'), 1])).toMatchObject({ control: 'D1', data: '02' })
    expect(send(0x11, [...di('06000001'), 1, 0, 0, 0x22, 0x13, 0x26])).toMatchObject({ control: 'D1' })
  })

  it('of a class switched off there is none', () => {
    const { write, send } = play()
    write('04000901', [0b111110])
    expect(send(0x11, [...di('06010002'), 1])).toMatchObject({ control: '91', data: '02 00 01 06' })
  })

  it('as quirks have them: one class alone, a wrong checksum, some marked bad', () => {
    const alone = recordsOf(ask('06030002', [1], { 'load-record': 'asked-class-only' }))[0] ?? []
    expect(alone[2]).toBe(5 + 8 + 1)
    expect(isWhole(alone)).toBe(true)
    const wrong = recordsOf(ask('06030002', [1], { 'load-record-checksum': 'wrong' }))[0] ?? []
    expect(isWhole(wrong)).toBe(false)
    const some = recordsOf(ask('06030002', [60], { 'bad-load-records': 'some' }))
    expect(some.filter(record => isWhole(record, 0xe0)).length).toBeGreaterThan(0)
    expect(some.filter(record => isWhole(record)).length).toBeGreaterThan(30)
  })
})

describe('what one source alone tells', () => {
  it('line voltages (020C): √3 of the phases, as a block too; of three phases only', () => {
    const { value } = play()
    const phases = ['01', '02', '03'].map(phase => numberOf(value(`0201${phase}00`) ?? ''))
    const lines = ['01', '02', '03'].map(line => numberOf(value(`020C${line}00`) ?? ''))
    for (const [index, line] of lines.entries()) {
      const mean = ((phases[index] ?? 0) + (phases[(index + 1) % 3] ?? 0)) / 2
      expect(Math.abs(line - Math.sqrt(3) * mean)).toBeLessThan(2)
    }
    expect(value('020CFF00')).toBe(['01', '02', '03'].map(line => value(`020C${line}00`)).join(' '))
    expect(value('020C0000')).toBeNull()
    for (const item of ['020C0100', '020CFF00']) expect(play({}, { phases: 1 }).value(item)).toBeNull()
  })

  it('fields of phase loss records (13) are those of the record', () => {
    const { value } = play()
    expect(value('13010001')).toBe(value('03040000')?.slice(0, 8))
    expect(value('13010101')).toBe(value('03040101')?.slice(0, 17))
    expect(value('1301250A')).toBe(value('0304010A')?.slice(18, 35))
    for (const item of ['13010002', '1301010B', '130101FF', '13010201', '13040001', '13000001'])
      expect(value(item)).toBeNull()
    expect(value('13030125')).toBeNull()
    expect(value('13030001')).toBe('00 00 00')
    expect(play({}, { phases: 1 }).value('13020001')).toBeNull()
    expect(play({ 'empty-records': 'refused' }).value('13010101')).toBeNull()
  })
})
