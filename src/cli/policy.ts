/** `meterd policy`: whether a cut-off policy is right, and what it would allow when, and why not. Sends nothing, keeps nothing. */

import { parseArgs } from 'node:util'
import { formatComplaint } from '../config/complaint.ts'
import { factsIn, loadFacts, loadPolicy } from '../config/policy.ts'
import type { RightFacts } from '../config/policy-schema.ts'
import { systemClock } from '../core/clock.ts'
import { Fault } from '../core/faults.ts'
import { formatScaled } from '../core/scaled.ts'
import { HOUR, MINUTE, SECOND } from '../core/time.ts'
import { addDays, parseDate } from '../supply/policy/dates.ts'
import { evaluate } from '../supply/policy/evaluate.ts'
import type { Facts } from '../supply/policy/facts.ts'
import type { Policy } from '../supply/policy/policy.ts'
import { askDaemon } from './ask-daemon.ts'
import { dataPlace } from './data-place.ts'
import { instantAsked, tellDays, tellEvaluation } from './policy-told.ts'
import { BAD_CONFIG, type Terminal, type Verb, WrongUse } from './verb.ts'

const OPTIONS = {
  facts: { type: 'string' },
  account: { type: 'string' },
  config: { type: 'string' },
  data: { type: 'string' },
  at: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  format: { type: 'string', default: 'table' },
} as const

/** Ten years and what leap days add. */
const MOST_DAYS = 3653

export const policy: Verb = {
  summary: 'what must hold before anybody is cut off: check a policy, explain what it allows',
  help: `meterd policy check FILE [--format json]
meterd policy explain FILE --facts FACTS [--at TIME] [--format json]
meterd policy explain FILE --account ACCOUNT (--config FILE | --data DIR) [--format json]
meterd policy explain FILE --from DATE --to DATE [--format json]

check            each mistake and warning with its place, then what the policy says; examples are refused until somebody
                 has accepted them (acceptedBy, acceptedOn)
explain --facts  whether a cut would be allowed: every interlock with its verdict, reason, remedy, source, and the time at
                 which it would pass. FACTS is JSON or YAML (docs/supply.md); what it leaves out is unknown and never passes
  --at TIME      ISO 8601 with an offset, or by the clocks of the policy's zone; now without it
--account        the same of an account, by what the daemon that runs there knows of it now: what is owed, the read it rests on,
                 notices, protections, clocks. What only the moment before a cut can tell is not asked here
explain --from   of each date when anybody may be cut at all, and else why not
--format         table, or json: one object a line

Nothing is sent and nothing is kept.
Exit 0 right, or allowed, or told; 1 not allowed; 2 used wrongly; 78 mistakes in a file.
Example: meterd policy explain policy.yaml --facts facts.json --at 2026-11-24T10:00
Example: meterd policy explain policy.yaml --account 000481 --config gateway.yaml
Example: meterd policy explain policy.yaml --from 2026-12-01 --to 2026-12-31`,
  async run(argv, io) {
    const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true })
    const [action = '', file, ...more] = positionals
    if (action !== 'check' && action !== 'explain') throw new WrongUse('say check or explain')
    if (file === undefined) throw new WrongUse(`say which file: meterd policy ${action} FILE`)
    if (more.length > 0) throw new WrongUse(`"${more.join(' ')}" is one word too many`)
    if (values.format !== 'table' && values.format !== 'json') throw new WrongUse('--format is table or json')
    const json = values.format === 'json'
    checkUse(action, values)
    const now = systemClock.now()
    const loaded = await loadPolicy(file, now)
    if ('complaints' in loaded) return tellMistakes(loaded.complaints, json, io)
    if (action === 'check') {
      for (const one of loaded.warnings)
        io.out(json ? JSON.stringify({ kind: 'warning', ...one }) : `warning: ${formatComplaint(one)}`)
      tellPolicy(loaded.policy, json, io)
      return 0
    }
    if (values.facts === undefined && values.account === undefined) {
      tellDays(loaded.policy, ...datesAsked(values.from, values.to), json, io)
      return 0
    }
    const at = values.at === undefined ? now : instantAsked(values.at, loaded.policy.zone)
    const known =
      values.account === undefined
        ? await loadFacts(values.facts ?? '')
        : await factsAtDaemon(values.account, values, io)
    if (known === null) return BAD_CONFIG
    if ('complaints' in known) return tellMistakes(known.complaints, json, io)
    const evaluation = evaluate(loaded.policy, known.facts, at)
    tellEvaluation(loaded.policy, evaluation, at, json, io)
    return evaluation.allowed ? 0 : 1
  },
}

interface Given {
  readonly facts?: string | undefined
  readonly account?: string | undefined
  readonly config?: string | undefined
  readonly data?: string | undefined
  readonly at?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}

function checkUse(action: 'check' | 'explain', given: Given): void {
  const { facts, account, at, config, data } = given
  if (action === 'check') {
    const other = Object.keys(OPTIONS).find(
      name => name !== 'format' && given[name as keyof Given] !== undefined,
    )
    if (other !== undefined) throw new WrongUse(`--${other} belongs to meterd policy explain`)
    return
  }
  const dates = given.from !== undefined || given.to !== undefined
  if ([facts !== undefined, account !== undefined, dates].filter(Boolean).length !== 1)
    throw new WrongUse('say one: --facts FACTS, --account ACCOUNT, or --from DATE --to DATE')
  if (dates && at !== undefined) throw new WrongUse('--from and --to tell of dates, --at is of one time')
  if (account !== undefined && at !== undefined)
    throw new WrongUse('--account tells of now: what will be known then nobody knows')
  if (account !== undefined && (config === undefined) === (data === undefined))
    throw new WrongUse('--account asks a daemon: give --config FILE or --data DIR')
  if (account === undefined && (config ?? data) !== undefined)
    throw new WrongUse('--config and --data say where to ask of --account')
}

