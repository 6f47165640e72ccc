/** The letters in a row's identifier: which digits they stand for, and how their numbers are spoken. */

import type { Letter } from './item-rows.ts'

export type Bindings = Partial<Record<Letter, number>>
export type Limits = Readonly<Record<Letter, number>>

export const LEAST: Limits = { t: 0, k: 0, m: 0, h: 1, i: 1, n: 1 }
const RUNS = /t+|k+|m+|h+|i+|n+/g
/** All F in place of these asks for all of them in one block, and so does it of a few records. */
const isInBlocks = (letter: Letter, { n }: Limits): boolean =>
  'tkh'.includes(letter) || (letter === 'n' && n <= MOST_RECORDS)
/** Of freezes a meter keeps up to 254, which no answer holds. */
const MOST_RECORDS = 10

/** Matches the identifiers of a row, its letters as groups; "nn" itself stands for the count back in profiles. */
export function itemPattern(item: string): RegExp {
  const source = item.replaceAll(RUNS, run => {
    const letter = run.charAt(0)
    const hex = `[0-9A-F]{${run.length}}`
    return `(?<${letter}>${letter === 'n' ? `${hex}|${run}` : hex})`
  })
  return new RegExp(`^${source}$`)
}

/** Reads the letters' digits; `all` is the one letter that was all F. Null when a number is out of its range. */
export function bindDigits(
  groups: Readonly<Record<string, string>>,
  limits: Limits,
): { readonly bindings: Bindings; readonly all: Letter | null } | null {
  const bindings: Bindings = {}
  let all: Letter | null = null
  for (const [key, digits] of Object.entries(groups)) {
    const letter = key as Letter
    if (/^n+$/.test(digits)) continue
    const value = Number.parseInt(digits, 16)
    if (value >= LEAST[letter] && value <= limits[letter]) bindings[letter] = value
    else if (isInBlocks(letter, limits) && /^F+$/.test(digits) && all === null) all = letter
    else return null
  }
  return { bindings, all }
}

/** Letters without a value stay: the rest of the row may not have them. */
export function fill(item: string, bindings: Bindings): string {
  return item.replaceAll(RUNS, run => {
    const value = bindings[run.charAt(0) as Letter]
    return value === undefined ? run : hexDigits(value, run.length)
  })
}

export function fillObis(obis: string, bindings: Bindings): string {
  const current = bindings.k === undefined || bindings.k === 0 ? obis.replace('*k', '') : obis
  return current.replaceAll(/[tkh]/g, letter => String(bindings[letter as Letter] ?? 0))
}

export function obisPattern(obis: string): RegExp {
  const source = obis
    .replaceAll(/[.*]/g, String.raw`\$&`)
    .replace(String.raw`\*k`, String.raw`(?:\*(?<k>\d+))?`)
    .replaceAll(/[th]/g, letter => String.raw`(?<${letter}>\d+)`)
  return new RegExp(`^${source}$`)
}

/** The numbers in an OBIS code are decimal; "*0" and leading zeros are not how a code is written. */
export function bindObis(found: RegExpExecArray | null, limits: Limits): Bindings | null {
  if (!found) return null
  const bindings: Bindings = { k: 0 }
  for (const [key, digits] of Object.entries(found.groups ?? {})) {
    if (digits === undefined) continue
    const letter = key as Letter
    const value = Number(digits)
    const least = letter === 'k' ? 1 : LEAST[letter]
    if (digits !== String(value) || value < least || value > limits[letter]) return null
    bindings[letter] = value
  }
  return bindings
}

/** "forward active energy, tariff 2, settlement day 3 back". */
export function nameOf(name: string, { t, k, m, h, i, n }: Bindings): string {
  return [
    i === undefined ? name : `${name} ${i}`,
    t === undefined ? '' : t === 0 ? 'total' : `tariff ${t}`,
    h === undefined ? '' : `order ${h}`,
    !k ? '' : k === 1 ? 'last settlement day' : `settlement day ${k} back`,
    !m ? '' : m === 1 ? 'last month' : `month ${m} back`,
    n === undefined ? '' : n === 1 ? 'last' : `${n} back`,
  ]
    .filter(part => part !== '')
    .join(', ')
}

/** "（上3结算日）正向有功费率2电能": what is not bound is not spoken. */
export function nameZhOf(nameZh: string, { t, k, m, h, i, n }: Bindings): string {
  const text = nameZh
    .replace('{t}', t === undefined ? '' : t === 0 ? '总' : `费率${t}`)
    .replace('{h}', h === undefined ? '' : `${h}次`)
    .replace('{i}', i === undefined ? 'n' : String(i))
  return `${k ? `（上${k}结算日）` : ''}${m ? `（上${m}月）` : ''}${n ? `（上${n}次）` : ''}${text}`
}

const SPOKEN: Readonly<Record<Letter, string>> = {
  t: 'tariff, 0 the total,',
  k: 'settlement day back, 0 now,',
  m: 'month back, 0 now,',
  h: 'order of the harmonic,',
  i: 'number',
  n: 'count back',
}

/** "tt: tariff, 0 the total, 00 to 3F, FF all; kk: settlement day back …", digits in hex. */
export function lettersOf(item: string, limits: Limits, hasBlocks = true): string {
  return (item.match(RUNS) ?? [])
    .map(run => {
      const letter = run.charAt(0) as Letter
      const [least, most] = [LEAST[letter], limits[letter]].map(value => hexDigits(value, run.length))
      const all = hasBlocks && isInBlocks(letter, limits) ? `, ${'F'.repeat(run.length)} all` : ''
      return `${run}: ${SPOKEN[letter]} ${least} to ${most}${all}`
    })
    .join('; ')
}

function hexDigits(value: number, width: number): string {
  return value.toString(16).toUpperCase().padStart(width, '0')
}
