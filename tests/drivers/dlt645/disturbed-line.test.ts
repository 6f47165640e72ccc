/** Whole conversations over a disturbed line: what is read is right, or there is nothing; and they end. */

import { describe, expect, it } from 'vitest'
import { driver2007 } from '../../../drivers/dlt645/driver.ts'
import { type Random, seededRandom } from '../../../src/core/random.ts'
import type { Conversation, RawRead, ReadResult } from '../../../src/driver-api/driver.ts'
import { PRIORITY } from '../../../src/line/line.ts'
import { createMeter } from '../../../src/simulator/meter.ts'
import { createMeter2007 } from '../../../src/simulator/meter-2007.ts'
import { report } from '../../prove/report.ts'
import { memoryLine } from '../../support/memory-line.ts'
import { ROUND_BLOCKS, roundOf } from '../../support/nightly-round.ts'
import { rounds } from '../../support/rounds.ts'
import { virtualClock } from '../../support/virtual-clock.ts'
import { callOf } from './bench-meter.ts'
import { MUTATIONS } from './mutations.ts'
import { candidatesIn } from './naive-reader.ts'

const ADDRESS = '000000000161'
const NOW = Date.UTC(2026, 10, 21, 18, 30, 15)
const RETRIES = { silent: 1, silentOnceAnswered: 1, damaged: 2 }
/** More than any conversation of the round needs, with every retry and every block refused. */
const MOST_REQUESTS = 45 * 4

const { freeze, points } = roundOf(item => driver2007.describe(item))

type Chunk = readonly [ms: number, bytes: Uint8Array]

/** A line to a simulated meter whose answers go through `disturb`, in chunks with their delay. */
async function lineWith(disturb: (reply: Uint8Array) => readonly Chunk[]) {
  const clock = virtualClock()
  const slave = createMeter2007(
    createMeter({ seed: 7, protocol: 'dlt645-2007', address: ADDRESS, phases: 3, offsetMinutes: 480 }),
  )
  const { line, hear } = memoryLine(
    clock,
    bytes => {
      const reply = slave.answer(bytes.slice(bytes.indexOf(0x68)), NOW)
      for (const [ms, chunk] of reply ? disturb(reply) : []) clock.after(ms, () => hear(chunk))
    },
    { id: 'disturbed', replyWithinMs: 500 },
  )
  line.start()
  await clock.pass(0)
  async function hold(conversation: Conversation<ReadResult>) {
    let talked: Awaited<ReturnType<typeof line.converse<ReadResult>>> | null = null
    void line
      .converse({ driver: driver2007, conversation, priority: PRIORITY.poll, meter: 'm', retries: RETRIES })
      .then(result => {
        talked = result
      })
    for (let minutes = 0; talked === null && minutes < 60; minutes++) await clock.pass(60_000)
    if (talked === null) throw new Error('the conversation has not ended in an hour')
    return talked as Awaited<ReturnType<typeof line.converse<ReadResult>>>
  }
  return hold
}

const call = () => callOf({ blocks: ROUND_BLOCKS }, ADDRESS)
const conversations = [() => driver2007.readFreeze!(call(), freeze), () => driver2007.read(call(), points)]

const keyOf = ({ point }: RawRead) => `${point.item}/${point.place}`
const saidOf = (read: RawRead) =>
  'value' in read
    ? JSON.stringify([read.value, read.stampedAt], (_, value) =>
        typeof value === 'bigint' ? `${value}` : value,
      )
    : null

/** How an answer comes, and whether anything false in it is whole. */
function disturbed(reply: Uint8Array, before: Uint8Array, random: Random) {
  const kind = MUTATIONS[random.integer(MUTATIONS.length)]!
  const frame = reply.slice(reply.indexOf(0x68))
  const ways: readonly (() => Chunk[])[] = [
    () => [[20, reply]],
    () => [[20, kind.damage(frame, random, before)]],
    () => [[20, kind.damage(frame, random, before)]],
    () => [],
    () => [
      [20, random.bytes(random.integer(40))],
      [22, reply],
    ],
    () => [
      [20, reply],
      [25, reply],
    ],
    () => [
      [20, before],
      [40, reply],
    ],
    () => [
      [20, reply.slice(0, 9)],
      [60, reply.slice(9)],
    ],
    () => [[3_000, reply]],
  ]
  const chunks = ways[random.integer(ways.length)]!()
  const bytes = Uint8Array.from(chunks.flatMap(([, chunk]) => [...chunk]))
  const sent = [frame, before].map(whole => Buffer.from(whole).toString('hex'))
  const isFalse = candidatesIn(bytes).some(
    ({ start, end }) => !sent.includes(Buffer.from(bytes.subarray(start, end)).toString('hex')),
  )
  return { chunks, isFalse }
}

describe('V-F1 to V-F8 a conversation over a disturbed line', () => {
  it('gives true values or none, and ends within its requests', async () => {
    const truthful = await lineWith(reply => [[20, reply]])
    const truth = new Map<string, string | null>()
    for (const start of conversations)
      for (const read of (await truthful(start())).result.reads) truth.set(keyOf(read), saidOf(read))
    expect([...truth.values()].filter(said => said !== null).length).toBeGreaterThan(25)

    const { seed, numRuns } = rounds(24_000, 150)
    const random = seededRandom(seed)
    const tally = {
      conversations: 0,
      requests: 0,
      values: 0,
      'false frames the sum let through': 0,
      'wrong values by them': 0,
    }
    for (let run = 0; run < numRuns; run++) {
      let passed = 0
      let before = Uint8Array.of(0x68)
      const hold = await lineWith(reply => {
        if (random.integer(3) === 0) return [[20, reply]]
        const { chunks, isFalse } = disturbed(reply, before, random)
        passed += Number(isFalse)
        before = reply.slice(reply.indexOf(0x68))
        return chunks
      })
      for (const start of conversations) {
        passed = 0
        const { result, exchanges } = await hold(start())
        const wrong = result.reads.filter(
          read => saidOf(read) !== null && saidOf(read) !== truth.get(keyOf(read)),
        )
        if (passed === 0) expect(wrong.map(read => [keyOf(read), saidOf(read)])).toEqual([])
        expect(exchanges.length).toBeLessThan(MOST_REQUESTS)
        tally.conversations += 1
        tally.requests += exchanges.length
        tally.values += result.reads.length
        tally['false frames the sum let through'] += passed
        tally['wrong values by them'] += wrong.length
      }
    }
    report('disturbed line', tally)
    expect(tally.values).toBeGreaterThan(tally.conversations)
  })
})
