import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/core/random.ts'
import { createDispatcher } from '../../src/publish/dispatcher.ts'
import { wholeRounds } from '../../src/publish/read-ahead.ts'
import type { Delivery, Sink, SinkFault } from '../../src/publish/sink.ts'
import type { Item } from '../../src/store/store.ts'
import { type ArrayStore, arrayStore, changeOf, hastyClock, listLog, until } from './changes.ts'

const DOWN: SinkFault = { code: 'SINK_UNREACHABLE', text: 'nobody answers' }

function accept(batch: readonly Item[]): Delivery {
  return { accepted: batch.map(one => one.sequence), rejected: [] }
}

function refuse(_batch: readonly Item[]): Delivery {
  return { accepted: [], rejected: [], fault: DOWN }
}

function numbers(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

function sinkOf(
  deliver: (batch: readonly Item[]) => Delivery | Promise<Delivery>,
  name = 'test',
  most = 100,
) {
  const batches: number[][] = []
  let heard: (fault: SinkFault | null) => void = () => {}
  const sink: Sink = {
    name,
    batch: { most, lingerMs: 0 },
    async start(hear) {
      heard = hear
    },
    async deliver(batch) {
      batches.push(batch.map(one => one.sequence))
      return deliver(batch)
    },
    async stop() {},
  }
  return { sink, batches, hear: (fault: SinkFault | null) => heard(fault) }
}

function dispatcherOf(sink: Sink, store: ArrayStore) {
  const log = listLog()
  const parts = { sink, store, clock: hastyClock(50), random: seededRandom(7), log }
  return { dispatcher: createDispatcher(parts), log }
}

describe('the dispatcher', () => {
  test('delivers what was owed at the start, then what it is woken for, in order', async () => {
    const store = arrayStore(250)
    store.cursors.set('test', 20)
    const { sink, batches } = sinkOf(accept)
    const { dispatcher } = dispatcherOf(sink, store)
    await dispatcher.start()
    expect(await until(() => dispatcher.status().owed === 0)).toBe(true)
    store.changes.push(changeOf(251), changeOf(252))
    dispatcher.wake(252)
    expect(await until(() => dispatcher.status().cursor === 252)).toBe(true)
    await dispatcher.stop()
    expect(batches.flat()).toEqual(Array.from({ length: 232 }, (_, index) => index + 21))
    expect(batches.every(batch => batch.length <= 100)).toBe(true)
    expect(store.cursors.get('test')).toBe(252)
    expect(dispatcher.status()).toMatchObject({ state: 'idle', delivered: 232, rejected: 0, fault: null })
  })

  test('reads ahead while it delivers, and never delivers what a rewind has made old', async () => {
    const store = arrayStore(1_000)
    const asked: number[] = []
    const watched: ArrayStore = {
      ...store,
      changesAfter: (sequence, limit) => {
        asked.push(sequence)
        return store.changesAfter(sequence, limit)
      },
    }
    const underWay = Promise.withResolvers<void>()
    const { sink, batches } = sinkOf(async batch => {
      if (batch[0]?.sequence === 100) await underWay.promise
      return accept(batch)
    })
    const { dispatcher } = dispatcherOf(sink, watched)
    await dispatcher.start()
    expect(await until(() => batches.length === 2)).toBe(true)
    expect(asked).toEqual([0, 99, 198])
    const sent = dispatcher.resend({ from: 51 })
    underWay.resolve()
    expect(await sent).toMatchObject({ cursor: 50 })
    expect(await until(() => dispatcher.status().owed === 0)).toBe(true)
    await dispatcher.stop()
    const wanted = [...Array(198).keys(), ...Array.from({ length: 950 }, (_, index) => index + 50)]
    expect(batches.flat()).toEqual(wanted.map(index => index + 1))
  })

  test('PR-08 PR-10: in a new epoch the receivers are told first what was delivered in an earlier one', async () => {
    const store = { ...arrayStore(8), epoch: 7 }
    store.cursors.set('test', 5)
    const items: Item[] = []
    const { sink, batches } = sinkOf(batch => {
      items.push(...batch)
      return accept(batch)
    })
    const { dispatcher } = dispatcherOf(sink, store)
    await dispatcher.start()
    expect(await until(() => dispatcher.status().owed === 0)).toBe(true)
    await dispatcher.stop()
    expect(items[0]).toEqual({ first: 1, sequence: 5 })
    expect(batches.flat()).toEqual([5, 6, 7, 8])
    expect(dispatcher.status()).toMatchObject({ cursor: 8, owed: 0 })
  })

  test('PR-15: a sink that hangs delays no other', async () => {
    const store = arrayStore(300)
    const slow = sinkOf(() => new Promise<Delivery>(() => {}), 'slow')
    const fast = sinkOf(accept, 'fast')
    const first = dispatcherOf(slow.sink, store)
    const second = dispatcherOf(fast.sink, store)
    await first.dispatcher.start()
    await second.dispatcher.start()
    expect(await until(() => second.dispatcher.status().owed === 0, 2000)).toBe(true)
    expect(first.dispatcher.status()).toMatchObject({ state: 'delivering', cursor: 0, owed: 300 })
    expect(slow.batches).toHaveLength(1)
    await second.dispatcher.stop()
  })

  test('PR-13: advances over the contiguous prefix only, and takes nothing unmentioned for delivered', async () => {
    const store = arrayStore(10)
    const answers: Delivery[] = [
      { accepted: [1, 2, 3, 5, 6], rejected: [], fault: DOWN },
      { accepted: [4, 5], rejected: [], fault: DOWN },
    ]
    const { sink, batches } = sinkOf(batch => answers.shift() ?? accept(batch))
    const { dispatcher } = dispatcherOf(sink, store)
    await dispatcher.start()
    expect(await until(() => dispatcher.status().cursor === 10)).toBe(true)
    await dispatcher.stop()
    expect(batches.map(batch => batch[0])).toEqual([1, 4, 6])
    expect(dispatcher.status().delivered).toBe(10)
  })

  test('PR-14: poison is parked with the sink’s words, beyond a gap only once the gap is closed', async () => {
    const store = arrayStore(6)
    const answers: Delivery[] = [
      {
        accepted: [1, 4, 6],
        rejected: [
          { sequence: 2, reason: 'two' },
          { sequence: 5, reason: 'five' },
        ],
        fault: DOWN,
      },
    ]
    const { sink } = sinkOf(batch => answers.shift() ?? accept(batch))
    const { dispatcher, log } = dispatcherOf(sink, store)
    await dispatcher.start()
    expect(await until(() => dispatcher.status().cursor === 6)).toBe(true)
    await dispatcher.stop()
    expect([...store.parked]).toEqual([[2, 'two']])
    expect(dispatcher.status()).toMatchObject({ delivered: 5, rejected: 1 })
    expect(log.lines.filter(line => line.level === 'error')).toHaveLength(1)
  })

  test('an outage is said once, with a remedy, and so is its end, with what is owed', async () => {
    const store = arrayStore(30)
    let down = true
    const { sink, batches } = sinkOf(batch => (down ? refuse(batch) : accept(batch)))
    const { dispatcher, log } = dispatcherOf(sink, store)
    await dispatcher.start()
    expect(await until(() => batches.length >= 4)).toBe(true)
    expect(dispatcher.status()).toMatchObject({ state: 'failing', owed: 30, fault: DOWN })
    down = false
    expect(await until(() => dispatcher.status().owed === 0)).toBe(true)
    await dispatcher.stop()
    expect(log.lines.map(line => line.level)).toEqual(['warn', 'info'])
    expect(log.lines[0]).toMatchObject({ context: { sinkId: 'test', code: 'SINK_UNREACHABLE', count: 30 } })
    expect(log.lines[0]?.context.hint).toContain('check the address')
  })

  test('news does not cut a back-off short, the server coming back does', async () => {
    const store = arrayStore(3)
    let down = true
    const { sink, batches, hear } = sinkOf(batch => (down ? refuse(batch) : accept(batch)))
    const log = listLog()
    const clock = { ...hastyClock(1), after: () => () => {} }
    const dispatcher = createDispatcher({ sink, store, clock, random: seededRandom(1), log })
    await dispatcher.start()
    await until(() => batches.length === 1)
    store.changes.push(changeOf(4))
    dispatcher.wake(4)
    expect(await until(() => batches.length > 1, 100)).toBe(false)
    down = false
    hear(null)
    expect(await until(() => dispatcher.status().owed === 0, 1000)).toBe(true)
    await dispatcher.stop()
  })

  test('PR-83: stops within seconds while a delivery hangs, and keeps it owed', async () => {
    const store = arrayStore(5)
    let release: (delivery: Delivery) => void = () => {}
    const { sink } = sinkOf(() => new Promise<Delivery>(resolve => (release = resolve)))
    const stopping = { ...sink, stop: async () => release(refuse(store.changes)) }
    const { dispatcher } = dispatcherOf(stopping, store)
    await dispatcher.start()
    await until(() => dispatcher.status().state === 'delivering')
    await dispatcher.stop()
    expect(store.cursors.get('test') ?? 0).toBe(0)
    expect(dispatcher.status()).toMatchObject({ cursor: 0, owed: 5 })
  })

  test('a sink or store that throws is an outage, not the end', async () => {
    const store = arrayStore(5)
    let broken = 2
    const { sink } = sinkOf(batch => {
      broken -= 1
      if (broken >= 0) throw new Error('bug')
      return accept(batch)
    })
    const { dispatcher, log } = dispatcherOf(sink, store)
    await dispatcher.start()
    expect(await until(() => dispatcher.status().owed === 0)).toBe(true)
    await dispatcher.stop()
    expect(log.lines.map(line => line.level)).toEqual(['warn', 'info'])
  })

  test('PR-12: begins again at a number once what is under way is finished, never further on than it was', async () => {
    const store = arrayStore(30)
    let release: (delivery: Delivery) => void = () => {}
    let hang = false
    const { sink, batches } = sinkOf(batch =>
      hang ? new Promise<Delivery>(resolve => (release = resolve)) : accept(batch),
    )
    const { dispatcher } = dispatcherOf(sink, store)
    await dispatcher.start()
    await until(() => dispatcher.status().owed === 0)
    hang = true
    store.changes.push(changeOf(31))
    dispatcher.wake(31)
    await until(() => batches.length === 2)
    const asked = dispatcher.resend({ from: 12 })
    hang = false
    release(accept([changeOf(31)]))
    expect(await asked).toMatchObject({ cursor: 11, owed: 20, parked: null })
    expect(await until(() => dispatcher.status().owed === 0)).toBe(true)
    expect(batches).toEqual([numbers(1, 30), [31], numbers(12, 31)])
    expect(await dispatcher.resend({ from: 31 })).toMatchObject({ cursor: 30 })
    await until(() => dispatcher.status().owed === 0)
    await expect(dispatcher.resend({ from: 32 })).rejects.toMatchObject({ code: 'ASK_INVALID' })
    await dispatcher.stop()
    expect(store.cursors.get('test')).toBe(31)
    await expect(dispatcher.resend({ from: 1 })).rejects.toMatchObject({ code: 'SINK_UNREACHABLE' })
  })

  test('PR-12: a sink that is down begins again further back, and is tried at once', async () => {
    const store = arrayStore(10)
    store.cursors.set('test', 8)
    let down = true
    const { sink, batches } = sinkOf(batch => (down ? refuse(batch) : accept(batch)))
    const clock = { ...hastyClock(1), after: () => () => {} }
    const dispatcher = createDispatcher({ sink, store, clock, random: seededRandom(1), log: listLog() })
    await dispatcher.start()
    await until(() => batches.length === 1)
    down = false
    expect(await dispatcher.resend({ from: 3 })).toMatchObject({ cursor: 2, owed: 8 })
    expect(await until(() => dispatcher.status().owed === 0)).toBe(true)
    expect(batches).toEqual([[9, 10], numbers(3, 10)])
    await dispatcher.stop()
  })

  test('PR-14: what was parked is offered again; accepted it is parked no longer, refused it stays one item', async () => {
    const store = arrayStore(6)
    let poison = [2, 4, 5]
    const picky = (batch: readonly Item[]): Delivery => ({
      accepted: batch.map(one => one.sequence).filter(sequence => !poison.includes(sequence)),
      rejected: poison.map(sequence => ({ sequence, reason: `no ${sequence}, ${poison.length}` })),
    })
    const { sink, batches } = sinkOf(picky)
    const { dispatcher } = dispatcherOf(sink, store)
    await dispatcher.start()
    await until(() => dispatcher.status().cursor === 6)
    expect([...store.parked.keys()]).toEqual([2, 4, 5])
    poison = [4]
    const asked = await dispatcher.resend({ parked: true })
    expect(asked).toEqual({ cursor: 6, owed: 0, parked: { accepted: 2, refused: 1, fault: null } })
    expect(batches.at(-1)).toEqual([2, 4, 5])
    expect([...store.parked]).toEqual([[4, 'no 4, 1']])
    await dispatcher.stop()
  })

  test('PR-14: what could not be sent stays parked, and the reason is told', async () => {
    const store = arrayStore(3)
    store.cursors.set('test', 3)
    for (const sequence of [1, 2, 3]) store.parked.set(sequence, 'once')
    const { sink } = sinkOf(() => ({ accepted: [1], rejected: [], fault: DOWN }))
    const { dispatcher } = dispatcherOf(sink, store)
    await dispatcher.start()
    const { parked } = await dispatcher.resend({ parked: true })
    expect(parked).toEqual({ accepted: 1, refused: 0, fault: DOWN })
    expect([...store.parked.keys()]).toEqual([2, 3])
    await dispatcher.stop()
  })

  test('a full batch ends with a whole round, unless one round fills it', () => {
    const changes = [1, 2, 3, 4, 5].map(sequence => changeOf(sequence))
    expect(wholeRounds(changes, 5).map(one => one.sequence)).toEqual([1, 2, 3])
    expect(wholeRounds(changes, 6)).toBe(changes)
    const one = changes.map(change => ({ ...change, round: 9 }))
    expect(wholeRounds(one, 5)).toBe(one)
  })
})
