/** A store restored from a copy lacks the cuts made since: who is dark is looked for and told, and nothing is moved. */

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { HOUR, MINUTE } from '../../src/core/time.ts'
import { backUpStore } from '../../src/store/copies/backup.ts'
import { restoreStore } from '../../src/store/copies/restore.ts'
import { DATABASE_FILE } from '../../src/store/database.ts'
import { verifyIn } from '../../src/store/journal/verify.ts'
import { type Bench, whole } from '../support/whole-order.ts'

/** Backed up, then cut by an order; the backup is put back, and the meter list has another meter, which is not there. */
async function forgotten(): Promise<Bench & { readonly lines: readonly string[] }> {
  const bench = await whole()
  const { directory, clock, rules } = bench
  const file = join(directory, 'copy.db')
  await backUpStore(directory, file, { now: clock.now(), version: 'test' })
  await bench.armed()
  await bench.until('24T10:10')
  expect([bench.orderOf('O-1')?.state, bench.isOpen()]).toEqual(['confirmed', true])
  const [listed] = rules.meters.values()
  const meters = new Map([...rules.meters, ...(listed ? ([['m0009', listed]] as const) : [])])
  const { lines } = await bench.restarted({ meters }, {}, () =>
    restoreStore(directory, file, { now: clock.now(), by: 'local:test' }),
  )
  return Object.assign(bench, { lines })
}

test('P-15 PR-08 who was cut after the backup is seen open at the start and told, and a person restores them', async () => {
  const bench = await forgotten()
  const { clock, log, doors, ask, meter, NEW, frames, isOpen } = bench
  const sent = bench.sent.length
  await clock.pass(MINUTE)
  expect(bench.all()).toEqual([])
  const told = log.lines.filter(line => line.includes('seen open'))
  expect(told).toEqual([
    expect.stringMatching(/^m0001 is seen open, opened at .* by operator [0-9A-F]{8}, and no order/),
  ])
  expect((await doors.state()).search).toMatchObject({
    ...{ endedAt: null, unseen: ['m0009'] },
    open: [{ meter: 'm0001', operator: expect.stringMatching(/^[0-9A-F]{8}$/) }],
  })
  // Looked at once, by reads alone.
  const looked = bench.sent.length
  expect(looked).toBeGreaterThan(sent)
  await clock.pass(3 * HOUR)
  expect([bench.sent.length, frames(), isOpen()]).toEqual([looked, 1, true])
  const restore = { kind: 'restore', id: 'R-1', intended: 'close-allowed', cause: 'asked' } as const
  expect(await ask('li', { ...restore, ...NEW, confirmation: null })).toMatchObject({ state: 'requested' })
  await clock.pass(MINUTE)
  meter.relay.pressButton(clock.now())
  await clock.pass(MINUTE)
  expect([bench.orderOf('R-1')?.state, isOpen()]).toEqual(['restored', false])
  expect((await doors.state()).search?.open).toEqual([])
  await bench.close()
}, 120_000)

test('P-15 PR-50 who is restored while the store may lack their cut is restored by a frame, in a rehearsal too', async () => {
  const bench = await forgotten()
  const { clock, ask, meter, NEW, isOpen } = bench
  await bench.restarted({ isRehearsal: true })
  const restore = { kind: 'restore', intended: 'close-allowed', cause: 'asked', confirmation: null } as const
  expect(await ask('li', { ...restore, ...NEW, id: 'R-1' })).toMatchObject({ isRehearsal: false })
  await clock.pass(MINUTE)
  meter.relay.pressButton(clock.now())
  await clock.pass(MINUTE)
  expect([bench.orderOf('R-1')?.state, isOpen()]).toEqual(['restored', false])
  // Nobody misses an order of it any more.
  expect(await ask('li', { ...restore, ...NEW, id: 'R-2' })).toMatchObject({ isRehearsal: true })
  await bench.close()
}, 120_000)

