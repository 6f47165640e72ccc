/** Topics are checked before anything is published. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkTopic, fillTopic, STREAMS, USUAL_TOPIC } from '../../src/config/topic.ts'
import { wrongLevel } from '../../src/publish/mqtt-message.ts'
import { rounds } from '../support/rounds.ts'
import { GOOD, load, loadRight } from './support.ts'

const USE = {
  prefix: 'meterd/v1',
  gateway: 'gw',
  meters: [
    { id: 'm1', line: 'a' },
    { id: 'm1.reading', line: 'a' },
    { id: 'status', line: 'b' },
  ],
}

function told(template: string, use = USE) {
  const complaints: string[] = []
  const warnings: string[] = []
  const into = (list: string[]) => (_path: unknown, text: string, remedy: string) =>
    void list.push(`${text}; ${remedy}`)
  checkTopic(template, use, ['mqtt', 'topic'], into(complaints), into(warnings))
  return { complaints, warnings }
}

describe('a template of topics', () => {
  test.each([USUAL_TOPIC, 'site/{line}/{gateway}/{stream}/{meter}', '{gateway}/{meter}_{stream}'])(
    '%s is right',
    template => expect(told(template)).toEqual({ complaints: [], warnings: [] }),
  )

  test.each([
    ['{prefix}/{gateway}/{meter}', /without \{stream\}.*put \{stream\} into it/],
    ['{prefix}/{gateway}/{stream}', /without \{meter\}/],
    ['{gateway}/{meter}/{stream}/{obis}', /\{obis\} is no placeholder; use \{prefix\}/],
    ['{gateway}/{meter}/{stream}/}', /a brace stands alone/],
    ['+/{gateway}/{meter}/{stream}', /wildcards/],
    ['{gateway}/{meter}/{stream}/#', /wildcards/],
    ['/{gateway}/{meter}/{stream}', /a level is empty/],
    ['{gateway}//{meter}/{stream}', /a level is empty/],
    ['{gateway}/{meter}/{stream}/', /a level is empty/],
    ['$SYS/{gateway}/{meter}/{stream}', /begin with \$/],
  ])('%s is refused', (template, expected) => {
    expect(told(template).complaints).toEqual([expect.stringMatching(expected)])
  })

  test('two streams must not meet, nor one with the status or the consumers', () => {
    const meters = [
      { id: 'x-reading', line: 'a' },
      { id: 'x', line: 'reading-a' },
    ]
    expect(told('{gateway}/{meter}-{line}/{stream}', { ...USE, meters }).complaints).toEqual([
      expect.stringContaining('gw/x-reading-a/reading would hold the stream reading of x-reading and'),
    ])
    const status = { ...USE, prefix: 'p', gateway: 'x-event', meters: [{ id: 'x', line: 'a' }] }
    expect(told('p/{meter}-{stream}/status', status).complaints).toEqual([
      expect.stringContaining('p/x-event/status would hold the status and'),
    ])
  })

  test('without {gateway} two gateways would meet, which is said', () => {
    expect(told('x/{meter}/{stream}').warnings).toEqual([expect.stringContaining('put {gateway} into it')])
  })

  test('what is long for clouds is said, what is too long for MQTT refused', () => {
    const long = (length: number) => ({ ...USE, prefix: 'p'.repeat(length) })
    expect(told(USUAL_TOPIC, long(240)).warnings).toEqual([expect.stringContaining('end at 256')])
    expect(told(USUAL_TOPIC, long(65_530)).complaints).toEqual([
      expect.stringContaining('MQTT ends at 65535'),
    ])
  })

  test('whatever passes gives each meter and stream a topic of its own that brokers take', () => {
    const piece = fc.constantFrom(
      '{prefix}',
      '{gateway}',
      '{meter}',
      '{stream}',
      '{line}',
      '/',
      '-',
      'x',
      '+',
      '$',
    )
    const template = fc.array(piece, { minLength: 2, maxLength: 8 }).map(pieces => pieces.join(''))
    const name = fc.constantFrom('a', 'b', 'a-a', 'a-reading', 'reading', 'x', 'status')
    const meters = fc.uniqueArray(fc.record({ id: name, line: name }), {
      selector: ({ id }) => id,
      maxLength: 5,
    })
    const check = fc.property(template, meters, (text, known) => {
      const use = { ...USE, meters: known }
      if (told(text, use).complaints.length > 0) return
      const topics = known.flatMap(({ id, line }) =>
        STREAMS.map(stream => fillTopic(text, { ...USE, meter: id, line, stream })),
      )
      expect(new Set(topics).size).toBe(topics.length)
      for (const topic of topics) {
        expect(
          topic
            .split('/')
            .map(wrongLevel)
            .every(wrong => wrong === null),
        ).toBe(true)
        expect(topic).not.toMatch(/^\$/)
      }
    })
    fc.assert(check, rounds(23, 2_000))
  })
})

test('settings of MQTT become what the sink is built from', async () => {
  const text = `${GOOD}mqtt: { url: "mqtt://h", version: 3.1.1, session: persistent, watermark: true,
  topic: "x/{line}/{gateway}/{meter}/{stream}", homeAssistant: {} }
`
  expect((await loadRight(text)).config.mqtt).toMatchObject({
    protocol: 4,
    session: 'persistent',
    watermark: true,
    topic: 'x/{line}/{gateway}/{meter}/{stream}',
    homeAssistant: { prefix: 'homeassistant' },
  })
  expect((await load(`${GOOD}mqtt: { url: "mqtt://h", topic: "x/{meter}" }\n`)).printed).toEqual([
    expect.stringContaining('mqtt.topic: without {stream}'),
  ])
  expect((await load(`${GOOD}mqtt: { url: "mqtt://h", version: 3 }\n`)).printed).toEqual([
    expect.stringContaining('mqtt.version: 3 is not right; expected a version of MQTT, 5 or 3.1.1'),
  ])
})
