/** Orders of supply, the kill switch and the fuse, as a terminal is told. */

import type { z } from 'zod'
import type { order, orderLooked, ordersPage, supplyState } from '../api/order-shapes.ts'
import type { declarations } from '../api/safeguard-shapes.ts'
import type { Terminal } from './verb.ts'

export type Page = z.infer<typeof ordersPage>
export type Looked = z.infer<typeof orderLooked>
export type Declared = z.infer<typeof declarations>
export type State = z.infer<typeof supplyState>
type Order = z.infer<typeof order>

export function tellOrders(orders: readonly Order[], io: Terminal): void {
  for (const one of orders) io.out(lineOf(one))
}

function lineOf(one: Order): string {
  const { order, kind, state, since, account, meter, because, isRehearsal, lateness } = one
  const why = because === null ? '' : `  ${because.code}: ${because.text}`
  const late = lateness === null || lateness === 'on-time' ? '' : `  ${lateness}: ${waited(one)}`
  return `${order}  ${kind}  ${state} since ${since}  account ${account}  ${meter}${why}${late}${isRehearsal ? '  (rehearsal)' : ''}`
}

function waited({ waitedSeconds, countsFrom }: Order): string {
  return `${Math.floor((waitedSeconds ?? 0) / 60)} min from ${countsFrom}`
}

export function tellLooked(looked: Looked, io: Terminal): void {
  const { address, number, requestedBy, requestedAt, reason, ticket, approved, noticed, billing, sent, now } =
    looked
  tellOrders([looked], io)
  io.out(`meter ${number} at address ${address}`)
  io.out(
    `asked for by ${requestedBy} at ${requestedAt}: ${reason}${ticket === null ? '' : ` (ticket ${ticket})`}`,
  )
  if (approved !== null) io.out(`approved by ${approved.by} at ${approved.at}`)
  if (noticed !== null)
    io.out(`second notice delivered ${noticed.deliveredAt}: from ${noticed.earliest} to ${noticed.latest}`)
  if (billing !== null)
    io.out(`billing: ${billing.text}, said by ${billing.by} at ${billing.at ?? 'no time'}`)
  if (sent !== null) io.out(`sent at ${sent.at} as ${sent.operator}, answer ${sent.answer ?? 'not known'}`)
  if (looked.lateness !== null) io.out(`${looked.lateness}, waited ${waited(looked)}`)
  if (looked.fieldOrderAt !== null) io.out(`somebody must go there since ${looked.fieldOrderAt}`)
  if (looked.heldOpen !== null) io.out(looked.heldOpen.text)
  for (const { step, at, event, state, by } of looked.steps)
    io.out(`  ${step}  ${at}  ${event} by ${by}: ${state}`)
  const facts = now?.facts ?? looked.facts
  if (facts !== null) tellFacts(facts, io)
  if (now === null) return
  for (const { fact, was, is } of now.changes)
    io.out(`changed  ${fact} was ${JSON.stringify(was)}, is ${JSON.stringify(is)}`)
  for (const { name, verdict, code, text, remedy } of now.interlocks)
    if (verdict !== 'pass') io.out(`${verdict}  ${name}  ${code}: ${text}; ${remedy}`)
  io.out(now.digest === null ? 'not all facts are known: it cannot be approved' : `digest ${now.digest}`)
}

function tellFacts(facts: NonNullable<Order['facts']>, io: Terminal): void {
  const { pairing, customer, arrears, read, policy, protections, firstNotice } = facts
  io.out(
    `account ${facts.account} has meter ${facts.meter} since ${pairing.from} (${pairing.reference}), ${customer}`,
  )
  io.out(`owes ${arrears.amount} ${arrears.currency}, by ${read.register} ${read.value} of ${read.at}`)
  io.out(`policy ${policy.name} ${policy.edition} (${policy.digest.slice(0, 12)}…)`)
  io.out(`first notice delivered ${firstNotice}`)
  for (const { class: of, from, to, authorityReference } of protections)
    io.out(
      `protection  ${of}  ${from} to ${to ?? 'no end'}${authorityReference === null ? '' : `, approved ${authorityReference}`}`,
    )
}

export function tellState(
  {
    stopped,
    fuse,
    stopFile,
    isRehearsal = false,
    search = null,
  }: Pick<State, 'stopped' | 'fuse'> & Partial<State>,
  io: Terminal,
): void {
  if (stopped !== null) io.out(`cuts are stopped by ${stopped.by} since ${stopped.at}: ${stopped.reason}`)
  if (stopFile === null) io.out('whether the file of the kill switch is there is not known: nobody is cut')
  if (stopFile === true) io.out('cuts are stopped by the file of the kill switch')
  if (stopped === null && stopFile !== true && stopFile !== null) io.out('the kill switch is not set')
  if (fuse.blown !== null) io.out(`the fuse is blown since ${fuse.blown.at}: ${fuse.blown.text}`)
  if (fuse.resetAskedBy !== null)
    io.out(`${fuse.resetAskedBy} has asked for the fuse to be reset; another key does it`)
  if (isRehearsal) io.out('rehearsal: no frame leaves')
  if (search !== null) tellSearch(search, io)
}

function tellSearch({ beganAt, endedAt, open, unseen }: NonNullable<State['search']>, io: Terminal): void {
  const until = endedAt === null ? 'goes on' : `ended ${endedAt}`
  io.out(`the store was restored or rescued; looking at all relays began ${beganAt}, ${until}`)
  for (const { meter, seenAt, openedAt, operator } of open)
    io.out(
      `seen open  ${meter}  ${seenAt}  opened ${openedAt ?? 'at no known time'} by ${operator ?? 'nobody known'}; no order tells why`,
    )
  for (const meter of unseen) io.out(`not seen  ${meter}`)
}

export function tellDeclared({ declared }: Declared, io: Terminal): void {
  if (declared.length === 0)
    io.out('nothing is declared: what the policy asks for is unknown, and nobody is cut')
  for (const { name, is, at, until, source, by } of declared)
    io.out(
      `${name}: ${is ? 'yes' : 'no'}  by ${by} at ${at}, until ${until}${source === null ? '' : `  ${source}`}`,
    )
}
