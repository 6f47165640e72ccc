/** Setting clocks: what leaves, at what moment its time is taken, and what becomes of each answer. */

import { describe, expect, it } from 'vitest'
import { drivers } from '../../../drivers/dlt645/index.ts'
import type { Obeyed } from '../../../src/driver-api/command.ts'
import type { ClockAsked, Driver, Frame, Refusal, Request, Traits } from '../../../src/driver-api/driver.ts'
import { callOf, frame } from './bench-meter.ts'

const [driver2007, driver1997] = drivers as [Driver, Driver]
const METER = '000000001234'
const authority = { level: '04', password: '123456', operator: '87654321' }

/** The clock of the gateway goes on a second each time somebody looks at a request's bytes or asks it. */
function set(
  how: ClockAsked['how'],
  {
    traits = {},
    driver = driver2007,
    at = Date.UTC(2026, 10, 21, 10, 0, 0),
    answer,
    whyStay,
  }: {
    traits?: Traits
    driver?: Driver
    at?: number
    answer?: (request: Request, turn: number) => Frame | null
    whyStay?: (at: number) => Refusal | null
  } = {},
): { readonly data: string[]; readonly requests: Request[]; readonly obeyed: Obeyed } {
  let now = at
  const timeAt = () => new Date(now).toISOString().slice(0, 19)
  const conversation = driver.setClock!(callOf(traits, METER), {
    timeAt,
    how,
    ...(whyStay ? { whyStay: () => whyStay(now) } : {}),
  })
  const data: string[] = []
  const requests: Request[] = []
  let step = conversation.next()
  while (!step.done) {
    const request = step.value
    // The line waits for silence before it lets the request go.
    now += 7_000
    const stays = request.whyStay?.()
    if (stays) {
      request.stayed?.(stays)
      step = conversation.next(null)
      continue
    }
    const { bytes } = request
    now += 100_000
    data.push(
      Buffer.from(request.bytes.subarray(bytes.indexOf(0x68) + 10, -2).map(byte => byte - 0x33)).toString(
        'hex',
      ),
    )
    const reply = answer?.(request, requests.length) ?? null
    requests.push(request)
    now -= 100_000
    step = conversation.next(reply && request.whyNot(reply) === null ? reply : null)
  }
  return { data, requests, obeyed: step.value }
}

const ack = (control: number) => () => frame(METER, control, '')

describe('to all', () => {
  it('carries the time at which it leaves, not that at which it was thought of', () => {
    const { data, requests, obeyed } = set('broadcast')
    expect(data).toEqual(['070010211126'])
    expect(requests[0]).toMatchObject({ isUnanswered: true, safeToRepeat: false })
    expect(obeyed.outcome).toBe('sent')
  })

  it('has its password in front where the model wants one, and is not sent without', () => {
    const traits = { quirks: { 'broadcast-time': 'with-password' } }
    expect(set({ authority, broadcast: true }, { traits }).data).toEqual(['04563412' + '070010211126'])
    const without = set('broadcast', { traits })
    expect(without.requests).toEqual([])
    expect(without.obeyed).toMatchObject({ outcome: 'not-sent' })
    expect(set({ authority, broadcast: true }).data).toEqual(['070010211126'])
  })

  it('is the same in 1997', () => {
    expect(set('broadcast', { driver: driver1997 }).data).toEqual(['070010211126'])
  })
})

