/** Every golden frame: framed or refused rightly, and decoded to what it says. */

import { describe, expect, it } from 'vitest'
import { decodeLoadRecords, loadLayout } from '../../../drivers/dlt645/conversations/load-record.ts'
import { DIALECT_2007 } from '../../../drivers/dlt645/dialect.ts'
import { driver1997, driver2007 } from '../../../drivers/dlt645/driver.ts'
import { dataOf } from '../../../drivers/dlt645/wire/frame.ts'
import { sameBytes, toHex } from '../../../src/core/hex.ts'
import type { Decoded, Frame } from '../../../src/driver-api/driver.ts'
import { bytesOf, type ExpectedFrame, goodFrames, type Vector, vectors } from './vectors.ts'

/** Load records have a frame of their own inside the data. */
const isLoadRecord = ({ di }: Vector): boolean => di?.startsWith('060') ?? false

const drivers = { 2007: driver2007, 1997: driver1997 } as const

function onlyFrame(vector: Vector): Frame {
  const { frames } = driver2007.deframe(bytesOf(vector.hex), null)
  expect(frames).toHaveLength(1)
  return frames[0]!
}

function decodedOf(vector: Vector): Decoded {
  return drivers[vector.version ?? '2007'].decode(onlyFrame(vector), {})
}

const iso = (text: string) => {
  const [date = '', time = ''] = text.split(' ')
  return `${date.length === 8 ? '20' : ''}${date}T${time}${time.length === 5 ? ':00' : ''}`
}
const numbers = (decoded: Decoded) =>
  decoded.points.map(point => (point.value === null ? null : Number(point.value)))
const texts = (decoded: Decoded) => decoded.points.map(point => point.value)
const named = (decoded: Decoded, name: string) => decoded.points.find(point => point.name === name)?.value

