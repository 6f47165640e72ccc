/** An order as it is told: times in the offset of the site, and of a rehearsal that it is one. */

import { isoWithOffset } from '../../core/time.ts'
import type { FactsShown } from '../../supply/order/facts-shown.ts'
import type { Approved, Order, Sent, Shown } from '../../supply/order/order.ts'
import type { OrderStep } from './asked.ts'

/** Plain data for JSON. */
export type ToldOrder = ReturnType<typeof writeOrder>

export function writeOrder(order: Order, offsetMinutes: number) {
  const time = (at: number) => isoWithOffset(at, offsetMinutes)
  const may = (at: number | null) => (at === null ? null : time(at))
  const { id, kind, intended, state, since, because, account, meter, address, number, line } = order
  const { transformer, requestedBy, requestedAt, reason, ticket, batch, isRehearsal } = order
  const { attempts, sent, dueAt, supersededBy } = order
  return {
    ...{ id, kind, intended, state, since: time(since), because, dryRun: isRehearsal },
    ...{ account, meter, address, number, line, transformer },
    ...{ requestedBy, requestedAt: time(requestedAt), reason, ticket, batch },
    ...{ attempts, sent: sent && writeSent(sent, offsetMinutes), dueAt: may(dueAt), supersededBy },
    ...(order.kind === 'cut'
      ? {
          expiresAt: time(order.expiresAt),
          shown: order.shown && writeShown(order.shown, offsetMinutes),
          approved: order.approved && writeApproved(order.approved, offsetMinutes),
          noticed: order.noticed && {
            deliveredAt: time(order.noticed.deliveredAt),
            earliest: time(order.noticed.earliest),
            latest: time(order.noticed.latest),
          },
        }
      : {
          ...{ cause: order.cause, countsFrom: time(order.countsFrom), tries: order.tries },
          confirmation: order.confirmation && { ...order.confirmation, at: time(order.confirmation.at) },
          fieldOrderAt: may(order.fieldOrderAt),
        }),
  }
}

function writeSent({ attempt, at, deadline, operator, before, answer }: Sent, offsetMinutes: number) {
  const time = (instant: number) => isoWithOffset(instant, offsetMinutes)
  return { attempt, at: time(at), deadline: time(deadline), operator, before, answer }
}

function writeShown({ to, at, facts, digest }: Shown, offsetMinutes: number) {
  return { to, at: isoWithOffset(at, offsetMinutes), digest, facts: writeFacts(facts, offsetMinutes) }
}

function writeApproved({ by, at, facts, digest }: Approved, offsetMinutes: number) {
  return { by, at: isoWithOffset(at, offsetMinutes), digest, facts: writeFacts(facts, offsetMinutes) }
}

export function writeFacts(facts: FactsShown, offsetMinutes: number) {
  const time = (at: number) => isoWithOffset(at, offsetMinutes)
  return {
    ...facts,
    pairing: { ...facts.pairing, from: time(facts.pairing.from) },
    read: { ...facts.read, at: time(facts.read.at) },
    protections: facts.protections.map(one => ({
      ...one,
      visited: one.visited === null ? null : time(one.visited),
    })),
    firstNotice: time(facts.firstNotice),
  }
}

export function writeStep({ step, at, event, state, by, journal }: OrderStep, offsetMinutes: number) {
  return { step, at: isoWithOffset(at, offsetMinutes), event, state, by, journal }
}
