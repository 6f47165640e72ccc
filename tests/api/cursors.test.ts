/** C-08: a cursor outlives the daemon that gave it, and leads nowhere else. */

import { expect, onTestFinished, test } from 'vitest'
import { createPageThread } from '../../src/api/page-thread/thread.ts'
import { HOUR, MINUTE } from '../../src/core/time.ts'
import { USUAL_POLICY } from '../../src/reading/billing/release.ts'
import { close, newDirectory, openIn } from '../store/data-directory.ts'
import { roundOf } from '../store/rounds.ts'
import {
  freezingMeter,
  lineStatus,
  MIDNIGHT,
  NEEDED,
  recordingLog,
  testApi,
  timedMeter,
} from '../support/api.ts'
import type { Described } from '../support/openapi.ts'

const METERS = ['m1', 'm2', 'm3'].map(freezingMeter).concat(timedMeter('t1'))
const OTHER_LISTS = ['/v1/meters/m1/readings', '/v1/meters/m2/readings', '/v1/meters/m1/readings?kind=poll']

/** What every start finds in the directory, behind a server of its own. */
async function started(directory: string) {
  const log = recordingLog()
  const store = await openIn(directory, { batchRows: 1 }, log)
  const config = { dataDirectory: directory, gateway: 'gw', site: { offsetMinutes: 480 }, meters: METERS }
  const pages = createPageThread({ store, config: { ...config, billing: USUAL_POLICY, areas: [] }, log })
  onTestFinished(() => pages.stop())
  const api = await testApi({ store, pages, meters: METERS, log })
  api.status.lines = ['a', 'b', 'c'].map(id => lineStatus(id))
  const key = await api.key(['read', 'billing', 'admin'])
  for (let keys = 0; keys < 2; keys++) await api.key(['read'])
  return {
    store,
    get: (url: string) => api.get(url, key),
    async stop() {
      await pages.stop()
      await close(store)
    },
  }
}

async function filled(directory: string): Promise<void> {
  const store = await openIn(directory, { batchRows: 1 })
  for (const { id } of METERS) {
    const freezes = NEEDED.map(obis => ({ obis, kind: 'freeze', slot: MIDNIGHT, readAt: MIDNIGHT }) as const)
    const round = roundOf(id, ...freezes)
    await store.accept({ ...round, clock: { measuredAt: MIDNIGHT + HOUR, deviationMs: 1_000 } })
    for (let quarter = 1; quarter <= 4; quarter++) {
      const slot = MIDNIGHT + quarter * 15 * MINUTE
      await store.accept(roundOf(id, { slot, readAt: slot, digits: BigInt(1_000 + quarter) }))
    }
    const calendar = { everyMs: 15 * MINUTE, from: MIDNIGHT }
    const plan = { meter: id, line: 'a', plan: 'poll-15m', kind: 'poll', keptForMs: HOUR, calendar } as const
    await store.expect([{ ...plan, registers: ['1-0:1.8.0'], since: MIDNIGHT }], MIDNIGHT)
  }
  await close(store)
}

/** Every route that has cursors, with what it must be asked. */
function listsOf({ paths }: Described): string[] {
  return Object.entries(paths).flatMap(([path, { get }]) => {
    const { parameters = [] } = get ?? {}
    if (!parameters.some(({ name }) => name === 'cursor')) return []
    const needed = parameters.filter(one => one.in === 'query' && one.required)
    const query = needed.map(({ name, example }) => `${name}=${encodeURIComponent(String(example))}`)
    const days = parameters.some(({ name }) => name === 'from')
      ? [`from=${DAY_OF.get(path) ?? '2026-11-21'}`]
      : []
    const asked = [...query.filter(one => !one.startsWith('from=')), ...days].join('&')
    return [`${path.replace('{id}', 'm1').replace('{name}', 'none')}?${asked}`]
  })
}

/** Without `to` these take a day, or until now. */
const DAY_OF = new Map([['/v1/billing/periods', '2026-11-20']])

function at(list: string, more: string): string {
  return `${list}${/\?$/.test(list) ? '' : list.includes('?') ? '&' : '?'}${more}`
}

/** The entries of a page, apart from what is of the whole of them: mostly one list, of billing reads two. */
function entriesOf(page: Record<string, unknown>): string[] {
  return Object.entries(page)
    .filter(([name]) => name !== 'findings' && name !== 'causes')
    .flatMap(([, part]) => (Array.isArray(part) ? part.map(one => withoutEnds(JSON.stringify(one))) : []))
}

/** Each start here has keys of its own, of the same names. */
function withoutEnds(text: string): string {
  return text.replace(/"ends":"[^"]*",/, '')
}

test('C-08 cursors of every list go on after a restart where they were, and no other list takes them', async () => {
  const directory = newDirectory()
  await filled(directory)
  const first = await started(directory)
  const lists = [...listsOf((await first.get('/openapi.json')).json()), ...OTHER_LISTS]
  const begun = new Map<string, { cursor: string; entries: string[] }>()
  for (const list of lists) {
    const page = (await first.get(at(list, 'limit=1'))).json()
    if (typeof page.next === 'string') begun.set(list, { cursor: page.next, entries: entriesOf(page) })
  }
  expect([...begun.keys()].map(list => list.split('?')[0])).toEqual(
    expect.arrayContaining([
      ...['/v1/meters', '/v1/lines', '/v1/keys', '/v1/expectations', '/v1/meters/m1/readings'],
      ...['/v1/meters/m1/intervals', '/v1/billing/reads', '/v1/billing/periods', '/v1/indicators/clocks'],
    ]),
  )
  await first.stop()

  const again = await started(directory)
  for (const [list, { cursor, entries }] of begun) {
    const rest = (await again.get(at(list, `limit=1000&cursor=${cursor}`))).json()
    const whole = (await again.get(at(list, 'limit=1000'))).json()
    expect([list, rest.next, [...entries, ...entriesOf(rest)].sort()]).toEqual([
      list,
      null,
      entriesOf(whole).sort(),
    ])
    const [other = ''] = [...begun.keys()].filter(one => one !== list)
    for (const foreign of [other, ...OTHER_LISTS].filter(one => one !== list)) {
      const answer = await again.get(at(foreign, `cursor=${cursor}`))
      expect([list, foreign, answer.statusCode, answer.json().detail]).toEqual([
        ...[list, foreign, 400],
        'query.cursor: not one of this list; start again without it',
      ])
    }
  }
  await again.stop()
})