describe('[golden decode] golden frames', () => {
  it('are all here', () => {
    expect(vectors).toHaveLength(186)
    expect(goodFrames).toHaveLength(167)
  })

  it.each(goodFrames.map(vector => [vector.id, vector] as const))('V-F1 V-F2 frames %s', (_, vector) => {
    const bytes = bytesOf(vector.hex)
    const { frames, noise, broken, rest } = driver2007.deframe(bytes, null)
    const preamble = vector.preamble ?? 0
    expect(frames.map(frame => toHex(frame.bytes))).toEqual([toHex(bytes.subarray(preamble))])
    expect([noise.length, broken.length, rest.length]).toEqual([preamble, 0, 0])
  })

  it.each(goodFrames.map(vector => [vector.id, vector] as const))('tells what %s is', (_, vector) => {
    const decoded = decodedOf(vector)
    expect(decoded.protocol).toBe(`dlt645-${vector.version}`)
    expect(decoded.address).toBe(vector.address)
    expect(decoded.control).toBe(vector.control)
    expect(decoded.function).toBe(vector.function)
    expect(decoded.more).toBe(vector.more)
    expect(decoded.kind === 'refusal').toBe(vector.error)
    expect(decoded.kind === 'reply' || decoded.kind === 'refusal').toBe(vector.direction === 'reply')
    expect(decoded.kind === 'broadcast').toBe(
      vector.address === '999999999999' && vector.direction === 'request',
    )
    if (vector.di !== undefined) expect(decoded.item).toBe(vector.di)
    expect(decoded.refused.length > 0).toBe(vector.error)
    for (const refusal of decoded.refused) expect(refusal.text).toContain(`error word ${vector.err}`)
  })

  const withValue = goodFrames.filter(
    vector => vector.value !== null && vector.value !== undefined && !isLoadRecord(vector),
  )
  it.each(withValue.map(vector => [vector.id, vector] as const))('reads the value of %s', (_, vector) => {
    expectValue(decodedOf(vector), vector)
  })

  const withoutValue = goodFrames.filter(
    vector => vector.value === null && vector.direction === 'reply' && !vector.error,
  )
  it.each(withoutValue.map(vector => [vector.id, vector] as const))('gives no value for %s', (_, vector) => {
    // What an answer says of itself, the speed or the level it brings back, is no item's value.
    for (const point of decodedOf(vector).points.filter(({ item }) => item !== '')) {
      expect(point.value).toBeNull()
      expect(point.fault).toBeDefined()
    }
  })

  it('reads the values of CONS-P-load-full, and of two records the second of which is marked bad', () => {
    const recordsOf = (id: string) => {
      const frame = onlyFrame(vectors.find(each => each.id === id)!)
      return decodeLoadRecords(DIALECT_2007.table, dataOf(frame).subarray(4), loadLayout(0, {})).records
    }
    const expected = vectors.find(({ id }) => id === 'CONS-P-load-full')!.value as Record<string, never>
    const { time, U, I, f, P, Q, pf, fwd, rev, r1, r2, q, demand } = expected
    const [full] = recordsOf('CONS-P-load-full')
    expect(full).toMatchObject({ at: iso(time!), fault: null })
    const numbered = [U, I, f, P, Q, pf, fwd, rev, r1, r2, q, demand].flat()
    expect(full?.points.map(({ value }) => Number(value))).toEqual(numbered)
    expect(recordsOf('CONS-P-load-two').map(({ fault }) => fault === null)).toEqual([true, false])
    expect(recordsOf('CONS-P-load-none')).toEqual([])
  })

  it('asks for load records as CONS-P-load-req does', () => {
    const vector = vectors.find(({ id }) => id === 'CONS-P-load-req')!
    const { time } = { time: (vector.value as { from: string }).from }
    const call = { address: vector.address!, sequence: () => 0, traits: {}, refusedBefore: new Set<string>() }
    const asked = { from: iso(time), most: 2, class: 0 } as const
    const step = driver2007.readLoadRecords!(call, asked).next()
    expect(step.done ? '' : toHex(step.value.bytes)).toContain(toHex(onlyFrame(vector).bytes))
  })

  const badFrames = vectors.filter(vector => vector.kind === 'frame' && !vector.valid)
  it.each(badFrames.map(vector => [vector.id, vector] as const))(
    'refuses %s with the reason',
    (_, vector) => {
      const { frames, broken } = driver2007.deframe(bytesOf(vector.hex), null)
      expect(frames).toEqual([])
      expect(broken).toHaveLength(1)
      if (vector.reason?.includes('no end byte')) expect(broken[0]?.code).toBe('FRAME_END')
      else expect(broken[0]).toMatchObject({ code: 'FRAME_CHECKSUM', text: vector.reason })
    },
  )

  const streams = vectors.filter(vector => vector.kind === 'stream')
  it.each(streams.map(vector => [vector.id, vector] as const))('finds the frames of %s', (_, vector) => {
    const expected = vector.expected_frames ?? []
    const { frames } = driver2007.deframe(bytesOf(vector.hex), null)
    expect(frames.map(frame => toHex(frame.bytes))).toEqual(expected.map(frame => frame.hex))
    for (const [index, frame] of frames.entries()) expectFrame(frame, expected[index]!)
  })
})

function expectFrame(frame: Frame, expected: ExpectedFrame): void {
  const decoded = drivers[expected.version].decode(frame, {})
  expect(decoded).toMatchObject({ address: expected.address, control: expected.control })
  expect(decoded.item).toBe(expected.di ?? null)
  if (expected.err !== undefined) expect(decoded.refused[0]?.text).toContain(`error word ${expected.err}`)
  if (expected.value !== null) expect(numbers(decoded)).toEqual([expected.value])
}

function expectValue(decoded: Decoded, { value, unit, di }: Vector): void {
  if (typeof value === 'number') {
    expect(numbers(decoded)).toEqual([value])
    expect(decoded.points[0]).toMatchObject({ item: di, unit })
    return
  }
  if (Array.isArray(value)) {
    expect(numbers(decoded)).toEqual(value)
    for (const point of decoded.points) {
      if (unit !== undefined) expect(point.unit).toBe(unit)
      expect(point.fault?.code).toBe(point.value === null ? 'VALUE_NOT_HELD' : undefined)
    }
    return
  }
  if (typeof value === 'string') expectText(decoded, value)
  else expectRecord(decoded, value as Record<string, never>)
}

function expectText(decoded: Decoded, value: string): void {
  if (value.endsWith(' bps')) expect(texts(decoded)).toEqual([value.split(' ')[2]])
  else expect(texts(decoded)).toEqual([/^\d{4}-/.test(value) ? iso(value) : value])
}

