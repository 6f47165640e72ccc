/** Notices asked for over MQTT: at once, again under the same id, and never of a broker that is not there (C-01). */

import { expect, test } from 'vitest'
import type { Outcome } from '../../src/publish/mqtt-connection.ts'
import { createNoticeDesk } from '../../src/publish/notice-desk.ts'
import type { NoticeAsked } from '../../src/store/safeguard/asked.ts'
import { virtualClock } from '../support/virtual-clock.ts'
import { listLog } from './changes.ts'

const NOTICE: NoticeAsked = {
  ...{ sequence: 7, id: 'N-1', account: '0003', which: 'first', channels: ['sms'], tries: 3 },
  ...{ template: 't-1', order: null, requiredAt: Date.UTC(2026, 10, 21, 4) },
}

function desk(answer: (payloads: readonly string[]) => readonly Outcome[] | null) {
  const clock = virtualClock()
  const log = listLog()
  const notices: NoticeAsked[] = []
  const sent: string[][] = []
  const made = createNoticeDesk({
    // As the store: in pages of two.
    async noticesAsked(after) {
      const found = notices.filter(one => one.sequence > after).slice(0, 2)
      return { notices: found, reached: found.at(-1)?.sequence ?? after }
    },
    async send(payloads) {
      sent.push(payloads.map(payload => JSON.parse(payload).notice))
      return answer(payloads)
    },
    form: { gateway: 'gw', epoch: 4, offsetMinutes: 480 },
    ...{ clock, log },
  })
  return { ...made, clock, log, notices, sent }
}

const all = (outcome: Outcome) => (payloads: readonly string[]) => payloads.map(() => outcome)

test('C-01 a notice is asked for within seconds, and again under its id while the store has heard nothing', async () => {
  const { start, stop, clock, notices, sent } = desk(all('accepted'))
  start()
  await clock.pass(1_000)
  expect(sent).toEqual([])
  notices.push(NOTICE, { ...NOTICE, sequence: 8, id: 'N-2' }, { ...NOTICE, sequence: 9, id: 'N-3' })
  await clock.pass(5_000)
  expect(sent).toEqual([['N-1', 'N-2'], ['N-3']])
  await clock.pass(9 * 60_000)
  expect(sent).toHaveLength(2)
  notices.splice(1, 1)
  await clock.pass(2 * 60_000)
  expect(sent.slice(2)).toEqual([['N-1', 'N-3']])
  await stop()
})

test('what was not taken is owed and sent in seconds; what is refused is said once and holds up no other', async () => {
  let outcomes: readonly Outcome[] | null = null
  const { start, stop, clock, notices, sent, log } = desk(
    payloads => outcomes?.slice(0, payloads.length) ?? null,
  )
  notices.push(NOTICE, { ...NOTICE, sequence: 8, id: 'N-2' })
  start()
  await clock.pass(6_000)
  expect(sent).toEqual([
    ['N-1', 'N-2'],
    ['N-1', 'N-2'],
  ])
  outcomes = ['accepted', 'lost']
  await clock.pass(5_000)
  expect(sent.at(-1)).toEqual(['N-1', 'N-2'])
  await clock.pass(5_000)
  expect(sent.at(-1)).toEqual(['N-2'])
  outcomes = [{ reasonCode: 0x87, reason: 'not authorised' }]
  notices.push({ ...NOTICE, sequence: 9, id: 'N-3' })
  await clock.pass(25 * 60_000)
  expect(sent.flat()).toContain('N-3')
  expect(log.lines.filter(({ text }) => text.includes('refuses notices: not authorised'))).toHaveLength(1)
  await stop()
})
