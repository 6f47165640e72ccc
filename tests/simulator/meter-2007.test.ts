import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../../src/core/hex.ts'
import { formatScaled } from '../../src/core/scaled.ts'
import type { Meter } from '../../src/simulator/meter.ts'
import { createMeter2007 } from '../../src/simulator/meter-2007.ts'
import { EACH_TARIFF, registerOf } from '../../src/simulator/registers.ts'
import { di, digits, meterOf, NOON, replyOf, request } from './master.ts'

const OWN = '123456789012'
const ALL_WILD = 'AAAAAAAAAAAA'
const EVERYBODY = '999999999999'
const READ = 0x11
const MINUTE = 60_000
const DAY = 86_400_000

function asked(meter: Meter, now = NOON) {
  const slave = createMeter2007(meter)
  return {
    read: (item: string, address = OWN) => replyOf(slave.answer(request(address, READ, di(item)), now)),
    send: (address: string, control: number, data: readonly number[] = [], at = now) =>
      replyOf(slave.answer(request(address, control, data), at)),
    raw: (bytes: Uint8Array) => slave.answer(bytes, now),
  }
}

/** The data behind the four bytes of the identifier. */
const shown = (reply: { data: string } | null) => reply?.data.slice(12) ?? ''

function registerText(meter: Meter, obis: string, instant: number): string {
  const register = registerOf(obis, meter.energyAt(instant), meter.nature.permille, -2, EACH_TARIFF)
  return register === null ? 'none' : formatScaled(register).replace('.', '').padStart(8, '0')
}

describe('a 2007 meter is silent', () => {
  const good = request(OWN, READ, di('00010000'))
  const changed = (at: number, to: number) => good.with(at, to)
  const silent: readonly (readonly [string, Uint8Array])[] = [
    ['to a wrong checksum', changed(good.length - 2, (good.at(-2) ?? 0) ^ 1)],
    ['to a missing end', changed(good.length - 1, 0x17)],
    ['to a frame cut short', good.subarray(0, -1)],
    ['to a frame with more behind it', Uint8Array.from([...good, 0x16])],
    ['to a length that is not the frame’s', changed(9, 3)],
    ['to another address', request('123456789013', READ, di('00010000'))],
    ['to a reply (D7 = 1)', request(OWN, 0x91, di('00010000'))],
    ['to a broadcast read', request(EVERYBODY, READ, di('00010000'))],
    ['to a broadcast time', request(EVERYBODY, 0x08, [0, 0, 0x12, 0x21, 0x11, 0x26])],
    ['to a broadcast freeze', request(EVERYBODY, 0x16, [0x99, 0x99, 0x99, 0x99])],
    ['to digits behind a wildcard', request('AA34AAAAAA12', READ, di('00010000'))],
    ['to a shortened address of another meter', request('AAAAAAAA9013', READ, di('00010000'))],
    ['to a relay command under the wildcard', request(ALL_WILD, 0x1c, Array(16).fill(0))],
    ['to read-address under its own address', request(OWN, 0x13)],
    ['to a 1997 read', request(OWN, 0x01, [0x10, 0x90])],
    ['to nothing', new Uint8Array()],
  ]
  it.each(silent)('%s', (_, bytes) => {
    expect(asked(meterOf()).raw(bytes)).toBeNull()
  })
})