/** What the daemon knows; null where the configuration is wrong. */
async function factsAtDaemon(
  account: string,
  place: Pick<Given, 'config' | 'data'>,
  io: Terminal,
): Promise<{ readonly facts: Facts } | null> {
  const found = await dataPlace(place, io)
  if (found === null) return null
  const path = `/v1/accounts/${encodeURIComponent(account)}/facts`
  const answer = await askDaemon(found.directory, { method: 'GET', path })
  if (answer === null)
    throw new Fault('ASK_FAILED', 'the daemon knows the account, and none runs here; start it first')
  return { facts: factsIn(answer.body as RightFacts) }
}

function datesAsked(from: string | undefined, to: string | undefined): readonly [string, string] {
  const [first, last] = [parseDate(from ?? ''), parseDate(to ?? '')]
  if (first === null) throw new WrongUse('--from is no date that exists; write for example 2026-12-01')
  if (last === null) throw new WrongUse('--to is no date that exists; write for example 2026-12-31')
  if (last < first) throw new WrongUse('--to is before --from')
  if (last > addDays(first, MOST_DAYS)) throw new WrongUse('more than ten years are not told at once')
  return [first, last]
}

function tellMistakes(
  complaints: readonly Parameters<typeof formatComplaint>[0][],
  json: boolean,
  io: Terminal,
): number {
  for (const one of complaints)
    io.out(json ? JSON.stringify({ kind: 'mistake', ...one }) : formatComplaint(one))
  io.err(`${complaints.length} mistake${complaints.length === 1 ? '' : 's'}; by such a file nobody is cut`)
  return BAD_CONFIG
}

function tellPolicy(one: Policy, json: boolean, io: Terminal): void {
  const { name, edition, jurisdiction, zone, accepted, holidays } = one
  // Summer time is decided late in some countries: which edition of the database decides here is worth knowing.
  const zones = process.versions['tz'] ?? 'unknown'
  if (json) {
    const known = { from: holidays.known.from, to: holidays.known.to }
    const head = { policy: name, edition, jurisdiction, zone, zoneDatabase: zones, accepted }
    io.out(JSON.stringify({ kind: 'good', ...head, holidaysKnown: known }))
    return
  }
  io.out(
    `${name}, edition ${edition}, for ${jurisdiction}; accepted by ${accepted.by}, holds from ${accepted.on}`,
  )
  io.out(`  zone ${zone}, by the IANA database ${zones}`)
  for (const [rule, says, source] of rulesOf(one)) io.out(`  ${rule.padEnd(14)}${says}  (${source.trim()})`)
}

function rulesOf(one: Policy): readonly (readonly [rule: string, says: string, source: string])[] {
  const { firstNotice, secondNotice, windows, holidays, arrears, read, meterClock, fuses, approval } = one
  const { residents, others } = firstNotice.days
  const notice = `residents ${residents}, others ${others} full days; lapses after ${firstNotice.lapsesAfterDays}`
  const second = `${secondNotice.leastMs / MINUTE} to ${secondNotice.mostMs / MINUTE} minutes before`
  const known = `${holidays.days.length} entered, known from ${holidays.known.from} to ${holidays.known.to}`
  const limits = [...fuses.limits].map(
    ([of, { tenMinutes, hour, day }]) => `${of} ${tenMinutes}/${hour}/${day}`,
  )
  const { times, percent } = fuses.ratio
  return [
    ['first notice', notice, firstNotice.source],
    ['second notice', second, secondNotice.source],
    ['windows', `${windows.open.length}; never on ${windows.never.join(', ') || 'no day'}`, windows.source],
    ['holidays', `${known}${holidays.dayBefore ? ', the day before counts' : ''}`, holidays.source],
    ...one.noCut.map(
      ({ name, from, to, source }) => ['no cut', `${name}, ${from} to ${to}`, source] as const,
    ),
    ...one.declared.map(
      ({ name, source }) => ['no cut', `while ${name} is declared, or nobody says`, source] as const,
    ),
    ...[...one.protections].map(([protection, { behaviour, extraDays, source }]) => {
      const days = extraDays > 0 ? `, ${extraDays} days more` : ''
      return ['protection', `${protection}: ${behaviour}${days}`, source] as const
    }),
    ['arrears', `at least ${formatScaled(arrears.least)} ${arrears.currency}`, arrears.source],
    ['read', `at most ${read.mostAgeMs / HOUR} hours old`, read.source],
    ['meter clock', `off by ${meterClock.mostErrorMs / SECOND} s at most`, meterClock.source],
    [
      'fuses',
      `cuts in 10 minutes/an hour/a day: ${limits.join(', ')}; stops at ${times} times the usual or ${percent} % of meters; the first ${fuses.canary} are verified before the rest`,
      fuses.source,
    ],
    [
      'approval',
      `by another person; held apart: ${approval.apart.map(pair => pair.join(' and ')).join(', ')}; a selection holds ${approval.selectForMs / SECOND} s`,
      approval.source,
    ],
    ['restores', 'at any hour, without limit', 'no policy decides otherwise'],
  ]
}
