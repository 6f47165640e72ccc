/** Whether a cut may leave now: every question passes, on a look at the meter of the last minute (P-07, PR-53, PR-54). Pure; UTC ms. */

import { addScaled, compareScaled, formatScaled, multiplyScaled, type Scaled } from '../../core/scaled.ts'
import { HOUR } from '../../core/time.ts'
import { interlocksAt } from '../policy/evaluate.ts'
import type { Facts } from '../policy/facts.ts'
import { showTime } from '../policy/interlock.ts'
import type { Policy } from '../policy/policy.ts'
import type { BillingWord } from './billing.ts'
import { type Change, whatChanged } from './digest.ts'
import type { FactsShown } from './facts-shown.ts'
import { CHECKS, type Check, type Consequence, type OrderInterlock, passes, refuses } from './interlock.ts'
import type { Look } from './look.ts'
import type { Cut } from './order.ts'
import { LATEST_ARRIVAL_MS } from './timing.ts'

/** Older is as good as none. */
export const CHECK_HOLDS_MS = 60_000

export interface FinalCheck {
  /** When its look was taken, or the check where there was none. */
  readonly at: number
  readonly look: Look | null
  readonly billing: BillingWord
  readonly interlocks: readonly OrderInterlock[]
}

/** What account, archive, gateway and billing say now. Null is unknown, and never passes. */
export interface Standing {
  /** As the policy asks for it. */
  readonly facts: Facts
  /** What is declared of the time when the last meter would obey; where left out, what is now. */
  readonly declaredLater?: Facts['declared']
  /** As an approver is shown it. */
  readonly shown: FactsShown | null
  readonly billing: BillingWord
  readonly isOutage: boolean | null
  /** A case of the meter's exchange, or of whose it is, is open. */
  readonly isExchangeOpen: boolean | null
  readonly isJournalWritable: boolean | null
  readonly isStoreWell: boolean | null
  readonly isStopped: boolean | null
  /** What the fuses say of one more cut; null where the past cuts are not known. */
  readonly fuse: OrderInterlock | null
  readonly line: 'direct' | 'indirect' | null
  /** `weak`: whoever listens on the wire could send it again (P-17). */
  readonly control: 'strong' | 'weak' | 'weak-accepted' | null
  /** The newest good value of the register that is read again, and the most that can be added in an hour. */
  readonly register: { readonly value: Scaled; readonly at: number } | null
  readonly mostPerHour: Scaled | null
  /** What orders of its protocol know nothing of; where left out they know both. */
  readonly lacks?: readonly Lacking[]
}

/** A meter that cannot be told to keep power keeps none; one whose orders carry no deadline needs no clock for it. */
export type Lacking = 'keep-power' | 'deadline'

/** Reasons of the policy that time and looking again do not mend within an attempt. */
const OVER: readonly string[] = [
  'PROTECTED',
  'PROTECTION_NOT_IN_POLICY',
  'AUTHORITY_REFERENCE_MISSING',
  'ARREARS_TOO_SMALL',
  'ARREARS_OTHER_CURRENCY',
  'FIRST_NOTICE_MISSING',
  'FIRST_NOTICE_LAPSED',
  'SECOND_NOTICE_TOO_OLD',
]

export function consequenceOf(code: OrderInterlock['code']): Consequence {
  if (Object.hasOwn(CHECKS, code)) return CHECKS[code as Check][1]
  return OVER.includes(code) ? 'withdraw' : 'wait'
}

const OF_THE_LAST_MINUTES: readonly OrderInterlock['code'][] = ['CANARY_PENDING', 'BILLING_SILENT']

/** Before a cut is asked for, and before it is approved: all but what only the last minutes tell. */
export function selectCheck(policy: Policy, standing: Standing, at: number): readonly OrderInterlock[] {
  const later = ['second_notice', 'window', ...(lacks(standing, 'deadline') ? ['meter_clock'] : [])]
  return [...ofPolicy(policy, standing.facts, at), ...ofGateway(standing)].filter(
    ({ name, code }) => !later.includes(name) && !OF_THE_LAST_MINUTES.includes(code),
  )
}