describe('a 2007 meter answers', () => {
  it('the very bytes of DL/T 645-2007 for a known register', () => {
    const meter = meterOf({ address: '000000000161' })
    const slave = createMeter2007(meter)
    const now = NOON
    const register = registerText(meter, '1-0:1.8.0', now)
    const bcd = [...register.matchAll(/../g)].map(([two]) => Number.parseInt(two, 16)).reverse()
    const body = [0x68, 0x61, 1, 0, 0, 0, 0, 0x68, 0x91, 8, 0x33, 0x33, 0x34, 0x33, ...bcd.map(b => b + 0x33)]
    const sum = body.reduce((all, byte) => all + byte, 0) & 0xff
    const preamble = Array<number>(meter.nature.preamble).fill(0xfe)
    const asking = fromHex('68 61 01 00 00 00 00 68 11 04 33 33 34 33 14 16')!
    expect(toHex(slave.answer(asking, now)!)).toBe(toHex(Uint8Array.from([...preamble, ...body, sum, 0x16])))
  })

  it('energies, single and as blocks, total and tariffs', () => {
    const meter = meterOf()
    const { read } = asked(meter)
    const tariffs = [0, 1, 2, 3, 4].map(tariff => registerText(meter, `1-0:1.8.${tariff}`, NOON))
    expect(digits(shown(read('00010000')))).toBe(tariffs[0])
    expect(digits(shown(read('00010300')))).toBe(tariffs[3])
    expect(digits(shown(read('0001FF00')))).toBe(tariffs.toReversed().join(''))
    expect(digits(shown(read('00020000')))).toBe(registerText(meter, '1-0:2.8.0', NOON))
    expect(read('00010500')).toMatchObject({ control: 'D1', data: '02' })
  })

  it('settlement registers of the 1st of each of twelve months', () => {
    const meter = meterOf()
    const { read } = asked(meter)
    const firsts = [0, 1, 2].map(back => Date.UTC(2026, 10 - back, 1, -8))
    firsts.forEach((first, back) => {
      expect(digits(shown(read(`0001000${back + 1}`)))).toBe(registerText(meter, '1-0:1.8.0', first))
    })
    expect(shown(read('000100FF')).split(' ')).toHaveLength(13 * 4)
    expect(read('0001000D')?.control).toBe('D1')
  })

  it('the daily freeze of D with the truth at D 00:00 of its own clock', () => {
    for (const clockOffsetMs of [0, 17_000, -19_500]) {
      const meter = meterOf({ clockOffsetMs })
      const { read } = asked(meter)
      for (const nth of [1, 2, 30, 62]) {
        const item = (content: string) => `0506${content}${nth.toString(16).padStart(2, '0').toUpperCase()}`
        const midnight = Date.UTC(2026, 10, 22 - nth, -8) - clockOffsetMs
        const date = new Date(Date.UTC(2026, 10, 22 - nth)).toISOString().slice(2, 10).replaceAll('-', '')
        expect(digits(shown(read(item('00'))))).toBe(`${date}0000`)
        expect(digits(shown(read(item('01'))).slice(0, 11))).toBe(registerText(meter, '1-0:1.8.0', midnight))
      }
    }
  })

  it('62 daily freezes and no 63rd', () => {
    const { read } = asked(meterOf())
    expect(read('0506013E')?.control).toBe('91')
    expect(read('0506013F')).toMatchObject({ control: 'D1', data: '02' })
    expect(read('05060100')?.control).toBe('D1')
  })

  it('its clock: date with weekday, time, both', () => {
    const { read } = asked(meterOf())
    expect(shown(read('04000101'))).toBe('06 21 11 26')
    expect(shown(read('04000102'))).toBe('00 00 12')
    expect(shown(read('0400010C'))).toBe('00 00 12 06 21 11 26')
  })

  it('voltage, current, power; FF where a single-phase meter has no such phase', () => {
    const three = asked(meterOf())
    const one = asked(meterOf({ phases: 1 }))
    expect(shown(three.read('0201FF00'))).toMatch(/^([0-9]{2} ){5}[0-9]{2}$/)
    expect(shown(one.read('0201FF00'))).toMatch(/^[0-9]{2} 2\d FF FF FF FF$/)
    expect(shown(one.read('0203FF00')).split(' ').slice(6)).toEqual(Array(6).fill('FF'))
    expect(one.read('02010200')).toMatchObject({ control: 'D1', data: '02' })
    expect(shown(three.read('02800002'))).toMatch(/^\d\d (49|50)$/)
  })

  it('signs in the top bit where power flows back', () => {
    const solar = [...Array(40).keys()]
      .map(seed => meterOf({ seed }))
      .find(({ nature }) => nature.habit === 'solar')!
    const { read } = asked(solar)
    expect(Number.parseInt(shown(read('02030000')).slice(-2), 16) & 0x80).toBe(0x80)
    expect(Number.parseInt(shown(read('02020100')).slice(-2), 16) & 0x80).toBe(0x80)
    expect(shown(read('04000501'))).toBe('30 00')
  })

  it('its own address to the wildcard and to a shortened address', () => {
    const { read, send } = asked(meterOf())
    expect(send(ALL_WILD, 0x13)).toEqual({ address: OWN, control: '93', data: '12 90 78 56 34 12' })
    expect(read('00010000', ALL_WILD)?.address).toBe(OWN)
    expect(read('00010000', 'AAAAAAAA9012')?.address).toBe(OWN)
    expect(shown(read('04000401'))).toBe('12 90 78 56 34 12')
  })

  it('refusals: no such item, writes without authority', () => {
    const { read, send } = asked(meterOf())
    expect(read('00FE0000')).toMatchObject({ control: 'D1', data: '02' })
    expect(read('03010401')).toMatchObject({ control: 'D1', data: '02' })
    expect(send(OWN, 0x14, Array(16).fill(9))).toMatchObject({ control: 'D4', data: '04' })
    expect(send(OWN, 0x11, [0])).toMatchObject({ control: 'D1', data: '01' })
  })

  it('long items in numbered parts, the last of which may be asked again', () => {
    const { read, send } = asked(meterOf())
    const first = read('0506FF01')!
    expect(first.control).toBe('B1')
    expect(first.data.split(' ').length).toBeLessThanOrEqual(200)
    const next = send(OWN, 0x12, [...di('0506FF01'), 1])!
    expect(next.control).toBe('92')
    expect(next.data.endsWith(' 01')).toBe(true)
    expect(send(OWN, 0x12, [...di('0506FF01'), 1])).toEqual(next)
    expect(send(OWN, 0x12, [...di('0506FF01'), 3])).toMatchObject({ control: 'D2', data: '02' })
    const whole = `${shown(first)} ${shown(next).slice(0, -3)}`.split(' ')
    // Stamp, eight registers of five, two demands of five, eight powers, AA after each item.
    expect(whole).toHaveLength(5 + 8 * 20 + 2 * 5 * 8 + 24 + 12)
  })
})

