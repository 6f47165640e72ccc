/** A simulated bus: every meter on it hears every request, and the answers leave one after another. */

import type { Clock } from '../core/clock.ts'
import type { Random } from '../core/random.ts'
import type { SimulatedFaults } from '../core/simulated.ts'
import { createSpoiler, delayed, type Ledger } from './faults.ts'
import { type Asked, createIntake, type Intake } from './intake.ts'
import type { Dialect, Slave } from './slave.ts'
import { createWire } from './wire.ts'

export interface Bus {
  /** One master's way in; `write` carries answers back to it. */
  connect(write: (bytes: Uint8Array) => void): Intake
  stop(): void
}

export interface BusParts {
  /** Its place in the configuration, for the ledger. */
  readonly listener: number
  /** Slaves by the dialect they speak; a bus may mix them. */
  readonly slaves: ReadonlyMap<Dialect, readonly Slave[]>
  readonly faults: SimulatedFaults
  readonly replyDelayMs: readonly [least: number, most: number]
  readonly ledger: Ledger
  readonly clock: Clock
  readonly random: Random
}

interface Answer {
  readonly reply: Uint8Array
  /** Null for the line's own. */
  readonly turnAroundMs: number | null
  readonly lateMs: number
}

export function createBus(parts: BusParts): Bus {
  const { slaves, replyDelayMs, clock, random } = parts
  const dialects = [...slaves.keys()]
  const wire = createWire(clock, random, replyDelayMs)
  const intakes = new Set<Intake>()
  const spoilt = createSpoiler(parts)
  let previous: Uint8Array | null = null

  /** What the meters put on the wire together; two that answer at once spoil each other. */
  function answerOf({ dialect, request }: Asked, now: number): Answer | null {
    const heard = (slaves.get(dialect) ?? []).filter(slave => slave.hears(request))
    const answers = heard.flatMap(slave => {
      const reply = slave.answer(request, now)
      const lateMs = dialect.onlyAsks(request) ? 0 : (slave.ordersLateMs ?? 0)
      return reply === null ? [] : [{ reply, turnAroundMs: slave.turnAroundMs ?? null, lateMs }]
    })
    const [first] = answers
    // Whose answers collide begin together here, at the time of the first.
    return first ? { ...first, reply: answers.map(({ reply }) => reply).reduce(collide) } : null
  }

  function handle(asked: Asked, write: (bytes: Uint8Array) => void): void {
    const now = clock.now()
    const answer = wire.choked ? null : answerOf(asked, now)
    if (answer === null) return
    const { reply, turnAroundMs, lateMs } = answer
    const otherAnswer = () => {
      const request = asked.dialect.otherItem(asked.request)
      return request === null ? null : (answerOf({ ...asked, request }, now)?.reply ?? null)
    }
    const emissions = delayed(spoilt({ ...asked, reply, previous, otherAnswer }), lateMs)
    previous = reply
    wire.send(emissions, write, turnAroundMs ?? undefined)
  }

  return {
    connect(write) {
      let open = true
      const send = (bytes: Uint8Array) => {
        if (open) write(bytes)
      }
      const intake = createIntake(dialects, clock, asked => handle(asked, send))
      intakes.add(intake)
      return {
        receive: intake.receive,
        close() {
          open = false
          intake.close()
          intakes.delete(intake)
        },
      }
    },
    stop() {
      wire.stop()
      for (const intake of intakes) intake.close()
    },
  }
}

/** Two drivers on one pair of wires: where they differ the stronger level wins, here always 0. */
function collide(one: Uint8Array, other: Uint8Array): Uint8Array {
  const [long, short] = one.length >= other.length ? [one, other] : [other, one]
  return long.map((byte, index) => byte & (short[index] ?? 0xff))
}
