/** How profiles say that a model departs from its standard, where no other test has the quirk for its subject. */

import { describe, expect, it } from 'vitest'
import { driver2007 } from '../../../drivers/dlt645/driver.ts'
import type { Conversation, Request } from '../../../src/driver-api/driver.ts'
import { askedIn, callOf, frame } from './bench-meter.ts'

const METER = '123456789012'
const authority = { level: '04', password: '111111', operator: '12345678' }

function first(conversation: Conversation<unknown>): Request {
  const step = conversation.next()
  if (step.done) throw new Error('nothing was sent')
  return step.value
}

const written = (quirks: Record<string, string>) =>
  first(
    driver2007.setClock!(callOf({ quirks }, METER), {
      timeAt: () => '2026-11-21T12:34:56',
      how: { authority },
    }),
  )

describe('[quirk clock-write] clock-write', () => {
  it.each([
    ['pair', {}, ['04000101', '04000102']],
    ['together', { 'clock-write': 'together' }, ['0400010C']],
  ])('%s: begins with one of its items', (_, quirks, items) => {
    const asked = askedIn(written(quirks), 4)
    expect(asked.control).toBe(0x14)
    expect(items).toContain(asked.item)
  })

  it('together: holds the weekday, date and time in one', () => {
    const { extra } = askedIn(written({ 'clock-write': 'together' }), 4)
    // Behind level, password and operator: ss mm hh WW DD MM YY.
    expect(extra.slice(8)).toEqual([0x56, 0x34, 0x12, 0x06, 0x21, 0x11, 0x26])
  })
})

describe('[quirk acknowledgement] acknowledgement', () => {
  const yes = (quirks: Record<string, string>, data: string) => {
    const freeze = driver2007.commands!.get('freeze')!.run(callOf({ quirks }, METER), { when: 'now' })
    if ('wrong' in freeze) throw new Error(freeze.wrong)
    return first(freeze).whyNot(frame(METER, 0x96, data))
  }

  it('bare: a yes with data behind it is no answer to this', () => {
    expect(yes({}, '')).toBeNull()
    expect(yes({}, '01')?.rule).toBe('V-F6')
  })

  it('any: is a yes whatever the meter adds', () => {
    expect(yes({ acknowledgement: 'any' }, '')).toBeNull()
    expect(yes({ acknowledgement: 'any' }, '0102')).toBeNull()
  })
})
