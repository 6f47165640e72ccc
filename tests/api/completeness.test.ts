/** `/v1/billing/completeness` and `meterd missing`: what is missing, why, when it was tried, and what is next. */

import { expect, onTestFinished, test } from 'vitest'
import type { z } from 'zod'
import type { MeterStatus } from '../../src/acquire/status.ts'
import { completenessPage } from '../../src/api/completeness-shapes.ts'
import { openDoor } from '../../src/api/door.ts'
import { missing } from '../../src/cli/missing.ts'
import type { Terminal } from '../../src/cli/verb.ts'
import { silentLog } from '../../src/core/log.ts'
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts'
import { NO_NUMBERS } from '../../src/line/meter-numbers.ts'
import type { AlarmEvent } from '../../src/reading/alarm/alarm.ts'
import type { Expected, Missing } from '../../src/reading/expectation.ts'
import { freezingMeter, NEEDED, timedMeter } from '../support/api.ts'
import { billingHouse, frozen, midnight } from '../support/billing-house.ts'

const IDS = ['doubted', 'final', 'good', 'once', 'silent', 'unheard']
const METERS = [...IDS.map(freezingMeter), { ...timedMeter('unbilled'), polls: [] }]
const URL = '/v1/billing/completeness?boundary=2026-11-21'

const daily = (meter: string): Expected => ({
  ...{ meter, line: 'a', plan: 'daily', kind: 'freeze', registers: NEEDED, since: midnight(-5) },
  calendar: { everyMs: DAY, from: midnight(0) },
  keptForMs: 62 * DAY,
})

const gap = (meter: string, change: Partial<Missing>): Missing & { meter: string } => ({
  ...{ meter, plan: 'daily', first: midnight(0), last: midnight(0), state: 'open', cause: 'LINE_SILENT' },
  ...{ tries: 4, triedAt: midnight(0) + HOUR },
  ...change,
})

const silent: MeterStatus = {
  ...{ id: 'silent', state: 'silent', lastAskedAt: midnight(0) + HOUR, lastAnswerAt: midnight(-1) },
  fault: { code: 'LINE_SILENT', text: 'no answer within 500 ms' },
  ...{ nextAt: midnight(0) + 2 * HOUR, answered: 9, unanswered: 4, numbers: NO_NUMBERS },
}

/** Two hours after a midnight that was read in part. */
async function house() {
  const askedNext = new Map([
    ['silent', midnight(0) + 3 * HOUR],
    ['once', midnight(0) + 90 * MINUTE],
  ])
  const it = await billingHouse(METERS, { askedNext: () => askedNext })
  const { store, settle } = it
  await store.expect(IDS.map(daily), midnight(-5))
  for (const meter of IDS.filter(id => id !== 'unheard'))
    for (const day of [-4, -3, -2, -1]) await store.accept(frozen(meter, day, 100_000n + BigInt(day) * 100n))
  await settle([-4, -3, -2, -1], midnight(0))
  for (const meter of ['final', 'good']) await store.accept(frozen(meter, 0, 100_000n))
  await store.accept(frozen('once', 0, 100_000n, { twice: false }))
  await store.accept(frozen('doubted', 0, 90_000_000n, { quality: 'suspect' }))
  await store.account(
    [gap('silent', {}), gap('unheard', { state: 'missed', cause: 'OFF', tries: 0, triedAt: null })],
    midnight(0) + HOUR,
  )
  it.status.meters = [silent, { ...silent, id: 'once', state: 'ok', fault: null }]
  it.time.now = midnight(0) + 2 * HOUR
  return it
}

/** Page after page, and the totals of all on each. */
async function inPages(get: (url: string) => Promise<{ json(): z.infer<typeof completenessPage> }>) {
  const whole = (await get(URL)).json()
  const meters: unknown[] = []
  for (let url = `${URL}&limit=2`; url !== ''; ) {
    const page = (await get(url)).json()
    expect([page.totals, page.causes]).toEqual([whole.totals, whole.causes])
    meters.push(...page.meters)
    url = page.next === null ? '' : `${URL}&limit=2&cursor=${page.next}`
  }
  expect(meters).toEqual(whole.meters)
}

