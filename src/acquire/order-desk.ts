/** The desk as those who carry out orders know it: what is no number is none, and who has no way to a meter is told by a fault. */

import { Fault } from '../core/faults.ts'
import type { Desk } from '../supply/order/desk.ts'
import type { Look } from '../supply/order/look.ts'
import type { RelayDesk } from './relay-desk.ts'
import type { RelayLook } from './relay-look.ts'
import { releaseOf } from './relay-release.ts'
import type { Told } from './relay-told.ts'

export interface OrderDeskParts {
  readonly desk: RelayDesk
  /** Of a meter in the meter list; an order for another address is none for it. */
  readonly addressOf: (meter: string) => string
  /** What became of each frame, with all bytes of its conversation, passwords replaced (P-12). */
  readonly told?: (
    of: { readonly order: string; readonly attempt: number; readonly meter: string },
    told: Told,
  ) => void
}

export function createOrderDesk({ desk, addressOf, told = () => undefined }: OrderDeskParts): Desk {
  return {
    async held(meter, urgency, work) {
      const held = await desk.held(meter, urgency, line =>
        work({
          look: async () => lookOf(await line.look()),
          whyNot: intended => desk.whyNot(meter, intended)?.text ?? null,
          async order({ order: id, attempt, intended, operator, deadline, mayLeave }) {
            const address = addressOf(meter)
            const sent = { deadline, operator }
            const sending = {
              id,
              state: 'sending',
              attempts: attempt,
              meter,
              address,
              intended,
              sent,
            } as const
            const whyStay = () => (mayLeave() ? null : FORBIDDEN)
            const became = await line.order(releaseOf(sending, whyStay))
            told({ order: id, attempt, meter }, became)
            return { outcome: became.outcome, text: textOf(became), look: became.after }
          },
        }),
      )
      if (held.isHeld) return held.result
      throw new Fault(held.why.code, held.why.text)
    },
  }
}

const FORBIDDEN = { code: 'ORDER_EXPIRED', text: 'what it rested on has changed; it was not sent' } as const

/** A number is believed of one meter only, and a register where it can have come to what it shows. */
function lookOf({ identity, consistency, fault: _, seen: __, ...look }: RelayLook): Look | null {
  if (look.address === null) return null
  const number = identity.isDoubted ? null : look.number
  return { ...look, number, register: consistency.found === 'inconsistent' ? null : look.register }
}

function textOf({ why, answer, outcome }: Told): string {
  return why?.text ?? answer?.evidence.texts.join('; ') ?? outcome
}
