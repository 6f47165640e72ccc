/** What is wrong with a whole profile: mistakes that its points do not show one by one. */

import type { Point, Profile, ProfileMistake, RelayRegisters } from '../../src/driver-api/driver.ts'
import { beyond, encodeRegisters } from './encode.ts'
import type { Encoding } from './encodings.ts'
import { type Located, locate } from './items.ts'

type Path = ProfileMistake['path']

/** Each point has been located before: what is wrong with one by itself has been said. */
export function checkProfile(profile: Profile): readonly ProfileMistake[] {
  const located = profile.points.flatMap((point, index): readonly Placed[] => {
    const place = locate(point)
    return 'wrong' in place ? [] : [{ ...place, path: ['points', index] }]
  })
  return [
    ...overlaps(located),
    ...tooWide(profile, located),
    ...located.flatMap(place => [
      ...wrongEncoding(place),
      ...wrongSign(profile, place),
      ...noPair(profile, place),
    ]),
    ...wrongAlone(profile),
    ...wrongIdent(profile),
    ...wrongNumbers(profile),
    ...(profile.traits.relay ? wrongRelay(profile.traits.relay) : []),
  ]
}

interface Placed extends Located {
  readonly path: Path
}

/** One register is one thing: where two points share one, at least one of the two addresses is a slip. */
function overlaps(located: readonly Placed[]): ProfileMistake[] {
  const sorted = [...located].sort(
    (a, b) => (a.models?.from ?? 0) - (b.models?.from ?? 0) || a.code - b.code || a.address - b.address,
  )
  return sorted.flatMap((place, index): ProfileMistake[] => {
    const before = sorted[index - 1]
    if (before === undefined || before.code !== place.code) return []
    if (before.models?.from !== place.models?.from) return []
    if (before.address + before.encoding.registers <= place.address) return []
    const [first, second] = Number(before.path[1]) < Number(place.path[1]) ? [before, place] : [place, before]
    return [
      {
        path: [...second.path, 'item'],
        wrong: `"${second.point.item}" shares registers with "${first.point.item}", ${first.point.obis || first.point.name}`,
        remedy: 'correct the address or the type of one of the two',
      },
    ]
  })
}

function wrongEncoding({ point, encoding, path }: Placed): ProfileMistake[] {
  const mistakes: ProfileMistake[] = []
  const at = [...path, 'encoding']
  if (encoding.kind === 'float' && !encoding.rounded && isTimeIntegral(point))
    mistakes.push({
      path: at,
      wrong: `"${point.encoding}" declares no resolution, and bills are made of ${point.obis}`,
      remedy: `add one, e.g. "${point.encoding} e-2" for hundredths`,
    })
  if (encoding.kind === 'text' && point.obis !== '')
    mistakes.push({ path: at, wrong: `${point.obis} is a number, not text`, remedy: 'correct the encoding' })
  const most = beyond(encoding)
  if (point.capacity !== undefined && most !== null && encoding.factorAt === null) {
    const [whole = '', decimals = ''] = point.capacity.split('.')
    const power = Math.max(decimals.length, -most.scaler)
    const capacity = BigInt(whole + decimals.padEnd(power, '0'))
    if (capacity > most.digits * 10n ** BigInt(most.scaler + power))
      mistakes.push({
        path: [...path, 'capacity'],
        wrong: `${point.encoding} ends before ${point.capacity}`,
        remedy: 'correct the capacity, the type or the scale',
      })
  }
  return mistakes
}

/** Registers of active power whose sign says the direction: total, and of each phase (group C 16, 36, 56, 76; D 7). */
const NET_POWER = /^1-\d+:(16|36|56|76)\.7\.0$/

function wrongSign({ sign }: Profile, { point, encoding, path }: Placed): ProfileMistake[] {
  if (sign === undefined || !NET_POWER.test(point.obis)) return []
  const at = [...path, 'encoding']
  if (sign === 'export-positive' && !encoding.turned)
    return [
      {
        path: at,
        wrong: `this meter sends export as positive, and ${point.obis} is positive for import`,
        remedy: `write "${point.encoding} neg"`,
      },
    ]
  if (sign === 'import-positive' && encoding.turned)
    return [
      {
        path: at,
        wrong: `sign says that import is positive already, and neg turns it`,
        remedy: 'remove neg, or correct sign',
      },
    ]
  return []
}

function tooWide({ traits }: Profile, located: readonly Placed[]): ProfileMistake[] {
  const widest = located.find(
    ({ encoding }) =>
      encoding.kind !== 'bit' && encoding.registers > (traits.maxRegisters ?? encoding.registers),
  )
  return widest
    ? [
        {
          path: ['traits', 'maxRegisters'],
          wrong: `"${widest.point.item}" alone fills ${widest.encoding.registers} registers`,
          remedy: `write at least ${widest.encoding.registers}, or correct its encoding`,
        },
      ]
    : []
}

function noPair({ traits }: Profile, { point, address, encoding, path }: Placed): ProfileMistake[] {
  const isPair = address % 2 === 0 && encoding.registers % 2 === 0
  if (traits.evenPairs !== true || encoding.kind === 'bit' || isPair) return []
  return [
    {
      path: [...path, 'item'],
      wrong: `"${point.item}" as ${point.encoding} is no register pair, and evenPairs says that nothing else is answered`,
      remedy: 'correct the item, or remove evenPairs',
    },
  ]
}

