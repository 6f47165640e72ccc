/**
 * From findings to alarms: a finding is a suspicion; two reads that agree raise an alarm, three clean cycles of the
 * same rule end it, and what many meters have in common is one alarm (V-A2). What was seen within a cycle is judged
 * together, so the order in which meters are asked makes no difference. Data alone ends an alarm, never a word. Pure.
 */

import { DAY } from '../../core/time.ts'
import {
  type AlarmEvent,
  type AlarmEvidence,
  type AlarmSubject,
  type Fails,
  type Figure,
  holdingBack,
  isWithholding,
  type Passes,
  type Read,
  type Severity,
  type Told,
} from './alarm.ts'
import { isCommon, isOver, mostTogether, OF_A_LINE, OF_ALL, shareInWords } from './shared-cause.ts'

/** Cycles in a row without the finding that end an alarm; two reads raise it. */
export const CLEAN_CYCLES = 3
/**
 * As long as an estimate bridges what is held: a cause that lasts longer is told of each meter by itself, and only what fails
 * is withheld then. Meters that are broken for good may have begun together by chance.
 */
const COMMON_FOR_MS = 3 * DAY
/** What comes again within a day is the same alarm. */
const SAME_WITHIN_MS = DAY
/** Reads shown as examples of what many meters have in common. */
const READS_SHOWN = 3
/** Meters named in what they have in common, which is enough to go on with after a restart. */
const MOST_NAMED = 2_000

export interface Alarms {
  /** What a round, or any other look, told of a meter; what is not told was not evaluated, and changes nothing. */
  saw(meter: string, at: number, told: Told): void
  /** What there are suspicions and alarms of; nearly always nothing. */
  watched(meter: string): readonly { readonly rule: string; readonly about: string }[]
  /** Judges what was seen a cycle ago and before; answers what comes of it, in order. To be called about every minute. */
  turn(now: number): readonly AlarmEvent[]
  /** How each that stands was opened last, the oldest first. */
  standing(): readonly AlarmEvent[]
  /** Why nothing of this meter may be released although it may be well itself; null where nothing holds it. */
  holds(meter: string): string | null
}

export interface AlarmsParts {
  /** Of each meter that is read, its line. */
  readonly lines: ReadonlyMap<string, string>
  /** The time in which every meter of a line is asked once. */
  readonly cycleMs: (line: string) => number
  readonly offsetMinutes: number
  /** From an earlier life: the last event of each alarm that stands, or was cleared within a day. */
  readonly before?: readonly AlarmEvent[]
}

/** A rule that fails of a meter, until it is no more than a memory. */
interface Track {
  readonly meter: string
  readonly line: string
  readonly rule: string
  readonly about: string
  /** Among those of its meter. */
  readonly key: string
  readonly since: number
  readonly cycleMs: number
  /** Null where only an earlier life has seen it fail, among others. */
  first: Read | null
  second: Read | null
  /** Of the newest read. */
  figure: Figure | null
  severity: Severity
  blocks: boolean
  /** Clean cycles in a row. */
  clean: number
  alarm: AlarmEvent | null
  /** Failed as one of many for as long as that counts. */
  isAlone: boolean
}

