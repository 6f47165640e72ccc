/** C-08: whatever the API's own description forbids is refused with a problem that names the place, by the thousand. */

import { expect, test } from 'vitest'
import { seededRandom } from '../../src/core/random.ts'
import type { SinkStatus } from '../../src/publish/sink.ts'
import { testApi } from '../support/api.ts'
import { type BadRequest, badRequests } from '../support/bad-requests.ts'
import { answerCheckOf } from '../support/openapi.ts'

const COUNT = Number(process.env['METERD_BAD_REQUESTS'] ?? 1_000)
const SEED = Number(process.env['METERD_SEED'] ?? 1)
const MQTT: SinkStatus = {
  name: 'mqtt',
  state: 'idle',
  ...{ cursor: 0, owed: 0, delivered: 0, rejected: 0 },
  ...{ lastAcceptedAt: null, fault: null },
}
/** Nothing bad comes so far that a door is asked. */
const NO_DOORS = { apart: [], takesCuts: true, one: async () => null } as never
/** What is longer than this is not said again. Names of fields and members of lists are shorter. */
const LONG = 50

test(`C-08 ${COUNT} bad requests made from the description: 4xx, a place and a remedy, nothing of what was sent`, async () => {
  const api = await testApi({ accept: async () => undefined, orders: NO_DOORS })
  api.status.sinks = [MQTT]
  const key = await api.key(['read', 'billing', 'operate', 'approve', 'restore', 'admin', 'audit'])
  const document = (await api.get('/openapi.json')).json()
  const check = answerCheckOf(document)
  const wrong: string[] = []
  const seen = new Set<string>()
  for (const bad of badRequests(document, { random: seededRandom(SEED), key, count: COUNT })) {
    const { method, url, headers, payload } = bad
    const answer = await api.app.inject({
      ...{ method: method as 'GET', url, headers },
      ...(payload !== undefined && { payload }),
    })
    const complaint = complaintOf(bad, answer) ?? check(method, url, answer)
    if (complaint !== null) wrong.push(`${bad.wrong} (${url.slice(0, 120)}): ${complaint}`)
    seen.add(bad.wrong.split(':')[0] ?? '')
  }
  expect([...new Set(wrong)].slice(0, 10)).toEqual([])
  expect(api.log.lines).toEqual([])
  expect(seen.size).toBe(Object.values(document.paths).flatMap(one => Object.keys(one as object)).length)
}, 600_000)

type Answer = Awaited<ReturnType<Awaited<ReturnType<typeof testApi>>['get']>>

function complaintOf({ names, sent }: BadRequest, { statusCode, headers, body }: Answer): string | null {
  if (statusCode < 400 || statusCode > 499) return `answered ${statusCode} ${body.slice(0, 80)}`
  if (!/^application\/problem\+json/.test(String(headers['content-type']))) return 'is no problem'
  const { code, detail, hint } = JSON.parse(body)
  if (!/^[A-Z_]+$/.test(code) || !hint) return `has code ${code} and hint ${hint}`
  if (!names.test(detail)) return `names no place: ${detail}`
  if (/\bat .+:\d+:\d+|node_modules/.test(body)) return `shows a stack: ${body}`
  if (body.length > 2_000) return `is ${body.length} long`
  if (sent.length > LONG && body.includes(JSON.stringify(sent).slice(1, -1))) return 'says what was sent'
  // What breaks a line or steers a terminal.
  if (/[\p{Cc}\p{Cf}]/u.test(`${detail}${hint}`)) return `has control characters: ${JSON.stringify(detail)}`
  return null
}
