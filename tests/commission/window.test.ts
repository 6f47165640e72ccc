/** When a line is not to be searched, and at which settings. */

import { describe, expect, test } from 'vitest'
import { settingInWords, settingsFor, urlText } from '../../src/commission/speeds.ts'
import { whyClosed } from '../../src/commission/window.ts'
import { USUAL_WINDOW } from '../../src/config/site-rules.ts'
import { parseLineUrl } from '../../src/core/line-url.ts'
import { instantOf } from '../../src/core/time.ts'

const at = (time: string, offsetMinutes = 480) => instantOf(`2026-11-21T${time}:00`, offsetMinutes)!
const url = (text: string) => {
  const parsed = parseLineUrl(text)
  if ('wrong' in parsed) throw new Error(parsed.wrong)
  return parsed
}

describe('the billing window', () => {
  test.each([
    ['23:49', false],
    ['23:50', true],
    ['00:00', true],
    ['00:29', true],
    ['00:30', false],
    ['12:00', false],
  ])('%s at the site: %s', (time, closed) => {
    expect(whyClosed(at(time), 480, USUAL_WINDOW) !== null).toBe(closed)
    expect(whyClosed(at(time, -300), -300, USUAL_WINDOW) !== null).toBe(closed)
  })

  test('says what time it is and when it is over', () => {
    expect(whyClosed(at('00:10'), 480, USUAL_WINDOW)).toMatch(/00:10.*23:50 to 00:30/)
  })

  test('need not lie around midnight', () => {
    expect(whyClosed(at('08:05'), 480, { from: 480, to: 500 })).not.toBeNull()
    expect(whyClosed(at('08:20'), 480, { from: 480, to: 500 })).toBeNull()
  })
})

describe('settings', () => {
  test('are those of the URL, then likely ones, each once', () => {
    const settings = settingsFor(url('serial:///dev/x?baud=9600'), true)
    expect(settings.map(settingInWords).slice(0, 6)).toEqual([
      '9600 8E1',
      '2400 8E1',
      '1200 8E1',
      '4800 8E1',
      '19200 8E1',
      '600 8E1',
    ])
    expect(new Set(settings.map(settingInWords)).size).toBe(settings.length)
    expect(settingsFor(url('serial:///dev/x'), false)).toHaveLength(1)
    expect(settingsFor(url('tcp://h:1'), true)).toHaveLength(1)
  })

  test.each([
    'serial:///dev/x?baud=1200&parity=none',
    'serial:///dev/x?baud=2400&parity=even&data=7&stop=2',
    'tcp://[::1]:64501',
    'tcp://h:1',
  ])('%s is written as a configuration reads it', text => expect(url(urlText(url(text)))).toEqual(url(text)))
})