export function createAlarms(parts: AlarmsParts): Alarms {
  const { lines, cycleMs, offsetMinutes } = parts
  const metersOf = Map.groupBy(lines.keys(), meter => lines.get(meter) ?? '')
  const tracks = new Map<string, Map<string, Track>>()
  /** Common causes that stand, by their key. */
  const causes = new Map<string, AlarmEvent>()
  /** What was cleared last of each alarm, for a day. */
  const cleared = new Map<string, AlarmEvent>()
  const orphans: AlarmEvent[] = []
  for (const event of parts.before ?? []) restore(event)

  function restore(event: AlarmEvent): void {
    const { scope, of, rule, about, evidence } = event
    const isKnown = scope === 'gateway' || (scope === 'line' ? metersOf.has(of) : lines.has(of))
    if (event.event === 'cleared') cleared.set(keyOf(event), event)
    else if (!isKnown) orphans.push(event)
    else if (scope === 'meter') track(of, rule, about, event.at).alarm = event
    else {
      causes.set(keyOf(event), event)
      for (const one of evidence.failing ?? [])
        if (lines.has(one.of)) track(one.of, rule, one.about, event.at)
    }
  }

  function track(meter: string, rule: string, about: string, since: number, ms?: number): Track {
    const ofMeter = tracks.get(meter) ?? new Map<string, Track>()
    tracks.set(meter, ofMeter)
    const key = `${rule}\n${about}`
    const before = ofMeter.get(key)
    if (before) return before
    const line = lines.get(meter) ?? ''
    const own = { meter, line, rule, about, key, since, cycleMs: ms ?? cycleMs(line) }
    const fresh: Track = {
      ...own,
      first: null,
      second: null,
      figure: null,
      severity: 2,
      blocks: false,
      clean: 0,
      alarm: null,
      isAlone: false,
    }
    ofMeter.set(key, fresh)
    return fresh
  }

  function drop({ meter, key }: Track): void {
    const ofMeter = tracks.get(meter)
    ofMeter?.delete(key)
    if (ofMeter?.size === 0) tracks.delete(meter)
  }

  function fails(meter: string, at: number, { about, finding, again, figure }: Fails, ms?: number): void {
    const one = track(meter, finding.rule, about, at, ms)
    const read: Read = { meter, at, finding }
    const agrees =
      one.figure === null || !figure || Math.abs(one.figure.value - figure.value) <= figure.within
    if (one.first === null || (one.second === null && !agrees)) one.first = read
    else one.second ??= read
    one.figure = figure ?? null
    if (again) one.second ??= { meter, at, finding: again }
    if (finding.severity < one.severity) one.severity = finding.severity
    one.blocks ||= isWithholding(finding)
    one.clean = 0
  }

  function passes(meter: string, { rule, about }: Passes): void {
    for (const one of [...(tracks.get(meter)?.values() ?? [])]) {
      if (one.rule !== rule || (about !== null && one.about !== about)) continue
      one.clean += 1
      // One read alone was the line's doing, or nobody's.
      if (one.first !== null && one.second === null && one.alarm === null) drop(one)
    }
  }

  /** The alarm that stands for many meters, this one among them. */
  function causeOf({ rule, line }: Pick<Track, 'rule' | 'line'>): AlarmEvent | undefined {
    const own = { rule, about: '' }
    return (
      causes.get(keyOf({ scope: 'line', of: line, ...own })) ??
      causes.get(keyOf({ scope: 'gateway', of: '', ...own }))
    )
  }

  /** A clock that was set back makes nothing wait for as long. */
  const isDue = ({ since, cycleMs: ms }: Track, now: number) => Math.abs(now - since) >= ms

  function open(
    subject: AlarmSubject,
    event: Omit<AlarmEvent, keyof AlarmSubject | 'event' | 'opened'>,
  ): AlarmEvent {
    const before = cleared.get(keyOf(subject))
    const isSame = before !== undefined && event.at - before.at <= SAME_WITHIN_MS
    cleared.delete(keyOf(subject))
    return {
      ...subject,
      ...event,
      event: isSame ? 'reopened' : 'raised',
      opened: isSame ? before.opened + 1 : 1,
    }
  }

  function close(alarm: AlarmEvent, at: number, text: string): AlarmEvent {
    const event: AlarmEvent = { ...alarm, event: 'cleared', at, evidence: { text, reads: [] } }
    cleared.set(keyOf(alarm), event)
    return event
  }

  /** Of one rule: lines first, then what is left of all meters together. */
  function findCauses(rule: string, failing: readonly Track[], now: number): AlarmEvent[] {
    const found: AlarmEvent[] = []
    const at = (scope: 'line' | 'gateway', of: string, among: readonly Track[], all: number) => {
      const widest = Math.max(...among.map(one => one.cycleMs))
      const together = new Set(mostTogether(among, widest))
      const threshold = scope === 'line' ? OF_A_LINE : OF_ALL
      if (!among.some(one => isDue(one, now)) || !isCommon(together.size, all, threshold)) return
      const those = among.filter(({ meter }) => together.has(meter))
      const blocking = new Set(those.filter(({ blocks }) => blocks).map(({ meter }) => meter))
      const event = open(
        { scope, of, rule, about: '' },
        {
          line: of,
          version: those.find(({ first }) => first !== null)?.first?.finding.version ?? null,
          severity: Math.min(...those.map(({ severity }) => severity)) as Severity,
          blocks: isCommon(blocking.size, all, threshold),
          codes: [...new Set(those.flatMap(({ first }) => first?.finding.codes ?? []))].sort(),
          at: now,
          evidence: inCommon(those, shareInWords(together.size, all, { scope, of }), rule),
        },
      )
      causes.set(keyOf(event), event)
      found.push(event)
    }
    const free = () => failing.filter(one => causeOf(one) === undefined)
    for (const [line, among] of sortedGroups(free(), one => one.line))
      at('line', line, among, metersOf.get(line)?.length ?? 0)
    const rest = free()
    if (rest.length > 0) at('gateway', '', rest, lines.size)
    return found
  }

  /** What of a cause has lasted too long to be one is told by the meters it was of. */
  function partCauses(now: number, open: readonly Track[]): AlarmEvent[] {
    const old = [...causes.values()].filter(({ at }) => now - at >= COMMON_FOR_MS)
    if (old.length === 0) return []
    for (const one of open) {
      const cause = causeOf(one)
      if (cause && old.includes(cause)) one.isAlone = true
    }
    return old.map(cause => {
      causes.delete(keyOf(cause))
      return close(cause, now, 'after 3 days each meter that still fails is told of by itself')
    })
  }

  function endCauses(now: number, open: readonly Track[]): AlarmEvent[] {
    const byRule = Map.groupBy(open, ({ rule }) => rule)
    return [...causes.values()].flatMap(cause => {
      const among = (byRule.get(cause.rule) ?? []).filter(({ line }) => cause.of === '' || line === cause.of)
      const failing = new Set(among.map(({ meter }) => meter)).size
      const all = cause.scope === 'line' ? (metersOf.get(cause.of)?.length ?? 0) : lines.size
      if (!isOver(failing, all, cause.scope === 'line' ? OF_A_LINE : OF_ALL)) return []
      causes.delete(keyOf(cause))
      const where = { scope: cause.scope === 'line' ? cause.scope : 'gateway', of: cause.of } as const
      return [close(cause, now, `${shareInWords(failing, all, where)} still fail ${cause.rule}`)]
    })
  }

  /** What is left when common causes are told: of each meter what two reads said. */
  function settle(one: Track, now: number): AlarmEvent[] {
    const events: AlarmEvent[] = []
    const { first, second, meter, rule, about, line } = one
    if (one.alarm === null && first && second && isDue(one, now) && !causeOf(one)) {
      const { version = null, codes } = second.finding
      one.alarm = open(
        { scope: 'meter', of: meter, rule, about },
        {
          ...{ line, version, severity: one.severity, blocks: one.blocks, codes, at: now },
          evidence: { text: second.finding.evidence, reads: [first, second] },
        },
      )
      events.push(one.alarm)
    }
    if (one.clean < CLEAN_CYCLES) return events
    if (one.alarm !== null)
      events.push(close(one.alarm, now, `${CLEAN_CYCLES} cycles in a row passed ${rule}`))
    // Until it is decided whether it is one of many, what two reads said is not forgotten.
    else if (first && second && !isDue(one, now)) return events
    drop(one)
    return events
  }

  function inCommon(those: readonly Track[], share: string, rule: string): AlarmEvidence {
    const sorted = those.toSorted(byName)
    const firsts = new Map<string, Read>()
    for (const { meter, first } of sorted) if (first && !firsts.has(meter)) firsts.set(meter, first)
    return {
      text: `${share} fail ${rule} together: look for what they share, such as wiring, converter, configuration or clock`,
      reads: [...firsts.values()].slice(0, READS_SHOWN),
      failing: sorted.slice(0, MOST_NAMED).map(({ meter, about }) => ({ of: meter, about })),
    }
  }

  return {
    saw(meter, at, told) {
      if (!lines.has(meter)) return
      for (const one of told.fails) fails(meter, at, one, told.cycleMs)
      for (const one of told.passes) passes(meter, one)
    },
    watched: meter => [...(tracks.get(meter)?.values() ?? [])],
    turn(now) {
      for (const [key, { at }] of cleared) if (now - at > SAME_WITHIN_MS) cleared.delete(key)
      const gone = orphans
        .splice(0)
        .map(alarm => close(alarm, now, `${alarm.of} is no longer in the configuration`))
      const all = [...tracks.values()].flatMap(ofMeter => [...ofMeter.values()]).sort(byName)
      const parted = partCauses(now, all)
      const free = all.filter(({ alarm, isAlone }) => alarm === null && !isAlone)
      const found = sortedGroups(free, ({ rule }) => rule).flatMap(([rule, failing]) =>
        failing.some(one => isDue(one, now)) ? findCauses(rule, failing, now) : [],
      )
      const settled = all.flatMap(one => settle(one, now))
      const left = free.filter(one => one.alarm === null && tracks.get(one.meter)?.get(one.key) === one)
      return [...gone, ...parted, ...found, ...settled, ...endCauses(now, left)]
    },
    standing: () =>
      [
        ...causes.values(),
        ...[...tracks.values()].flatMap(each => [...each.values()].flatMap(({ alarm }) => alarm ?? [])),
      ].sort((a, b) => a.at - b.at || (keyOf(a) < keyOf(b) ? -1 : 1)),
    holds: meter => holdingBack(causes.values(), lines.get(meter), offsetMinutes),
  }
}

export function keyOf({ scope, of, rule, about }: AlarmSubject): string {
  return `${scope}\n${of}\n${rule}\n${about}`
}

function byName(a: Track, b: Track): number {
  if (a.meter !== b.meter) return a.meter < b.meter ? -1 : 1
  return a.key < b.key ? -1 : 1
}

function sortedGroups<Item>(items: readonly Item[], key: (item: Item) => string): [string, Item[]][] {
  return [...Map.groupBy(items, key)].sort(([a], [b]) => (a < b ? -1 : 1))
}
