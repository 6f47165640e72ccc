/** When a silence was an outage: only with evidence, else nobody replied, and nothing more is known (B-05). */

/** A question to one meter at its time; UTC ms. */
export interface Asked {
  readonly at: number
  readonly answered: boolean
}

/** Meters that hang on one supply, such as a feeder. */
export interface SupplyGroup {
  readonly meters: readonly Watched[]
}

export interface Watched {
  readonly meter: string
  /** In order of time. */
  readonly asked: readonly Asked[]
  /** Power-off records of the meter, and stretches its load records leave out: what it tells of itself afterwards. */
  readonly told: readonly Told[]
}

export interface Told {
  readonly by: 'power-off event' | 'load gap'
  readonly from: number
  readonly to: number
}

export interface Silence {
  /** `outage`: every meter of the group was silent, and one of them at least tells why. */
  readonly is: 'outage' | 'no reply'
  /** By the meters' own events where there are any, else by the last answer before it and the first after. */
  readonly from: number
  /** Null where nobody has answered since. */
  readonly to: number | null
  /** Those that were silent. */
  readonly meters: readonly string[]
  /** In words. */
  readonly evidence: string
}

interface Stretch {
  readonly meter: string
  /** The last answer, and the first question without one. */
  readonly last: number
  readonly first: number
  /** The next answer; null where there is none yet. */
  readonly again: number | null
}

/**
 * Silences of the group, oldest first: those of all its meters at once, and of a single meter what began at no such time.
 */
export function silencesOf({ meters }: SupplyGroup): readonly Silence[] {
  const each = meters.map(stretchesOf)
  const ofAll = each
    .map(stretches => stretches.map(({ last, again }) => ({ from: last, to: again ?? FOREVER })))
    .reduce(intersected, [{ from: -FOREVER, to: FOREVER }])
    .filter(() => meters.length > 0)
  const own = each.flat().filter(({ first }) => !ofAll.some(({ from, to }) => first >= from && first <= to))
  return [
    ...ofAll.map(span => togetherSilent(span, meters)),
    ...own.map(({ meter, last, again }): Silence => {
      const evidence = `1 of ${meters.length} meters silent while others answered`
      return { is: 'no reply', from: last, to: again, meters: [meter], evidence }
    }),
  ].sort((one, other) => one.from - other.from)
}

interface Span {
  readonly from: number
  readonly to: number
}

const FOREVER = Number.POSITIVE_INFINITY

/** Where spans of both overlap. */
function intersected(some: readonly Span[], others: readonly Span[]): readonly Span[] {
  return some.flatMap(one =>
    others.flatMap(other => {
      const [from, to] = [Math.max(one.from, other.from), Math.min(one.to, other.to)]
      return from < to ? [{ from, to }] : []
    }),
  )
}

/** From the first question without an answer to the next answer. */
function stretchesOf({ meter, asked }: Watched): readonly Stretch[] {
  const found: Stretch[] = []
  let last: number | null = null
  let first: number | null = null
  for (const { at, answered } of asked) {
    if (!answered) first ??= at
    else {
      if (first !== null) found.push({ meter, last: last ?? first, first, again: at })
      last = at
      first = null
    }
  }
  if (first !== null) found.push({ meter, last: last ?? first, first, again: null })
  return found
}

/** After the last answer of any, before the next of any. */
function togetherSilent({ from, to }: Span, all: readonly Watched[]): Silence {
  const meters = all.map(({ meter }) => meter).sort()
  const told = all.flatMap(one => one.told.filter(span => span.from < to && span.to > from))
  const silent = `all ${all.length} meters silent`
  if (told.length === 0) {
    const evidence = `${silent}; none has told of an outage`
    return { is: 'no reply', from, to: to === FOREVER ? null : to, meters, evidence }
  }
  const events = told.filter(({ by }) => by === 'power-off event')
  const best = events.length > 0 ? events : told
  return {
    is: 'outage',
    from: Math.max(from, Math.min(...best.map(one => one.from))),
    to: Math.min(to, Math.max(...best.map(one => one.to))),
    meters,
    evidence: `${silent}; ${best.length} ${events.length > 0 ? 'power-off events' : 'gaps in load records'} tell of it`,
  }
}

/** Outages that are over: how many, and for how long, ms. What nobody gave evidence of counts for neither. */
export function outagesIn(silences: readonly Silence[]): { readonly count: number; readonly ms: number } {
  const over = silences.filter(({ is, to }) => is === 'outage' && to !== null)
  return { count: over.length, ms: over.reduce((sum, { from, to }) => sum + ((to ?? from) - from), 0) }
}