/** Right before the frame; `look` is null where the meter did not answer, or was not asked since billing does not say that it is unpaid. */
export function finalCheck(
  policy: Policy,
  cut: Cut,
  standing: Standing,
  look: Look | null,
  at: number,
): FinalCheck {
  // The clock is the one it was just asked for.
  const facts = { ...standing.facts, meterClockErrorMs: look?.clockErrorMs ?? null }
  const isUnlooked = look === null && billedOf(standing) !== null
  const needsNoClock = isUnlooked || (lacks(standing, 'deadline') && facts.meterClockErrorMs === null)
  return {
    at: look?.at ?? at,
    look,
    billing: standing.billing,
    interlocks: [
      ...untilObeyed(policy, facts, standing.declaredLater ?? facts.declared, at).filter(
        ({ name }) => !(needsNoClock && name === 'meter_clock'),
      ),
      ...ofGateway(standing),
      ...ofApproval(cut, standing.shown),
      ...(isUnlooked ? [] : ofMeter(cut, standing, look)),
    ],
  }
}

function lacks(standing: Standing, what: Lacking): boolean {
  return standing.lacks?.includes(what) ?? false
}

/** What is asked of the moment in which somebody is cut, not of what is known before. */
const OF_THE_CUT = ['calendar', 'weekday', 'holiday', 'no_cut', 'window', 'declared', 'protection']

/**
 * A window that closes behind the frame is none: it is open now, and still when the last meter would obey; so is a word that there is no
 * heat which is over by then.
 */
function untilObeyed(
  policy: Policy,
  facts: Facts,
  declared: Facts['declared'],
  at: number,
): readonly OrderInterlock[] {
  const now = ofPolicy(policy, facts, at)
  const later = ofPolicy(policy, { ...facts, declared }, at + LATEST_ARRIVAL_MS).filter(
    ({ name, verdict, code }) =>
      verdict !== 'pass' && OF_THE_CUT.includes(name) && now.every(other => other.code !== code),
  )
  return [...now, ...later]
}

function ofPolicy(policy: Policy, facts: Facts, at: number): readonly OrderInterlock[] {
  return interlocksAt(policy, facts, at).map(({ name, verdict, code, text, remedy, earliest }) => {
    const from = earliest === null ? '' : `; passes from ${showTime(policy.zone, earliest)} on`
    return { name, verdict, code, text, remedy: remedy && `${remedy}${from}` }
  })
}

type Answer = readonly [name: string, code: Check | null, text: string]

function asked([name, code, text]: Answer): OrderInterlock {
  return code === null ? passes(name, text) : refuses(name, code, text)
}

/** The third of a question, told as it was answered. */
function told(is: boolean | null, ifSo: string, ifNot: string): string {
  return is === null ? `nobody knows whether ${ifSo}` : is ? ifSo : ifNot
}

/** The third of a question: yes, no, nobody knows. */
function either(is: boolean | null, ifSo: Check | null, ifNot: Check | null, unknown: Check): Check | null {
  return is === null ? unknown : is ? ifSo : ifNot
}

function ofGateway(standing: Standing): readonly OrderInterlock[] {
  const { billing, isOutage, isExchangeOpen, isJournalWritable, isStoreWell, isStopped } = standing
  const answers: readonly Answer[] = [
    [
      'kill_switch',
      either(isStopped, 'STOPPED', null, 'STOP_UNKNOWN'),
      told(isStopped, 'all cuts are stopped', 'cuts are not stopped'),
    ],
    ['billing', billedOf(standing), `${billing.by}: ${billing.text}`],
    [
      'outage',
      either(isOutage, 'OUTAGE', null, 'OUTAGE_UNKNOWN'),
      told(isOutage, 'there is an outage', 'there is no outage'),
    ],
    [
      'exchange',
      either(isExchangeOpen, 'EXCHANGE_OPEN', null, 'EXCHANGE_UNKNOWN'),
      told(isExchangeOpen, 'another meter than the listed one was found', 'no other meter was found'),
    ],
    [
      'journal',
      either(isJournalWritable, null, 'JOURNAL_NOT_WRITABLE', 'JOURNAL_UNKNOWN'),
      told(isJournalWritable, 'the journal can be written', 'the journal cannot be written'),
    ],
    [
      'store',
      either(isStoreWell, null, 'STORE_DEGRADED', 'STORE_UNKNOWN'),
      told(isStoreWell, 'the store is well', 'the store is not well'),
    ],
    ['line', lineOf(standing), `the line is ${standing.line ?? 'of no known kind'}`],
    ['control', controlOf(standing), `its orders are ${standing.control ?? 'of no known kind'}`],
  ]
  const fuse = standing.fuse ?? refuses('fuse', 'FUSE_UNKNOWN', 'nobody knows how many were cut')
  return [...answers.map(asked), fuse]
}