describe('a 2007 meter’s clock', () => {
  const timeBytes = (instant: number) => {
    const text = new Date(instant + 8 * 3_600_000).toISOString()
    return [17, 14, 11, 8, 5, 2].map(at => Number.parseInt(text.slice(at, at + 2), 16))
  }

  it('is set by broadcast within five minutes, once a day', () => {
    const meter = meterOf({ clockOffsetMs: 12_000 })
    const { send } = asked(meter)
    expect(send(EVERYBODY, 0x08, timeBytes(NOON))).toBeNull()
    expect(meter.clock.shownAt(NOON) - NOON).toBe(8 * 3_600_000)
    send(EVERYBODY, 0x08, timeBytes(NOON + 30_000))
    expect(meter.clock.shownAt(NOON) - NOON).toBe(8 * 3_600_000)
    send(EVERYBODY, 0x08, timeBytes(NOON + DAY + 30_000), NOON + DAY)
    expect(meter.clock.shownAt(NOON + DAY) - NOON - DAY).toBe(8 * 3_600_000 + 30_000)
  })

  it('is not set by more than five minutes, nor around midnight, nor by digits that are no time', () => {
    const meter = meterOf({ clockOffsetMs: 0 })
    const { send } = asked(meter)
    const clock = () => meter.clock.shownAt(NOON + 2 * DAY)
    const before = clock()
    send(EVERYBODY, 0x08, timeBytes(NOON + 6 * MINUTE))
    const midnight = Date.UTC(2026, 10, 21, 16, 2)
    send(EVERYBODY, 0x08, timeBytes(midnight + 5_000), midnight)
    send(EVERYBODY, 0x08, [0x60, 0, 0x12, 0x21, 0x11, 0x26])
    send(EVERYBODY, 0x08, [0x00, 0, 0x12, 0x21, 0x13, 0x26])
    send(EVERYBODY, 0x08, [0x0a, 0, 0x12, 0x21, 0x11, 0x26])
    send(OWN, 0x08, timeBytes(NOON + 10_000))
    expect(clock()).toBe(before)
  })

  it.each<[string, number, number, boolean]>([
    ['six minutes before midnight', -6 * MINUTE, 0, true],
    ['five minutes before midnight', -5 * MINUTE, 0, false],
    ['six minutes before it, to four before it', -6 * MINUTE, 2 * MINUTE, false],
    ['four minutes after it', 4 * MINUTE, 0, false],
    ['four minutes after it, to six after it', 4 * MINUTE, 2 * MINUTE, false],
    ['six minutes after it', 6 * MINUTE, 0, true],
  ])('%s: taken is %s', (_, from, by, isTaken) => {
    const midnight = Date.UTC(2026, 10, 21, 16)
    const meter = meterOf({ clockOffsetMs: 1_000 })
    const now = midnight + from - 1_000
    asked(meter).send(EVERYBODY, 0x08, timeBytes(midnight + from + by + (by === 0 ? 10_000 : 0)), now)
    expect(meter.clock.shownAt(now) !== now + 1_000 + 8 * 3_600_000).toBe(isTaken)
  })

  it.each<[number, boolean]>([
    [-6, true],
    [-5, false],
    [-1, false],
    [4, false],
    [6, true],
  ])('%i minutes from the hour of a settlement: taken is %s', (minutes, isTaken) => {
    const meter = meterOf({ clockOffsetMs: 0 })
    const { send } = asked(meter)
    // 12:00 of the 21st, second settlement day.
    send(OWN, 0x14, [...di('04000B02'), 4, 0, 0, 0, 1, 0, 0, 0, 0x12, 0x21])
    const now = NOON + minutes * MINUTE
    send(EVERYBODY, 0x08, timeBytes(now + 10_000), now)
    expect(meter.clock.shownAt(now) - now - 8 * 3_600_000).toBe(isTaken ? 10_000 : 0)
    // Of another day it is no settlement.
    send(EVERYBODY, 0x08, timeBytes(NOON + DAY + 20_000), NOON + DAY)
    expect(meter.clock.shownAt(NOON + DAY) - NOON - DAY - 8 * 3_600_000).toBe(20_000)
  })

  it('told to it alone is taken by some, who do not answer either', () => {
    for (const [quirk, isTaken] of [
      ['ignored', false],
      ['obeyed', true],
    ] as const) {
      const meter = meterOf({ clockOffsetMs: 0 })
      const slave = createMeter2007(meter, { 'addressed-time': quirk })
      expect(slave.answer(request(OWN, 0x08, timeBytes(NOON + 10_000)), NOON)).toBeNull()
      expect(meter.clock.shownAt(NOON) - NOON - 8 * 3_600_000).toBe(isTaken ? 10_000 : 0)
    }
  })

  it('keeps old freezes where they were when it is set', () => {
    const meter = meterOf({ clockOffsetMs: 20_000 })
    const { read, send } = asked(meter)
    const before = read('05060101')
    send(EVERYBODY, 0x08, timeBytes(NOON))
    expect(read('05060101')).toEqual(before)
  })

  it('drifts by what it is told to', () => {
    const meter = meterOf({ clockOffsetMs: 0, driftPpm: 100, driftsFrom: NOON })
    const clock = meter.clock.shownAt(NOON + DAY)
    expect(clock - (NOON + DAY) - 8 * 3_600_000).toBe(8_640)
    expect(Math.abs(meter.clock.instantOf(clock) - (NOON + DAY))).toBeLessThanOrEqual(1)
  })
})