describe('written', () => {
  it('date with its weekday first, then the time of its own leaving', () => {
    const { data, obeyed } = set({ authority }, { answer: ack(0x94) })
    // 21 November 2026 is a Saturday.
    expect(data).toEqual([
      '01010004' + '04563412' + '21436587' + '06211126',
      '02010004' + '04563412' + '21436587' + '140010',
    ])
    expect(obeyed.outcome).toBe('done')
  })

  it('as one item where the model takes both together', () => {
    const traits = { quirks: { 'clock-write': 'together' } }
    expect(set({ authority }, { traits, answer: ack(0x94) }).data).toEqual([
      '0c010004' + '04563412' + '21436587' + '070010' + '06211126',
    ])
  })

  it('of 1997 without operator', () => {
    const { data } = set(
      { authority: { ...authority, level: '00' } },
      { driver: driver1997, answer: ack(0x84) },
    )
    expect(data).toEqual(['10c0' + '00563412' + '06211126', '11c0' + '00563412' + '140010'])
  })

  it('stops where the date is refused or not answered', () => {
    const refused = set({ authority }, { answer: () => frame(METER, 0xd4, '04') })
    expect(refused.obeyed).toMatchObject({ outcome: 'refused' })
    expect(refused.requests).toHaveLength(1)
    const silent = set({ authority })
    expect(silent.obeyed.outcome).toBe('unanswered')
    expect(silent.requests).toHaveLength(1)
    const half = set({ authority }, { answer: (_, turn) => (turn === 0 ? frame(METER, 0x94, '') : null) })
    expect(half.obeyed.outcome).toBe('unanswered')
  })

  it('writes no time of the next day behind the date of this one', () => {
    const { data, obeyed } = set({ authority }, { at: Date.UTC(2026, 10, 21, 23, 59, 50), answer: ack(0x94) })
    expect(data).toHaveLength(1)
    expect(obeyed).toMatchObject({ outcome: 'refused', refused: { code: 'METER_BUSY' } })
    const before = set({ authority }, { at: Date.UTC(2026, 10, 21, 23, 59, 55), answer: ack(0x94) })
    expect(before.data).toEqual([])
    expect(before.obeyed).toMatchObject({ outcome: 'not-sent', refused: { code: 'METER_BUSY' } })
  })

  it.each(['broadcast', 'written'] as const)('%s: what its caller forbids as it leaves stays', how => {
    const why: Refusal = { code: 'METER_BUSY', text: 'a freeze is near' }
    const { data, obeyed } = set(how === 'broadcast' ? 'broadcast' : { authority }, {
      whyStay: () => why,
      answer: ack(0x94),
    })
    expect(data).toEqual([])
    expect(obeyed).toMatchObject({ outcome: 'not-sent', refused: why })
  })

  it('behind a date that was written it is no more as if nothing was sent', () => {
    const why: Refusal = { code: 'METER_BUSY', text: 'a freeze is near' }
    const start = Date.UTC(2026, 10, 21, 10, 0, 0)
    const { data, obeyed } = set(
      { authority },
      { at: start, whyStay: now => (now > start + 10_000 ? why : null), answer: ack(0x94) },
    )
    expect(data).toHaveLength(1)
    expect(obeyed).toMatchObject({ outcome: 'refused', refused: why })
  })

  it('hides its password and is never repeated', () => {
    for (const request of set({ authority }, { answer: ack(0x94) }).requests) {
      expect(request.safeToRepeat).toBe(false)
      const [from, to] = request.secretBytes!
      expect(Buffer.from(request.bytes.slice(from, to).map(byte => byte - 0x33)).toString('hex')).toBe(
        '563412',
      )
    }
  })

  it('nothing goes to a wildcard, with a bad password or to a bad time', () => {
    const ask = (address: string, how: ClockAsked['how'], time: string) =>
      driver2007.setClock!(callOf({}, address), { timeAt: () => time, how }).next()
    const good = '2026-11-21T10:00:00'
    expect(ask('AAAAAAAAAAAA', { authority }, good)).toMatchObject({
      done: true,
      value: { outcome: 'not-sent' },
    })
    expect(ask(METER, { authority: { ...authority, password: '1' } }, good).done).toBe(true)
    expect(ask(METER, 'broadcast', '2026-11-31T10:00:00').done).toBe(true)
    expect(ask(METER, 'broadcast', '1999-11-21T10:00:00').done).toBe(true)
  })
})
