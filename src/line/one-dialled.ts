/** A port opened for one box only, as long as a verb at a terminal wants it. */

import { systemClock } from '../core/clock.ts'
import { Fault } from '../core/faults.ts'
import type { ListenUrl } from '../core/line-url.ts'
import { silentLog } from '../core/log.ts'
import { systemRandom } from '../core/random.ts'
import { MINUTE, SECOND } from '../core/time.ts'
import { createDialIn } from './dial-in.ts'
import type { Transport } from './transport.ts'

/** Boxes dial again after a minute or two at the latest; whoever waits at a terminal is told then. */
const WAITS_MS = 3 * MINUTE
const REGISTERS_WITHIN_MS = 15 * SECOND
const CONNECTIONS = 16

export function createOneDialled({ host, port, dtu }: ListenUrl): Transport {
  const listener = createDialIn({
    host,
    port,
    dtus: [dtu],
    registration: {
      packet: { before: [], named: true, after: [] },
      identity: 'text',
      answer: null,
      withinMs: REGISTERS_WITHIN_MS,
    },
    heartbeats: [],
    from: [],
    connections: CONNECTIONS,
    perAddress: CONNECTIONS,
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
  })
  const { awaited, interjections, open, write, close, unsent, drop } = listener.transportOf(dtu)
  return {
    async open(ears) {
      await listener.start()
      const gaveUp = new AbortController()
      const late = systemClock.sleep(listener.closed ? 0 : WAITS_MS, gaveUp.signal).then(() => {
        const { code, text } = awaited?.() ?? { code: 'DTU_AWAITED', text: 'the DTU did not dial in' }
        if (!gaveUp.signal.aborted) throw new Fault(code, text)
      })
      try {
        await Promise.race([open(ears), late])
      } finally {
        gaveUp.abort()
      }
    },
    write,
    async close() {
      await close()
      await listener.stop()
    },
    ...(unsent && { unsent }),
    ...(drop && { drop }),
    ...(interjections && { interjections }),
  }
}