describe('a 2007 meter’s relay', () => {
  const FAR = [0x59, 0x59, 0x23, 0x31, 0x12, 0x99]
  const command = (n1: number, deadline = FAR, password = [0x02, 0, 0, 0]) => [
    ...password,
    ...[0, 0, 0, 0],
    n1,
    0,
    ...deadline,
  ]

  it('opens: power stops, registers stand still, status word 3 says so; closes: all goes on', () => {
    const seed = [...Array(40).keys()].find(each => meterOf({ seed: each }).nature.habit === 'shop')!
    const meter = meterOf({ seed })
    const { send, read } = asked(meter)
    expect(shown(read('04000503'))).toBe('08 00')
    expect(send(OWN, 0x1c, command(0x1a))).toEqual({ address: OWN, control: '9C', data: '' })
    expect(shown(read('04000503'))).toBe('58 00')
    expect(shown(read('0202FF00'))).toBe('00 00 00 00 00 00 00 00 00')
    const hourLater = asked(meter, NOON + 60 * MINUTE)
    expect(shown(hourLater.read('0001FF00'))).toBe(shown(read('0001FF00')))
    expect(hourLater.send(OWN, 0x1c, command(0x1c))?.control).toBe('9C')
    expect(shown(hourLater.read('04000503'))).toBe('08 00')
    const supply = meterOf({ seed })
    const passed = (m: Meter, from: number, to: number) =>
      m
        .energyAt(to)
        .forward.reduce((sum, value, tariff) => sum + value - (m.energyAt(from).forward[tariff] ?? 0), 0)
    const evening = NOON + 240 * MINUTE
    expect(passed(meter, NOON + 60 * MINUTE, evening)).toBe(passed(supply, NOON + 60 * MINUTE, evening))
    expect(passed(meter, NOON, evening)).toBeLessThan(passed(supply, NOON, evening))
    expect(shown(read('1D000001'))).toBe('01 00 00')
  })

  it('closes by permission only when the button is pressed', () => {
    const meter = meterOf()
    const { send } = asked(meter)
    send(OWN, 0x1c, command(0x1a))
    expect(send(OWN, 0x1c, command(0x1b))?.control).toBe('9C')
    expect(shown(asked(meter, NOON + 1000).read('04000503'))).toBe('18 00')
    meter.relay.pressButton(NOON + 2000)
    expect(shown(asked(meter, NOON + 3000).read('04000503'))).toBe('08 00')
  })

  it('refuses a wrong password, a passed deadline, a trip under keep-power, an unknown command', () => {
    const meter = meterOf()
    const { send, read } = asked(meter)
    expect(send(OWN, 0x1c, command(0x1a, FAR, [0x02, 1, 0, 0]))).toMatchObject({ control: 'DC', data: '04' })
    expect(send(OWN, 0x1c, command(0x1a, FAR, [0x04, 0, 0, 0]))).toMatchObject({ control: 'DC', data: '04' })
    const passed = [0x59, 0x59, 0x11, 0x21, 0x11, 0x26]
    expect(send(OWN, 0x1c, command(0x1a, passed))).toMatchObject({ control: 'DC', data: '01' })
    expect(send(OWN, 0x1c, command(0x3a))?.control).toBe('9C')
    expect(send(OWN, 0x1c, command(0x1a))).toMatchObject({ control: 'DC', data: '04' })
    expect(send(OWN, 0x1c, command(0x77))).toMatchObject({ control: 'DC', data: '01' })
    expect(shown(read('04000503'))).toBe('08 10')
  })
})
