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
 * Silences of the group, oldest first. Stretches of several meters that overlap are one; each meter asked has to have been
 * silent, or it is no outage of the group.
 */
export function silencesOf({ meters }: SupplyGroup): readonly Silence[] {
  const stretches = meters.flatMap(stretchesOf).sort((a, b) => a.first - b.first)
  const together: Stretch[][] = []
  let until = Number.NEGATIVE_INFINITY
  for (const stretch of stretches) {
    if (stretch.first < until) together.at(-1)?.push(stretch)
    else together.push([stretch])
    until = Math.max(until, stretch.again ?? Number.POSITIVE_INFINITY)
  }
  return together.map(parts => silenceOf(parts, meters))
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

function silenceOf(parts: readonly Stretch[], all: readonly Watched[]): Silence {
  const meters = [...new Set(parts.map(({ meter }) => meter))].sort()
  const [from, to] = boundsOf(parts)
  const told = all.flatMap(({ meter, told: own }) =>
    meters.includes(meter)
      ? own.filter(one => one.from < (to ?? Number.POSITIVE_INFINITY) && one.to > from)
      : [],
  )
  const silent = `${meters.length} of ${all.length} meters silent`
  const isAtOnce = to === null || to > from
  if (meters.length < all.length || !isAtOnce) {
    const first = Math.min(...parts.map(one => one.last))
    const isOver = parts.every(({ again }) => again !== null)
    const end = isOver ? Math.max(...parts.map(({ again }) => again ?? 0)) : null
    return { is: 'no reply', from: first, to: end, meters, evidence: `${silent}, never all at once` }
  }
  if (told.length === 0)
    return { is: 'no reply', from, to, meters, evidence: `${silent}; none has told of an outage` }
  const events = told.filter(({ by }) => by === 'power-off event')
  const best = events.length > 0 ? events : told
  return {
    is: 'outage',
    from: Math.max(from, Math.min(...best.map(one => one.from))),
    to: Math.min(to ?? Number.POSITIVE_INFINITY, Math.max(...best.map(one => one.to))),
    meters,
    evidence: `${silent}; ${best.length} ${events.length > 0 ? 'power-off events' : 'gaps in load records'} tell of it`,
  }
}

/** While all of them were silent: after the last answer of any, before the first of any. */
function boundsOf(parts: readonly Stretch[]): readonly [from: number, to: number | null] {
  const from = Math.max(...parts.map(({ last }) => last))
  const again = parts.flatMap(part => part.again ?? [])
  return [from, again.length === 0 ? null : Math.min(...again)]
}

/** Outages that are over: how many, and for how long, ms. What nobody gave evidence of counts for neither. */
export function outagesIn(silences: readonly Silence[]): { readonly count: number; readonly ms: number } {
  const over = silences.filter(({ is, to }) => is === 'outage' && to !== null)
  return { count: over.length, ms: over.reduce((sum, { from, to }) => sum + ((to ?? from) - from), 0) }
}