/** Each shape of record in the file, by the keys it has. */
function expectRecord(decoded: Decoded, value: Record<string, string & number & number[]>): void {
  if ('N1' in value) {
    expect(named(decoded, 'order code')).toBe(value['N1'])
    expect(named(decoded, 'parameter')).toBe(value['N2'])
    expect(named(decoded, 'deadline')).toBe(iso(value['deadline']!))
    if ('PA' in value) expect(Number(named(decoded, 'password level'))).toBe(value['PA'])
    if ('operator' in value) expect(named(decoded, 'operator')).toBe(value['operator'])
  } else if ('seq' in value) {
    expect(decoded.sequence).toBe(value['seq'])
    expect(decoded.more).toBe(!value['last'])
  } else if ('demand_kW' in value) {
    expect(numbers(decoded)).toEqual([value['demand_kW']])
    expect(decoded.points[0]?.at).toBe(value['time'] ? iso(value['time']) : null)
  } else if ('weekday' in value) expect(texts(decoded)).toEqual([value['date'], String(value['weekday'])])
  else if ('start' in value) expect(texts(decoded)).toEqual([iso(value['start']!), iso(value['end']!)])
  else if ('word' in value) {
    expect(texts(decoded)[0]?.slice(0, 4)).toBe(value['word'])
    expect(texts(decoded)[0]?.includes('relay open')).toBe(value['relay'] === 'open')
  } else if ('7' in value) expect(texts(decoded).map(text => text?.slice(0, 4))).toEqual(Object.values(value))
  else if ('fwd' in value) {
    const [time, ...energies] = decoded.points
    expect(time?.value).toBe(iso(value['time']!))
    expect(energies.map(point => Number(point.value))).toEqual([value['fwd'], value['rev']].flat())
    for (const point of energies) expect(point).toMatchObject({ at: time?.value, unit: 'kWh' })
  } else if ('as_voltage_V' in value)
    expect(decoded.points).toMatchObject([{ value: '223.0', at: iso(value['time']!), unit: 'V' }])
  else {
    // A write: what is not shown must not be the password.
    expect(decoded.function).toBe('write')
    if (decoded.item === '04000401') expect(texts(decoded)).toEqual([value['data']])
  }
}

describe('golden frames in pieces', () => {
  it.each(vectors.map(vector => [vector.id, vector] as const))('%s split at every byte', (_, vector) => {
    const bytes = bytesOf(vector.hex)
    const whole = driver2007.deframe(bytes, null)
    for (let at = 0; at <= bytes.length; at += 1) {
      const first = driver2007.deframe(bytes.subarray(0, at), null)
      const second = driver2007.deframe(Uint8Array.of(...first.rest, ...bytes.subarray(at)), null)
      expect([...first.frames, ...second.frames]).toEqual(whole.frames)
      expect(sameBytes(Uint8Array.of(...first.noise, ...second.noise), whole.noise)).toBe(true)
      expect(sameBytes(second.rest, whole.rest)).toBe(true)
    }
  })

  const falseStarts = {
    'thirteen 68': '68 68 68 68 68 68 68 68 68 68 68 68 68',
    'an unfinished long frame': '68 01 02 03 04 05 06 68 91 C8 33 33 34 33',
    'a wake-up and zeros': 'FE FE 00 00 FF',
    'a start without its second': '68 01 02 03 04 05 06 07 91 08',
    'ends and starts': '16 68 16 68 16 68 16 68 91 04',
    'a damaged length': '68 34 12 00 00 00 00 68 91 FF 33 34',
    'half a frame': '68 34 12 00 00 00 00 68 91 06 33 34',
  }
  it.each(Object.entries(falseStarts))(
    'V-F1 finds every frame behind %s once the line is silent',
    (_, noise) => {
      for (const vector of goodFrames) {
        const frame = bytesOf(vector.hex).subarray(vector.preamble ?? 0)
        const found = driver2007.deframe(Uint8Array.of(...bytesOf(noise), ...frame), null, 'silent')
        expect(found.frames.map(each => toHex(each.bytes))).toEqual([toHex(frame)])
      }
    },
  )

  it('V-F2 accepts no frame with one bit turned', () => {
    for (const vector of goodFrames) {
      const frame = bytesOf(vector.hex).subarray(vector.preamble ?? 0)
      for (let bit = 0; bit < frame.length * 8; bit += 1) {
        const turned = frame.slice()
        turned[bit >> 3]! ^= 1 << (bit & 7)
        expect(driver2007.deframe(turned, null).frames).toEqual([])
      }
    }
  })
})