function billedOf({ billing: { says } }: Standing): Check | null {
  return says === 'paid' ? 'BILLING_SAYS_PAID' : says === null ? 'BILLING_SILENT' : null
}

function lineOf({ line }: Standing): Check | null {
  return line === 'direct' ? null : line === null ? 'LINE_UNKNOWN' : 'LINE_INDIRECT'
}

function controlOf({ control }: Standing): Check | null {
  return control === null ? 'CONTROL_UNKNOWN' : control === 'weak' ? 'CONTROL_WEAK' : null
}

/** What was approved is still so; a payment has a reason of its own. */
function ofApproval({ approved }: Cut, now: FactsShown | null): readonly OrderInterlock[] {
  if (approved === null || now === null) {
    const text = 'nobody knows what is so now'
    return [refuses('ledger', 'PAYMENT_UNKNOWN', text), refuses('facts', 'FACTS_UNKNOWN', text)]
  }
  const changes = whatChanged(approved.facts, now)
  const isPaid = changes.some(({ fact }) => fact === 'arrears')
  const others = changes.filter(({ fact }) => fact !== 'arrears')
  const said = (all: readonly Change[]) => all.map(({ fact }) => fact).join(', ')
  return [
    isPaid
      ? refuses('ledger', 'PAID', `${now.arrears.amount} owed now`)
      : passes('ledger', 'no payment since'),
    others.length > 0
      ? refuses('facts', 'FACTS_CHANGED', said(others))
      : passes('facts', 'all is as it was approved'),
  ]
}

function ofMeter(cut: Cut, standing: Standing, look: Look | null): readonly OrderInterlock[] {
  if (look === null) return [refuses('meter', 'METER_SILENT', 'the meter did not answer')]
  const { address, number, isOpen } = look
  const isKept = look.isKeptPowered ?? (lacks(standing, 'keep-power') ? false : null)
  const answers: readonly Answer[] = [
    ['address', address === cut.address ? null : 'OTHER_ADDRESS', `${address ?? 'nobody'} answered`],
    ['number', numberOf(cut, number), `the meter says that it is ${number ?? 'nobody'}`],
    [
      'keeps_power',
      either(isKept, 'METER_KEEPS_POWER', null, 'KEEPS_POWER_UNKNOWN'),
      'whether it keeps power',
    ],
    ['relay', either(isOpen, 'RELAY_OPEN', null, 'RELAY_UNKNOWN'), 'whether its relay is closed'],
    ['register', registerOf(standing, look), registerText(standing, look)],
  ]
  return answers.map(asked)
}

function numberOf(cut: Cut, number: string | null): Check | null {
  return number === cut.number ? null : number === null ? 'NUMBER_UNKNOWN' : 'OTHER_METER'
}

/** Read now it is no lower than it was, and no higher than can be (P-07, PR-54). */
function registerOf({ register: last, mostPerHour }: Standing, { register: now, at }: Look): Check | null {
  if (now === null) return 'REGISTER_UNKNOWN'
  if (last === null) return 'NO_EARLIER_READ'
  if (compareScaled(now.value, last.value) < 0) return 'REGISTER_FELL'
  if (mostPerHour === null) return 'PLAUSIBLE_UNKNOWN'
  const hours = BigInt(Math.max(1, Math.ceil((at - last.at) / HOUR)))
  const most = addScaled(last.value, multiplyScaled(mostPerHour, { digits: hours, scaler: 0 }))
  return compareScaled(now.value, most) > 0 ? 'REGISTER_LEAPT' : null
}

function registerText({ register: last }: Standing, { register: now }: Look): string {
  const text = (value: Scaled | undefined) => (value ? formatScaled(value) : 'unknown')
  return `${text(now?.value)} now, ${text(last?.value)} before`
}
