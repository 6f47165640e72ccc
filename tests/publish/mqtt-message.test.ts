import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type MessageForm, messagesOf, wrongLevel } from '../../src/publish/mqtt-message.ts'
import { rounds } from '../support/rounds.ts'
import { changeOf, MIDNIGHT } from './changes.ts'

const FORM: MessageForm = {
  topicOf: meter => `meterd/v1/substation-7/${meter}/reading`,
  gateway: 'substation-7',
  epoch: 3,
  offsetMinutes: 480,
  isHistorical: () => false,
  maximumBytes: Number.POSITIVE_INFINITY,
}

describe('messages on MQTT', () => {
  test('a reading looks exactly as promised', () => {
    const change = changeOf(1, {
      id: 'a1',
      meter: 'flat-12',
      obis: '1-0:1.8.0',
      kind: 'freeze',
      value: { digits: 1234567n, scaler: -2 },
      readAt: MIDNIGHT,
      receivedAt: MIDNIGHT + 61_500,
    })
    const { messages, rejected } = messagesOf([change], FORM)
    expect(rejected).toEqual([])
    expect(messages).toHaveLength(1)
    expect(messages[0]?.topic).toBe('meterd/v1/substation-7/flat-12/reading')
    expect(JSON.parse(messages[0]?.payload ?? '')).toEqual({
      gateway: 'substation-7',
      epoch: 3,
      meter: 'flat-12',
      readings: [
        {
          id: 'a1',
          sequence: 1,
          obis: '1-0:1.8.0',
          value: '12345.67',
          unit: 'kWh',
          readAt: '2026-11-21T00:00:00+08:00',
          receivedAt: '2026-11-21T00:01:01.500+08:00',
          kind: 'freeze',
          quality: 'good',
          codes: ['2.0.1'],
          version: 1,
        },
      ],
    })
  })

  test('codes are the union of the findings’; only a good reading without any is "validated"', () => {
    const finding = (...codes: string[]) =>
      ({ rule: 'V-R1', verdict: 'suspect', severity: 2, codes, evidence: '' }) as const
    const codesOf = (over: object) => {
      const [message] = messagesOf([changeOf(1, over)], FORM).messages
      return JSON.parse(message?.payload ?? '').readings[0].codes
    }
    expect(codesOf({ quality: 'suspect', findings: [finding('2.5.1', '2.5.2'), finding('2.5.2')] })).toEqual([
      '2.5.1',
      '2.5.2',
    ])
    expect(codesOf({ quality: 'suspect', findings: [] })).toEqual([])
    expect(codesOf({ quality: 'good', findings: [finding()] })).toEqual(['2.0.1'])
  })

  test('PR-16: what is too old to be news says so', () => {
    const form = { ...FORM, isHistorical: (change: { sequence: number }) => change.sequence === 1 }
    const [message] = messagesOf([changeOf(1), changeOf(2)], form).messages
    const readings = JSON.parse(message?.payload ?? '').readings
    expect(readings[0].historical).toBe(true)
    expect('historical' in readings[1]).toBe(false)
  })

  test('one message carries one round of one meter', () => {
    const batch = Array.from({ length: 9 }, (_, index) => changeOf(index + 1))
    const { messages } = messagesOf(batch, FORM)
    expect(messages.map(message => message.sequences)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ])
  })

  test('every change is in one message or rejected, in order, and no message exceeds the broker’s limit', () => {
    const batch = fc.array(
      fc.record({ meter: fc.constantFrom('a', 'b', 'no+', ''), round: fc.integer({ min: 1, max: 3 }) }),
      { maxLength: 300 },
    )
    const check = fc.property(
      batch,
      fc.constantFrom(200, 900, 4000, Number.POSITIVE_INFINITY),
      (overs, limit) => {
        const changes = overs.map((over, index) => changeOf(index + 1, over))
        const { messages, rejected } = messagesOf(changes, { ...FORM, maximumBytes: limit })
        const sent = messages.flatMap(message => message.sequences)
        expect(sent).toEqual([...sent].sort((a, b) => a - b))
        expect([...sent, ...rejected.map(one => one.sequence)].sort((a, b) => a - b)).toEqual(
          changes.map(change => change.sequence),
        )
        for (const { topic, payload, sequences } of messages) {
          expect(JSON.parse(payload).readings.map((one: { sequence: number }) => one.sequence)).toEqual(
            sequences,
          )
          expect(Buffer.byteLength(topic) + Buffer.byteLength(payload)).toBeLessThanOrEqual(limit)
          expect(sequences.length).toBeLessThanOrEqual(100)
        }
      },
    )
    fc.assert(check, rounds(11, 100))
  })

  test.each(['a/b', 'a+', '#', '', 'a\u0000b', 'line\nbreak', '\ud800'])(
    '%j cannot be a level of a topic',
    name => {
      expect(wrongLevel(name)).toContain('cannot be part of a topic')
    },
  )

  test.each(['000000000161', '楼-3', 'flat 12'])('%j can be a level of a topic', name => {
    expect(wrongLevel(name)).toBeNull()
  })
})
