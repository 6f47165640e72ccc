/** Alarms are events that outlive the daemon: what stands is what was opened last and not cleared since. */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { silentLog } from '../../src/core/log.ts'
import { DAY } from '../../src/core/time.ts'
import type { AlarmEvent } from '../../src/reading/alarm/alarm.ts'
import { verifyStore } from '../../src/store/copies/verify.ts'
import type { Store } from '../../src/store/store.ts'
import { close, newDirectory, openIn } from './data-directory.ts'
import { backToSchema } from './earlier-schema.ts'
import { NOON, roundOf } from './rounds.ts'

const LIMITS = {
  maxBytes: 2 ** 30,
  keep: { frames: DAY, instantaneous: DAY, curve: DAY, billing: DAY },
  offsetMinutes: 0,
}

function event(change: Partial<AlarmEvent> = {}): AlarmEvent {
  const finding = {
    rule: 'V-R1',
    version: 2,
    verdict: 'suspect',
    severity: 1,
    codes: ['2.5.256'],
    evidence: '5.00 kWh at noon, 4.00 after: a fall of 1.00, and no roll-over',
    samples: [{ obis: '1-0:1.8.0', kind: 'poll', value: '5.00', unit: 'kWh', at: NOON }],
    limit: { value: '0', unit: 'kWh' },
  } as const
  return {
    event: 'raised',
    scope: 'meter',
    of: 'm1',
    rule: 'V-R1',
    about: '1-0:1.8.0 poll',
    line: 'a',
    version: 2,
    severity: 1,
    blocks: true,
    codes: ['2.5.256'],
    at: NOON,
    opened: 1,
    evidence: {
      text: finding.evidence,
      reads: [
        { meter: 'm1', at: NOON, finding },
        { meter: 'm1', at: NOON + 1, finding },
      ],
    },
    ...change,
  }
}

const RAISED = event()
const CLEARED = event({ event: 'cleared', at: NOON + 9, evidence: { text: 'passed', reads: [] } })
const OF_A_LINE = event({ scope: 'line', of: 'a', about: '', version: null, codes: [] })

const standing = async (store: Store, clearedAfter = 9e15) =>
  (await store.alarmsStanding(clearedAfter)).map(({ sequence: _, ...one }) => one)

test('A-04 what stands is what was opened last and not cleared, with its evidence, after a restart too', async () => {
  const directory = newDirectory()
  const store = await openIn(directory)
  expect(await standing(store)).toEqual([])
  await store.alarm([RAISED, OF_A_LINE])
  await store.alarm([CLEARED])
  const reopened = event({ event: 'reopened', opened: 2, at: NOON + 20 })
  await store.alarm([event({ of: 'm2' }), { ...CLEARED, of: 'm2' }, reopened])
  await close(store)
  const again = await openIn(directory)
  expect(await standing(again)).toEqual([OF_A_LINE, reopened])
  expect(await standing(again, NOON)).toEqual([OF_A_LINE, { ...CLEARED, of: 'm2' }, reopened])
  expect(await standing(again, NOON + 9)).toEqual([OF_A_LINE, reopened])
  const history = await again.alarmsAfter(0, 100)
  expect(history.map(one => [one.sequence, one.event])).toEqual([
    [1, 'raised'],
    [2, 'raised'],
    [3, 'cleared'],
    [4, 'raised'],
    [5, 'cleared'],
    [6, 'reopened'],
  ])
  expect((await again.alarmsAfter(2, 2)).map(({ sequence }) => sequence)).toEqual([3, 4])
})

test('PR-06 a damaged event is withheld, counted, and found by the daily walk though nobody asks', async () => {
  const directory = newDirectory()
  const store = await openIn(directory)
  await store.alarm([RAISED, OF_A_LINE])
  await close(store)
  const file = new DatabaseSync(join(directory, 'meterd.db'))
  file.exec('UPDATE alarm SET severity = 3 WHERE sequence = 1')
  file.close()
  expect(verifyStore(join(directory, 'meterd.db'))).toMatchObject({ damaged: 1, faults: [] })
  const said: string[] = []
  const log = { ...silentLog, warn: (_: object, text: string) => void said.push(text) }
  const again = await openIn(directory, { batchRows: 1, limits: LIMITS }, log)
  await again.tend({ now: null, sinks: [] })
  expect((await again.sizes()).damaged).toBe(1)
  expect(said).toEqual(['row 1 of alarm does not match its checksum and is withheld'])
  expect(await standing(again)).toEqual([OF_A_LINE])
  await again.alarm([event({ of: 'm3' })])
  expect((await again.alarmsAfter(0, 10)).map(({ sequence }) => sequence)).toEqual([2, 3])
})

test('PR-07 alarms go on in the store that is rescued from a damaged one', async () => {
  const directory = newDirectory()
  const store = await openIn(directory)
  await store.accept(roundOf('m1', {}))
  await store.alarm([RAISED, OF_A_LINE, CLEARED])
  await close(store)
  const path = join(directory, 'meterd.db')
  const bytes = readFileSync(path)
  bytes.fill(0xa5, 0, 100)
  writeFileSync(path, bytes)
  const again = await openIn(directory)
  expect(again.epoch).toBeGreaterThan(1_700_000_000)
  expect(await standing(again, 0)).toEqual([OF_A_LINE, CLEARED])
  await again.alarm([RAISED])
  expect((await again.alarmsAfter(3, 10)).map(({ sequence }) => sequence)).toEqual([4])
})

test('PR-86 a store of the schema before goes on without alarms, and takes them', async () => {
  const directory = newDirectory()
  const first = await openIn(directory)
  await first.accept(roundOf('m1', {}))
  await close(first)
  const file = new DatabaseSync(join(directory, 'meterd.db'))
  file.exec(backToSchema(5))
  file.close()
  const store = await openIn(directory)
  expect(store.epoch).toBe(1)
  await store.alarm([RAISED])
  expect(await standing(store)).toEqual([RAISED])
})

test('what is older than bills are kept goes, but for what stands, and numbers go on', async () => {
  const directory = newDirectory()
  const store = await openIn(directory, { batchRows: 1, limits: LIMITS })
  await store.alarm([
    OF_A_LINE,
    RAISED,
    CLEARED,
    event({ event: 'reopened', opened: 2 }),
    event({ of: 'm2' }),
  ])
  const now = NOON + 2 * DAY
  await store.alarm([{ ...CLEARED, of: 'm2', at: now }, event({ of: 'm3' })])
  await store.tend({ now: null, sinks: [] })
  expect(await store.alarmsAfter(0, 100)).toHaveLength(7)
  await store.tend({ now, sinks: [] })
  const left = (await store.alarmsAfter(0, 100)).map(
    ({ sequence, event: what, of }) => `${sequence} ${what} ${of}`,
  )
  expect(left).toEqual(['1 raised a', '4 reopened m1', '6 cleared m2', '7 raised m3'])
  await store.alarm([{ ...CLEARED, of: 'm3' }])
  expect((await store.alarmsAfter(7, 100)).map(({ sequence }) => sequence)).toEqual([8])
})