test.each([
  ['before their relay is looked at', 0],
  ['after it was seen open', 10 * MINUTE],
])(
  'P-13 P-15 who was cut after the backup and pays %s has light, by one restore',
  async (_, later) => {
    const bench = await forgotten()
    const { clock, meter, pay, isOpen, doors } = bench
    await clock.pass(later)
    await pay()
    await clock.pass(MINUTE)
    meter.relay.pressButton(clock.now())
    await clock.pass(10 * MINUTE)
    expect(bench.all()).toMatchObject([
      { kind: 'restore', meter: 'm0001', account: '0001', state: 'restored', cause: 'payment' },
    ])
    expect([isOpen(), (await doors.state()).search?.open]).toEqual([false, []])
    await clock.pass(2 * HOUR)
    expect(bench.all()).toHaveLength(1)
    await bench.close()
  },
  120_000,
)

test('P-15 it is looked for again by a start that comes before its end, and then no more; never in the first life of a store', async () => {
  const bench = await forgotten()
  const { clock, log } = bench
  const begins = (lines: readonly string[]) =>
    lines.filter(line => line.includes('each relay is looked at once')).length
  expect(begins(bench.lines)).toBe(1)
  await clock.pass(MINUTE)
  expect(begins((await bench.restarted({})).lines)).toBe(1)
  await clock.pass(MINUTE)
  expect((await bench.doors.state()).search?.endedAt).not.toBeNull()
  const { lines } = await bench.restarted({})
  expect([begins(lines), begins(log.lines)]).toEqual([0, 0])
  expect((await bench.doors.state()).search?.open).toMatchObject([{ meter: 'm0001' }])
  await bench.close()

  const young = await whole()
  expect(begins((await young.restarted({})).lines)).toBe(0)
  expect((await young.doors.state()).search).toBeNull()
  await young.close()
}, 120_000)

test('P-15 whose cut the store knows is not told as if nobody did', async () => {
  const bench = await whole()
  const { directory, clock } = bench
  await bench.armed()
  await bench.until('24T10:10')
  const file = join(directory, 'copy.db')
  await backUpStore(directory, file, { now: clock.now(), version: 'test' })
  await bench.restarted({}, {}, () => restoreStore(directory, file, { now: clock.now(), by: 'local:test' }))
  await clock.pass(2 * MINUTE)
  expect((await bench.doors.state()).search).toMatchObject({ open: [], unseen: [] })
  expect(bench.log.lines.filter(line => line.includes('no order tells why: '))).toEqual([])
  await bench.close()
}, 120_000)

test('PR-65 orders that a restored copy has as they were before, or not at all, are no forgeries; what is taken away after that is found', async () => {
  const verified = ({ directory }: Bench) => {
    const file = new DatabaseSync(join(directory, DATABASE_FILE))
    const { findings } = verifyIn(file, { checkpoints: [], from: 1 })
    file.close()
    return findings.map(({ text }) => text)
  }
  const bench = await forgotten()
  expect(verified(bench)).toEqual([])
  await bench.close()

  const stepped = await whole()
  const copy = join(stepped.directory, 'copy.db')
  await stepped.armed()
  await backUpStore(stepped.directory, copy, { now: stepped.clock.now(), version: 'test' })
  await stepped.until('24T10:10')
  expect(stepped.orderOf('O-1')?.state).toBe('confirmed')
  await stepped.restarted({}, {}, () =>
    restoreStore(stepped.directory, copy, { now: stepped.clock.now(), by: 'local:test' }),
  )
  expect(verified(stepped)).toEqual([])
  await stepped.close()
  const file = new DatabaseSync(join(stepped.directory, DATABASE_FILE))
  file.exec("DELETE FROM supply WHERE id = 'O-1'")
  file.close()
  expect(verified(stepped)).toEqual([expect.stringMatching(/^order O-1, of which entry \d+ is the first/)])
}, 120_000)
