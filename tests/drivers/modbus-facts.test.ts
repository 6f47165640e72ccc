/** The profiles against the collected facts: every point is there as the facts have it, or there is a reason. */

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { drivers } from '../../drivers/modbus/index.ts'
import { type Located, locate, modelsText } from '../../drivers/modbus/items.ts'
import { loadProfiles, profileFiles } from '../../src/config/profiles.ts'
import type { Profile } from '../../src/driver-api/profile.ts'

interface FactPoint {
  readonly quantity: string
  readonly obis: string | null
  readonly unit: string
  readonly addr: number
  readonly type: string
  readonly scale: number | string
  readonly invalid?: string
}

interface Facts {
  readonly id: string
  readonly fc: number
  readonly order: string
  readonly maxRegisters: number
  readonly gapMs: number
  readonly sign: string
  readonly confidence: string
  readonly flags: readonly string[]
  readonly serial: { readonly baud: number | null; readonly framing: string; readonly unit: number }
  readonly scaleFactors?: Readonly<Record<string, number>>
  readonly points: readonly FactPoint[]
}

const { profiles: facts }: { profiles: readonly Facts[] } = JSON.parse(
  readFileSync(new URL('../golden/modbus/profiles.json', import.meta.url), 'utf8'),
)
const folder = new URL('../../drivers/modbus/profiles', import.meta.url).pathname
const profiles = await loadProfiles(
  (await profileFiles(folder)) ?? [],
  new Map(drivers.map(driver => [driver.protocol, driver])),
  [],
)

/** Points of the facts no profile has, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'cg-em24-rs485 energy.export': 'evcc dropped the register after reports: a doubtful export is no export',
  'schneider-iem3000 pf': 'coded in four quadrants from -2 to 2: no power factor',
  'schneider-pm5000 pf': 'coded in four quadrants from -2 to 2: no power factor',
}
/** A quantity without an OBIS code becomes no reading. */
const hasCode = ({ obis }: FactPoint) => obis !== null

/** Profiles the facts only mention. */
const BEYOND_THE_FACTS: Readonly<Record<string, string>> = {
  'chint-dtsu666-401e': 'the other firmware of the DTSU666, of which the flags of chint-dtsu666 tell',
}

const PREFIX: Readonly<Record<string, number>> = { k: 3, M: 6 }

/** The power of ten of one raw unit in the unit without prefix. */
function power(exponent: number, unit: string): number {
  return exponent + (/^[kM](W|V|A|var)/.test(unit) ? (PREFIX[unit[0] ?? ''] ?? 0) : 0)
}

const KIND: Readonly<Record<string, string>> = { u: 'unsigned', s: 'signed', f: 'float', a: 'unsigned' }

/** What the facts say of a point, as the driver locates it. */
function asFact({ fc, order, scaleFactors }: Facts, point: FactPoint) {
  const { addr, type, scale, unit, invalid } = point
  const registers = Number(type.slice(-2)) / 16
  const bySunSpec = typeof scale === 'string'
  const exponent = bySunSpec
    ? /energy/.test(point.quantity)
      ? -3
      : /^pf/.test(point.quantity)
        ? -2
        : 0
    : Math.round(Math.log10(scale))
  return {
    code: fc,
    address: addr,
    registers,
    kind: KIND[type[0] ?? ''],
    lowRegisterFirst: registers > 1 && order === 'CDAB',
    bytesSwapped: false,
    power: power(exponent, unit),
    factorAt: bySunSpec ? (scaleFactors?.[scale] ?? null) : null,
    ...(invalid === undefined ? {} : { hasMarker: true }),
  }
}