function wrongAlone({ traits }: Profile): ProfileMistake[] {
  return (traits.alone ?? []).flatMap((item, index): ProfileMistake[] => {
    const place = locate({
      obis: '',
      item,
      place: 0,
      encoding: /^[12]:/.test(item) ? 'bit' : 'u16',
      unit: '',
      name: '',
    })
    return 'wrong' in place
      ? [{ path: ['traits', 'alone', index], wrong: place.wrong, remedy: 'correct or remove it' }]
      : []
  })
}

/** A value the register cannot hold would never be found, and every meter would be a stranger. */
function wrongIdent({ ident }: Profile): ProfileMistake[] {
  const encoding = ident && encodingOf(ident.point)
  if (!encoding) return []
  return (ident.is ?? []).flatMap((is, index): ProfileMistake[] => {
    const wrong = whyNotHeld(encoding, is)
    if (wrong === null) return []
    const path = ['ident', 'is', index]
    return [{ path, wrong: `${ident.point.encoding} never gives "${is}": ${wrong}`, remedy: 'correct it' }]
  })
}

/** Ratios and credit are counted with. */
function wrongNumbers({ ratios, prepaid = {} }: Profile): ProfileMistake[] {
  const numbers: readonly (readonly [Path, Point | undefined])[] = [
    [['ratios', 'current'], ratios?.current],
    [['ratios', 'voltage'], ratios?.voltage],
    ...Object.entries(prepaid).map(([credit, point]) => [['prepaid', credit], point] as const),
  ]
  return numbers.flatMap(([path, point]): ProfileMistake[] => {
    const encoding = point && encodingOf(point)
    if (encoding?.kind === 'text' || encoding?.kind === 'bit')
      return [
        {
          path: [...path, 'encoding'],
          wrong: `${point?.encoding} is no number to count with`,
          remedy: 'correct the encoding',
        },
      ]
    return encoding?.kind === 'float' && !encoding.rounded
      ? [
          {
            path: [...path, 'encoding'],
            wrong: `"${point?.encoding}" declares no resolution`,
            remedy: `add one, e.g. "${point?.encoding} e-2"`,
          },
        ]
      : []
  })
}

/** By writing function: which function reads the same place, and how many bytes an order has. */
const ORDERS = {
  5: { read: 1, bytes: 2, of: 'FF00 or 0000' },
  6: { read: 3, bytes: 2, of: 'one register, four digits' },
  15: { read: 1, bytes: 1, of: '01 or 00' },
  16: { read: 3, bytes: null, of: 'registers of four digits each' },
} as const

function wrongRelay({ state, order }: RelayRegisters): ProfileMistake[] {
  const { read, bytes, of } = ORDERS[order.function]
  const mistakes: ProfileMistake[] = []
  const place = locate({ ...state.point, item: order.item, encoding: read === 1 ? 'bit' : 'u16' })
  if ('wrong' in place || place.code !== read || place.models !== null)
    mistakes.push({
      path: ['relay', 'order', 'item'],
      wrong: `function ${order.function} writes ${read === 1 ? 'coils' : 'holding registers'}, and "${order.item}" names none`,
      remedy: `write ${read}:address`,
    })
  for (const action of ['open', 'close'] as const) {
    const hex = order[action].toUpperCase()
    const fits =
      order.function === 5
        ? /^(FF00|0000)$/.test(hex)
        : order.function === 15
          ? /^0[01]$/.test(hex)
          : bytes === null
            ? hex.length % 4 === 0
            : hex.length === 2 * bytes
    if (!fits)
      mistakes.push({
        path: ['relay', 'order', action],
        wrong: `function ${order.function} does not write ${order[action]}`,
        remedy: `write ${of}`,
      })
  }
  if (order.open.toUpperCase() === order.close.toUpperCase())
    mistakes.push({
      path: ['relay', 'order', 'close'],
      wrong: 'open and close write the same bytes',
      remedy: 'correct one of the two',
    })
  const encoding = encodingOf(state.point)
  for (const position of ['open', 'closed'] as const) {
    const wrong = encoding ? whyNotHeld(encoding, state[position]) : null
    if (wrong !== null)
      mistakes.push({
        path: ['relay', 'state', position],
        wrong: `${state.point.encoding} never gives "${state[position]}": ${wrong}`,
        remedy: 'correct it',
      })
  }
  return mistakes
}

function whyNotHeld(encoding: Encoding, text: string): string | null {
  if (encoding.kind === 'bit') return /^[01]$/.test(text) ? null : 'a bit is 0 or 1'
  if (encoding.kind === 'text') {
    const made = encodeRegisters(encoding, { text })
    return 'wrong' in made ? made.wrong : null
  }
  const [, sign, whole, decimals = ''] = /^(-?)(\d{1,30})(?:\.(\d{1,20}))?$/.exec(text) ?? []
  if (whole === undefined) return 'it is no number'
  const digits = BigInt(whole + decimals)
  const made = encodeRegisters(encoding, {
    digits: sign === '-' ? -digits : digits,
    scaler: -decimals.length,
  })
  return 'wrong' in made ? made.wrong : null
}

function encodingOf(point: Point): Encoding | null {
  const place = locate(point)
  return 'wrong' in place ? null : place.encoding
}

/** Group D 8: energies, which bills are made of. */
function isTimeIntegral({ obis }: Point): boolean {
  return /^\d+-\d+:\d+\.8\./.test(obis)
}
