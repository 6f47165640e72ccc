/** A real line to a simulated DL/T 645 meter in virtual time, for orders: what leaves when, and what is done to answers. */

import { driver1997, driver2007 } from '../../drivers/dlt645/driver.ts'
import { silentLog } from '../../src/core/log.ts'
import type { SimulatedQuirks } from '../../src/core/simulated.ts'
import type { Conversation, Traits } from '../../src/driver-api/driver.ts'
import type { RelayOrder } from '../../src/driver-api/relay.ts'
import { type Conversed, type createLine, PRIORITY, type Priority } from '../../src/line/line.ts'
import { createMeter } from '../../src/simulator/meter.ts'
import { createMeter1997 } from '../../src/simulator/meter-1997.ts'
import { createMeter2007 } from '../../src/simulator/meter-2007.ts'
import { frameBytes } from '../drivers/dlt645/bench-meter.ts'
import { anyPass } from './any-pass.ts'
import { memoryLine } from './memory-line.ts'
import { virtualClock } from './virtual-clock.ts'

export const METER = '000000001234'
/** As printed, and as it stands on the wire: low byte first, 33H added. */
export const PASSWORD = '735190'
export const PASSWORD_ON_WIRE = 'C384A6'
export const OPERATOR = '87654321'
const RETRIES = { silent: 1, silentOnceAnswered: 1, damaged: 2 }

/** What of a request reaches the meter, and what comes back: pieces with their delay, or the end of the link. */
export interface Way {
  /** False: the meter never hears it. */
  readonly isHeard: boolean
  readonly back: readonly (readonly [afterMs: number, bytes: Uint8Array | 'closed'])[]
}

export interface Sent {
  readonly at: number
  /** Without the preamble. */
  readonly frame: Uint8Array
  readonly isOrder: boolean
}

export interface RelayBenchParts {
  readonly protocol?: 'dlt645-2007' | 'dlt645-1997'
  readonly quirks?: SimulatedQuirks
  readonly traits?: Traits
  /** Given the frame and the answer the meter would give; heard and answered after 100 ms where nothing is said. */
  readonly way?: (sent: Sent, answer: () => Uint8Array | null, bench: RelayBench) => Way | null
}

export interface RelayBench {
  readonly clock: ReturnType<typeof virtualClock>
  readonly meter: ReturnType<typeof createMeter>
  readonly driver: typeof driver2007
  readonly sent: readonly Sent[]
  readonly logged: readonly string[]
  readonly line: ReturnType<typeof createLine>
  /** An order as made now. */
  order(given: Partial<RelayOrder>): RelayOrder
  call(): { address: string; sequence: () => number; traits: Traits; refusedBefore: Set<string> }
  converse<Result>(conversation: Conversation<Result>, priority?: Priority): Promise<Conversed<Result>>
  /** Lets time pass until it has ended. */
  ended<Result>(conversed: Promise<Conversed<Result>>): Promise<Conversed<Result>>
  hear(bytes: Uint8Array): void
  drop(): void
}

export function isOrderFrame(frame: Uint8Array): boolean {
  return [0x1c, 0x14, 0x04].includes(frame[8] ?? 0)
}

export async function relayBench(parts: RelayBenchParts = {}): Promise<RelayBench> {
  const { protocol = 'dlt645-2007', quirks = {}, traits = {} } = parts
  const clock = virtualClock(Date.UTC(2026, 10, 21, 4, 30, 15))
  const driver = protocol === 'dlt645-2007' ? driver2007 : driver1997
  const meter = createMeter({ seed: 7, protocol, address: METER, phases: 1, offsetMinutes: 480 })
  const slave = protocol === 'dlt645-2007' ? createMeter2007(meter, quirks) : createMeter1997(meter, quirks)
  learnPassword(frame => slave.answer(frame, clock.now()), protocol)
  const sent: Sent[] = []
  const logged: string[] = []
  const say = (context: unknown, text: string) => logged.push(`${text} ${JSON.stringify(context)}`)

  const { line, hear, drop } = memoryLine(
    clock,
    bytes => {
      const frame = bytes.slice(bytes.indexOf(0x68))
      const one = { at: clock.now(), frame, isOrder: isOrderFrame(frame) }
      sent.push(one)
      let heard: Uint8Array | null | undefined
      const answer = () => {
        heard = heard === undefined ? slave.answer(frame, clock.now()) : heard
        return heard
      }
      const way = parts.way?.(one, answer, bench) ?? usual(answer())
      if (way.isHeard) answer()
      for (const [afterMs, piece] of way.back)
        clock.after(afterMs, () => (piece === 'closed' ? bench.drop() : hear(piece)))
    },
    {
      id: 'relay',
      replyWithinMs: 500,
      log: { ...silentLog, isLevelEnabled: () => true, trace: say, info: say, warn: say },
    },
  )

  const bench: RelayBench = {
    clock,
    meter,
    driver,
    sent,
    logged,
    line,
    order(given) {
      const madeAt = clock.monotonic()
      return {
        action: 'open',
        authority: { level: '02', password: PASSWORD, operator: OPERATOR },
        validForSeconds: 300,
        ageMs: () => clock.monotonic() - madeAt,
        ...given,
      }
    },
    call: () => ({ address: METER, sequence: () => 0, traits, refusedBefore: new Set() }),
    converse: (conversation, priority = PRIORITY.order) =>
      line.converse({ driver, conversation, priority, meter: METER, retries: RETRIES, pass: anyPass() }),
    async ended(conversed) {
      let isOver = false
      void conversed.finally(() => {
        isOver = true
      })
      for (let seconds = 0; !isOver && seconds < 3_600; seconds += 5) await clock.pass(5_000)
      if (!isOver) throw new Error('the conversation has not ended in an hour')
      return await conversed
    },
    hear,
    drop: () => drop('cut'),
  }
  line.start()
  await clock.pass(0)
  return bench
}

function usual(answer: Uint8Array | null): Way {
  return { isHeard: true, back: answer ? [[100, answer]] : [] }
}

/** Every level that orders and writes takes PASSWORD; 000000 as delivered asks for the change. */
function learnPassword(tell: (frame: Uint8Array) => Uint8Array | null, protocol: string): void {
  const fresh = [...PASSWORD.matchAll(/../g)].map(([two]) => Number.parseInt(two, 16)).reverse()
  for (const level of [0, 2, 3, 4]) {
    const data = [level, 0, 0, 0, level, ...fresh]
    const answer =
      protocol === 'dlt645-2007'
        ? tell(frameBytes(METER, 0x18, Uint8Array.from([level + 1, 0x0c, 0x00, 0x04, ...data])))
        : level <= 2
          ? tell(frameBytes(METER, 0x0f, Uint8Array.from(data)))
          : null
    const control = answer?.[answer.indexOf(0x68) + 8] ?? 0
    if (control & 0x40) throw new Error(`the simulated meter took no password for level ${level}`)
  }
}