function asLocated({ point, code, address, encoding }: Located, fact: ReturnType<typeof asFact>) {
  const isFloat = encoding.kind === 'float'
  return {
    code,
    address,
    registers: encoding.registers,
    kind: encoding.kind,
    lowRegisterFirst: encoding.lowRegisterFirst && encoding.registers > 1,
    bytesSwapped: encoding.bytesSwapped,
    power: power(isFloat ? encoding.shift : encoding.scaler, point.unit),
    factorAt: encoding.factorAt,
    ...('hasMarker' in fact ? { hasMarker: encoding.invalid.length > 0 } : {}),
  }
}

function profileOf(id: string): Profile {
  const profile = profiles.get(id)
  if (!profile) throw new Error(`no profile ${id}`)
  return profile
}

test('each of the 31 meters has its profile, and no profile is without facts', () => {
  expect(facts).toHaveLength(31)
  expect(facts.flatMap(({ points }) => points)).toHaveLength(553)
  const ids = facts.map(({ id }) => id)
  expect([...profiles.keys()].sort()).toEqual([...ids, ...Object.keys(BEYOND_THE_FACTS)].sort())
})

test('what is left out is in the facts, and left out indeed', () => {
  for (const left of Object.keys(LEFT_OUT)) {
    const [id = '', quantity = ''] = left.split(' ')
    const point = facts.find(one => one.id === id)?.points.find(one => one.quantity === quantity)
    expect(point, left).toBeDefined()
    expect(
      profileOf(id).points.find(({ obis }) => obis === point?.obis),
      left,
    ).toBeUndefined()
  }
})

describe.each(facts)('$id', fact => {
  const profile = profileOf(fact.id)
  const wanted = fact.points.filter(hasCode).filter(({ quantity }) => !(`${fact.id} ${quantity}` in LEFT_OUT))

  test('has every point of the facts: function, address, type, order, scale, unit, marker', () => {
    for (const point of wanted) {
      const known = profile.points.find(({ obis }) => obis === point.obis)
      if (!known) throw new Error(`${fact.id} lacks ${point.quantity}, ${point.obis}`)
      const located = locate(known)
      if ('wrong' in located) throw new Error(located.wrong)
      const said = asFact(fact, point)
      expect(asLocated(located, said), point.quantity).toEqual(said)
    }
  })

  test('has no point the facts know nothing of', () => {
    const known = new Set(wanted.map(({ obis }) => obis))
    const others = profile.points.filter(({ obis }) => !known.has(obis)).map(({ name }) => name)
    expect(others).toEqual(fact.id === 'pzem-016' ? ['alarm, 65535 above the power threshold'] : [])
  })

  test('has its limits, settings, sign and confidence; what is flagged is doubted', () => {
    const { traits, serial, sign, confidence, vendor, models, doubts } = profile
    const { baud, framing, unit } = fact.serial
    // The facts suggest a rest for all; what is known over TCP alone numbers its requests and needs none.
    expect(traits.gapMs).toBe(baud === null ? undefined : fact.gapMs)
    expect(traits.maxRegisters).toBe(fact.maxRegisters)
    // No source says how many requests a device takes at once.
    expect(traits.inFlight).toBeUndefined()
    expect(serial).toEqual(baud === null ? undefined : { baud, framing, unit })
    const said = /unsigned/.test(fact.sign)
      ? 'unsigned'
      : fact.id.startsWith('sunspec')
        ? 'device'
        : 'import-positive'
    expect(sign).toBe(said)
    expect(confidence).toBe(fact.confidence === 'one source' ? 'one-source' : 'two-or-more-sources')
    expect(vendor).toBeTruthy()
    expect(models?.length).toBeGreaterThan(0)
    if (fact.flags.length > 0) expect(doubts?.length).toBeGreaterThan(0)
  })

  test('is read in SunSpec models where the facts count from their start, else at addresses', () => {
    const models = /^sunspec-(\d+-\d+)$/.exec(fact.id)?.[1] ?? null
    for (const point of profile.points) {
      const located = locate(point)
      if ('wrong' in located) throw new Error(located.wrong)
      expect(located.models && modelsText(located.models)).toBe(models)
    }
  })
})
