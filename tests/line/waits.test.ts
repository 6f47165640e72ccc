/** What a line waits for after silence: no longer than its standard and its past ask for, and always long enough. */

import { describe, expect, test } from 'vitest'
import { driver2007 } from '../../drivers/dlt645/driver.ts'
import { requestBytes } from '../../drivers/dlt645/wire/frame.ts'
import type { Conversation, Driver, Frame, Request } from '../../src/driver-api/driver.ts'
import { PRIORITY } from '../../src/line/line.ts'
import { memoryLine } from '../support/memory-line.ts'
import { virtualClock } from '../support/virtual-clock.ts'

const SERIAL = 'serial:///dev/memory?baud=9600&parity=even'
const ITEM = Uint8Array.of(0, 0, 1, 0)
const CHARACTER_MS = 11_000 / 9_600
const QUIET_MS = 20
const RETRIES = { silent: 0, silentOnceAnswered: 0, damaged: 0 }

const question = (address: string, safeToRepeat = true): Request => ({
  bytes: requestBytes(address, 0x11, ITEM),
  safeToRepeat,
  whyNot: ({ bytes }) => (bytes[8] === 0x91 ? null : { rule: 'V-F3', text: 'no answer' }),
})

function* once(request: Request): Conversation<Frame | null> {
  return yield request
}

/** A line with meters 1 to 9; each answers after its delay, null for silence. */
async function bench(delays: (address: number, nth: number) => number | null, url = SERIAL) {
  const clock = virtualClock()
  const sent: number[] = []
  const { line, hear } = memoryLine(
    clock,
    bytes => {
      sent.push(clock.monotonic())
      const address = bytes[5] ?? 0
      const delayMs = delays(address, sent.length)
      const reply = requestBytes(
        String(address).padStart(12, '0'),
        0x91,
        Uint8Array.of(...ITEM, 1, 2, 3, 4),
        0,
      )
      if (delayMs !== null)
        clock.after((bytes.length + reply.length) * CHARACTER_MS + delayMs, () => hear(reply))
    },
    { url },
  )
  line.start()
  await clock.pass(0)
  async function ask(address: number, change: { driver?: Driver; safeToRepeat?: boolean } = {}) {
    const name = String(address).padStart(12, '0')
    const talked = line.converse({
      driver: change.driver ?? driver2007,
      conversation: once(question(name, change.safeToRepeat)),
      priority: PRIORITY.poll,
      meter: name,
      retries: RETRIES,
    })
    await clock.pass(20_000)
    return (await talked).fault?.code ?? 'answered'
  }
  /** From one question that is silent to the next, which waited for it. */
  async function silenceCosts(first: number, second: number, change: { safeToRepeat?: boolean } = {}) {
    const names = [first, second].map(address => String(address).padStart(12, '0'))
    const talks = names.map(name =>
      line.converse({
        driver: driver2007,
        conversation: once(question(name, change.safeToRepeat)),
        priority: PRIORITY.poll,
        meter: name,
        retries: RETRIES,
      }),
    )
    await clock.pass(20_000)
    await Promise.all(talks)
    const [before = 0, after = 0] = sent.slice(-2)
    return after - before - question(names[0] ?? '').bytes.length * CHARACTER_MS
  }
  return { clock, line, sent, ask, silenceCosts }
}

const KNOWN = 25

describe('after a silence', () => {
  test('of a known meter on a wire of our own the next is asked as soon as its standard lets it answer no more', async () => {
    const { ask, silenceCosts } = await bench((address, nth) => (address === 1 && nth > KNOWN ? null : 30))
    for (let nth = 0; nth < KNOWN; nth++) expect(await ask(1)).toBe('answered')
    // A little more than 30 ms counts to what takes up to 50.
    expect(await silenceCosts(1, 2)).toBeCloseTo(500 + 50, -1)
  })

  test('V-F8 of one that is not known, after all the time of its driver', async () => {
    const { silenceCosts } = await bench(address => (address === 1 ? null : 30))
    expect(await silenceCosts(1, 2)).toBeGreaterThanOrEqual(2_000)
  })

  test('V-F8 of what must not be repeated, and behind a socket, after all that and a second', async () => {
    const silentLater = (address: number, nth: number) => (address === 1 && nth > KNOWN ? null : 30)
    const order = await bench(silentLater)
    for (let nth = 0; nth < KNOWN; nth++) await order.ask(1)
    expect(await order.silenceCosts(1, 2, { safeToRepeat: false })).toBeGreaterThanOrEqual(3_000)
    const socket = await bench(silentLater, 'tcp://127.0.0.1:1')
    for (let nth = 0; nth < KNOWN; nth++) await socket.ask(1)
    expect(await socket.silenceCosts(1, 2)).toBeGreaterThanOrEqual(1_500)
  })

  test('V-F8 on a line with a slow meter, after twice what that takes', async () => {
    const { ask, silenceCosts } = await bench((address, nth) =>
      address === 1 && nth > 2 * KNOWN ? null : address === 3 ? 1_400 : 30,
    )
    for (let nth = 0; nth < KNOWN; nth++) await ask(1)
    for (let nth = 0; nth < KNOWN; nth++) expect(await ask(3)).toBe('answered')
    expect(await silenceCosts(1, 2)).toBeGreaterThanOrEqual(2_800)
  })

  test('a meter that has become slow is not lost', async () => {
    const { ask } = await bench((_, nth) => (nth > KNOWN ? 1_500 : 30))
    for (let nth = 0; nth < KNOWN; nth++) await ask(1)
    const seen: string[] = []
    for (let nth = 0; nth < 4; nth++) seen.push(await ask(1))
    expect(seen).toContain('answered')
  })
})

test('between two conversations lies the pause the driver asks for and nothing else', async () => {
  const { clock, line, sent } = await bench(() => 30)
  const talks = [1, 2, 3, 4].map(address =>
    line.converse({
      driver: driver2007,
      conversation: once(question(String(address).padStart(12, '0'))),
      priority: PRIORITY.poll,
      meter: `m${address}`,
      retries: RETRIES,
    }),
  )
  await clock.pass(5_000)
  await Promise.all(talks)
  const exchangeMs = (20 + 20) * CHARACTER_MS + 30
  for (const [index, at] of sent.entries())
    if (index > 0) expect(at - (sent[index - 1] ?? 0) - exchangeMs).toBeLessThanOrEqual(QUIET_MS + 1)
})