/** `meterd missing`, through the control door: a table for people, a line each for programs. */
async function asVerb({ app, directory }: Pick<Awaited<ReturnType<typeof house>>, 'app' | 'directory'>) {
  onTestFinished(await openDoor(app, directory, silentLog))
  const asked = async (...more: string[]) => {
    const lines: string[] = []
    const io = { out: (line: string) => lines.push(line), err: () => undefined } as unknown as Terminal
    const code = await missing.run(['--data', directory, '--boundary', '2026-11-21', ...more], io)
    return { code, lines }
  }
  const { code, lines } = await asked()
  const text = lines.join('\n')
  expect(code).toBe(1)
  expect(text).toContain('6 expected: 0 final, 3 provisional, 3 missing; 1 not billed by this boundary')
  expect(text).toMatch(/^silent {3}NOT_READ, waits for meter, line a$/m)
  expect(text).toContain('last tried 2026-11-21T01:00:00+08:00: LINE_SILENT')
  expect(text).toContain('→ to do: look at the evidence of the readings and what rules say of them')
  const json = (await asked('--json')).lines.map(line => JSON.parse(line))
  expect(json).toHaveLength(7)
  expect(json[0].totals.expected).toBe(6)
}

test('A-03 A-16 each meter without a final release: why, last tried, what is next; who waits for a person first', async () => {
  const api = await house()
  const { get } = api
  const page = (await get(URL)).json()
  expect(completenessPage.parse(page)).toEqual(page)
  expect(page.totals).toEqual({
    ...{ meters: 7, notExpected: 1, expected: 6, final: 0, provisional: 3, missing: 3, estimated: 0 },
  })
  const told = page.meters.map(({ meter, cause, waitsFor, status }: Record<string, string>) =>
    [meter, status, cause, waitsFor].join(' '),
  )
  expect(told).toEqual([
    'doubted missing NOT_GOOD person',
    'unheard missing NOT_READ nobody',
    'once provisional NOT_WITNESSED meter',
    'silent missing NOT_READ meter',
    'final provisional NOT_SETTLED time',
    'good provisional NOT_SETTLED time',
  ])
  expect(page.causes.map(({ meters }: { meters: number }) => meters)).toEqual([1, 1, 1, 1, 2])
  const of = (id: string) => page.meters.find(({ meter }: { meter: string }) => meter === id)
  expect(of('silent')).toMatchObject({
    line: 'a',
    lastTried: { at: '2026-11-21T01:00:00+08:00', outcome: 'LINE_SILENT', times: 4 },
    meterNow: { state: 'silent', fault: { code: 'LINE_SILENT', text: 'no answer within 500 ms' } },
    supply: null,
    next: [
      { does: 'ask', at: '2026-11-21T03:00:00+08:00', until: '2027-01-22T00:00:00+08:00' },
      { does: 'estimate', at: '2026-11-22T00:00:00+08:00', until: null },
    ],
  })
  expect(of('once').next[0]).toMatchObject({ does: 'ask', at: '2026-11-21T02:00:00+08:00' })
  expect(of('once').lastTried).toMatchObject({ outcome: 'ANSWERED', times: null })
  expect(of('doubted').next.map(({ does }: { does: string }) => does)).toEqual(['person', 'estimate'])
  expect(of('unheard')).toMatchObject({ lastTried: null, meterNow: null })
  expect(of('good').next).toMatchObject([{ does: 'release', at: '2026-11-22T00:00:00+08:00' }])
  await inPages(get)
  await asVerb(api)
  // ST-11 a key of some meters sees and counts its own.
  const key = await api.key(['billing'], { meters: ['good'] })
  const own = (await api.get(URL, key)).json()
  expect(own.totals).toMatchObject({ meters: 1, expected: 1, provisional: 1 })
  expect(own.meters.map(({ meter }: { meter: string }) => meter)).toEqual(['good'])
  expect((await api.get('/v1/billing/completeness?boundary=2027-01-01', key)).json().detail).toContain(
    'future',
  )
})

test('A-03 when its time is over: final, estimated, held with what a person can do; V-A2 holds a line back', async () => {
  const { get, settle, status, time } = await house()
  await settle([-1, 0], midnight(1) + HOUR)
  const page = (await get(URL)).json()
  expect(page.totals).toMatchObject({ final: 4, estimated: 2, provisional: 0, missing: 2 })
  expect(page.meters.map(({ meter, cause }: Record<string, string>) => [meter, cause])).toEqual([
    ['unheard', 'NOT_READ'],
    ['once', 'NOT_WITNESSED'],
  ])
  expect(page.meters[1].next[0]).toMatchObject({ does: 'ask' })
  const common: AlarmEvent = {
    ...{
      scope: 'line',
      of: 'a',
      rule: 'V-R1',
      about: '',
      event: 'raised',
      line: 'a',
      version: 1,
      severity: 1,
    },
    ...{
      blocks: true,
      codes: [],
      at: time.now,
      opened: 1,
      evidence: { text: '4 of 6 meters of line a', reads: [] },
    },
  }
  status.alarms = [common]
  status.meters = [{ ...silent, id: 'once' }]
  const [held] = (await get(URL)).json().meters.filter(({ meter }: { meter: string }) => meter === 'once')
  expect(held.reasons.map(({ code }: { code: string }) => code)).toContain('HELD_BACK')
})
