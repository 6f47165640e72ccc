/** Reading events: the count, the records still kept, and what happens when one more happens meanwhile. */

import { describe, expect, it } from 'vitest'
import { driver2007 } from '../../../drivers/dlt645/driver.ts'
import { callOf, type Holdings, talk } from './bench-meter.ts'

const read = (event: string, holdings: Holdings, most = 10) =>
  talk(driver2007.readEvents!(callOf(), { event, most }), holdings)

/** Power-down: start, end. */
const record = (day: number, hour = '10') =>
  `0000${hour}${String(day).padStart(2, '0')}1126 3015${hour}${String(day).padStart(2, '0')}1126`.replace(
    ' ',
    '',
  )
const none = '00'.repeat(12)

describe('events', () => {
  it('are counted first, then read latest first until the meter has none', () => {
    for (const end of ['ERR 02', none]) {
      const { result, asked } = read('power-down', {
        '03110000': '070000',
        '03110001': record(20),
        '03110002': record(19),
        '03110003': end,
      })
      expect(asked).toEqual(['03110000', '03110001', '03110002', '03110003', '03110000'])
      expect(result).toMatchObject({ count: 7, refused: null, isWhole: true })
      expect(result.records.map(({ nth, startedAt, endedAt }) => [nth, startedAt, endedAt])).toEqual([
        [1, '2026-11-20T10:00:00', '2026-11-20T10:15:30'],
        [2, '2026-11-19T10:00:00', '2026-11-19T10:15:30'],
      ])
    }
  })

  it('of one phase are counted by its own count', () => {
    const counts = '010000000000 020000000000 030000000000'.replaceAll(' ', '')
    for (const [phase, count] of [
      ['A', 1],
      ['B', 2],
      ['C', 3],
    ] as const)
      expect(read(`voltage-loss-${phase}`, { '03010000': counts }).result.count).toBe(count)
  })

  it('that never happened cost one question', () => {
    const { result, asked } = read('power-down', { '03110000': '000000' })
    expect(asked).toEqual(['03110000'])
    expect(result).toMatchObject({ count: 0, records: [], refused: null, isWhole: true })
  })

  it('are no more than were counted, asked for, or kept', () => {
    const held = new Proxy(
      {},
      { get: (_, key) => (key === '03110000' ? '500000' : record(20)), has: () => true },
    ) as Holdings
    expect(read('power-down', held).result.records).toHaveLength(10)
    expect(read('power-down', held, 2).result.records).toHaveLength(2)
    expect(
      read('power-down', { '03110000': '010000', '03110001': record(20), '03110002': record(19) }).result
        .records,
    ).toHaveLength(1)
  })

  it('of which one more happens between are read once more', () => {
    const { result } = read('power-down', {
      '03110000': ['020000', '030000', '030000', '030000'],
      '03110001': [record(20), record(21)],
      '03110002': [record(20), record(20)],
      '03110003': record(19),
    })
    expect(result.records.map(({ startedAt }) => startedAt)).toEqual([
      '2026-11-21T10:00:00',
      '2026-11-20T10:00:00',
      '2026-11-19T10:00:00',
    ])
    expect(result).toMatchObject({ count: 3, refused: null })
  })

  it('that go on happening are refused: nobody knows which record is which', () => {
    let count = 2
    const held = new Proxy(
      {},
      {
        get: (_, key) => (key === '03110000' ? `0${count++}0000` : record(20)),
        has: () => true,
      },
    ) as Holdings
    expect(read('power-down', held, 3).result).toMatchObject({
      records: [],
      refused: { code: 'METER_BUSY' },
    })
  })

  it('of a meter that does not count are held to their latest record', () => {
    const steady = { '03110001': record(20), '03110002': record(19) }
    expect(read('power-down', steady).result).toMatchObject({ count: null, refused: null, isWhole: true })
    expect(read('power-down', steady).result.records).toHaveLength(2)
    const moving = { ...steady, '03110001': [record(20), record(21), record(21), record(22)] }
    expect(read('power-down', moving).result).toMatchObject({ records: [], refused: { code: 'METER_BUSY' } })
  })

  it('still going on have no end; one without a legal beginning is a fault, and the others count', () => {
    const { result } = read('auxiliary-supply-loss', {
      '03060000': '020000000000',
      '03060001': `${record(20).slice(0, 12)}000000000000`,
      '03060002': `FF${record(19).slice(2)}`,
    })
    expect(result.records[0]).toMatchObject({ startedAt: '2026-11-20T10:00:00', endedAt: null, fault: null })
    expect(result.records[1]).toMatchObject({ startedAt: null, fault: { code: 'VALUE_NOT_DIGITS' } })
  })

  it('V-F6 of a length the table does not know are a fault', () => {
    const { result } = read('power-down', { '03110000': '010000', '03110001': record(20).slice(2) })
    expect(result.records).toMatchObject([{ points: [], fault: { code: 'FRAME_LENGTH' } }])
  })

  it.each([
    ['at the count', { '03110000': null }],
    ['at a record', { '03110000': '020000', '03110001': record(20), '03110002': null }],
    ['at the count after', { '03110000': ['020000', null], '03110001': record(20), '03110002': record(19) }],
  ])('are not whole when the meter falls silent %s', (_, held) => {
    expect(read('power-down', held as Holdings).result.isWhole).toBe(false)
  })

  it('refused otherwise than for want of data say why', () => {
    expect(read('power-down', { '03110000': '020000', '03110001': 'ERR 04' }).result).toMatchObject({
      refused: { code: 'METER_REFUSED' },
    })
  })

  it('carry their own values under their own names', () => {
    const { result } = read('event-clearing', {
      '03300300': '010000',
      '03300301': '000010201126 78563412 FF010503'.replaceAll(' ', ''),
    })
    expect(result.records[0]).toMatchObject({ startedAt: '2026-11-20T10:00:00', endedAt: null })
    expect(result.records[0]!.points.map(({ value }) => value)).toContain('12345678')
  })

  it('are asked by the other identifier where makers differ', () => {
    const trip = `000010201126 78563412 ${'00000000'.repeat(6)}`.replaceAll(' ', '')
    const { result, asked } = read('trip', { '1D000001': '010000', '1D000101': trip })
    expect(asked).toEqual(['1D000001', '1D00FF01', '1D000101'])
    expect(result.records).toMatchObject([{ nth: 1, startedAt: '2026-11-20T10:00:00', fault: null }])
    expect(read('trip', { '1D000001': '010000' }).asked).toHaveLength(3)
  })

  it('have a name each, and every name can be read', () => {
    expect(driver2007.events!.size).toBeGreaterThanOrEqual(58)
    for (const [name, about] of driver2007.events!) {
      expect(name).toMatch(/^[a-z0-9-]+(?:-[ABC])?$/)
      expect(about.length).toBeGreaterThan(3)
      expect(read(name, {}).result).toMatchObject({ count: null, records: [], refused: null })
    }
  })
})
