/** `meterd profile test`: loads profiles, and runs their examples both ways. */

import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { judge } from '../commission/plausibility.ts'
import { fromHex, toHex } from '../core/hex.ts'
import { isEnergyRegister } from '../core/obis.ts'
import { parseScaled } from '../core/scaled.ts'
import type { Driver } from '../driver-api/driver.ts'
import type { Example, Point, Profile } from '../driver-api/profile.ts'
import { isFile, profileNamed } from './profile-named.ts'
import { shippedLibrary } from './shipped.ts'
import { BAD_CONFIG, type Terminal, WrongUse } from './verb.ts'

export async function testProfile(argv: readonly string[], io: Terminal): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { all: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
  })
  const [name, ...more] = positionals
  if (values.all === (name !== undefined) || more.length > 0)
    throw new WrongUse('give one FILE or NAME, or --all')
  if (name === undefined) {
    const { drivers, profiles } = await shippedLibrary(io)
    const good = [...profiles.values()].map(profile => tell(profile, drivers, [], values.json, io))
    return good.every(Boolean) ? 0 : 1
  }
  const found = await profileNamed(name, io)
  if (found === null) return BAD_CONFIG
  const left = isFile(name) ? unfilled(name, await readFile(name, 'utf8')) : []
  return tell(found.profile, found.drivers, left, values.json, io) ? 0 : 1
}

/** Places of the template nobody has filled in, "FILE:LINE: what". */
function unfilled(file: string, text: string): readonly string[] {
  return text.split('\n').flatMap((line, at) => {
    if (/^\s*#/.test(line) || !line.includes('FILL-IN')) return []
    return [`${file}:${at + 1}: still to be filled in; write it, and remove the word FILL-IN`]
  })
}

function tell(
  profile: Profile,
  drivers: ReadonlyMap<string, Driver>,
  left: readonly string[],
  json: boolean,
  io: Terminal,
): boolean {
  const driver = drivers.get(profile.protocol)
  const points = [...profile.points, ...(profile.daily?.points ?? []), ...(profile.hourly?.points ?? [])]
  const examples = profile.examples.map(example => ({
    example,
    back: driver ? encoded(example, points, driver) : null,
  }))
  const wrong = [
    ...left,
    ...examples.flatMap(({ example, back }) =>
      back?.isSame === false
        ? [`${example.obis} ${example.value} is ${back.bytes} when encoded, which the reply does not hold`]
        : [],
    ),
    ...judge(profile, []).findings.flatMap(({ verdict, evidence }) => (verdict === 'fail' ? [evidence] : [])),
  ]
  const remarks = remarksOn(profile)
  if (json)
    io.out(
      JSON.stringify({
        profile: profile.profile,
        examples: examples.length,
        encodedToo: examples.filter(({ back }) => back).length,
        wrong,
        remarks,
      }),
    )
  else {
    for (const { example, back } of examples)
      io.out(
        `  ${example.obis} = ${example.value}: decoded${back?.isSame ? `, and encoded to the same ${back.bytes}` : back ? ', NOT encoded to the same' : driver?.encode ? '; not encoded: its bytes say more than the value' : ''}`,
      )
    for (const remark of remarks) io.out(`  note: ${remark}`)
    for (const one of wrong) io.err(one)
    io.out(
      `${profile.profile}: ${profile.points.length} points, ${examples.length} example${examples.length === 1 ? '' : 's'}: ${wrong.length === 0 ? 'proven' : 'NOT proven'}`,
    )
  }
  return wrong.length === 0
}

/** Null where the driver cannot say the value exactly: floats that were rounded, scale factors of the meter. */
function encoded(
  { obis, value, reply }: Example,
  points: readonly Point[],
  driver: Driver,
): { readonly isSame: boolean; readonly bytes: string } | null {
  const held = toHex(fromHex(reply) ?? new Uint8Array())
  const number = parseScaled(value)
  const ways = points.flatMap(point => {
    if (point.obis !== obis || !driver.encode) return []
    const bytes = driver.encode(point, number ?? { text: value })
    return bytes === null ? [] : [toHex(bytes)]
  })
  const [first] = ways
  if (first === undefined) return null
  return {
    isSame: ways.some(bytes => held.includes(bytes)),
    bytes: ways.find(bytes => held.includes(bytes)) ?? first,
  }
}

/** What a good profile may be bad at: floats that grow coarse, registers whose end nobody knows, no identity. */
function remarksOn(profile: Profile): readonly string[] {
  const energies = profile.points.filter(({ obis }) => isEnergyRegister(obis))
  const isModbus = profile.protocol.startsWith('modbus')
  return [
    ...floatLimits(energies),
    ...(energies.length === 0 ? ['no energy register: nothing of it can be billed'] : []),
    ...(isModbus && !profile.serialNumber
      ? ['no serialNumber: another meter in the place of this one is only noticed by its values']
      : []),
    ...(isModbus && !profile.ident ? ['no ident: another model is only noticed by its values'] : []),
    ...(profile.doubts ?? []).map(doubt => `doubt: ${doubt}`),
  ]
}

/** From where on single floats step by more than the resolution declared (V-F12). */
function floatLimits(points: readonly Point[]): readonly string[] {
  const limits = Map.groupBy(points.flatMap(floatLimit), limit => limit)
  return [...limits].map(
    ([limit, { length }]) =>
      `${length} energy register${length === 1 ? '' : 's'} of single floats: ${limit}; each reading there says so, and beyond ten times that none is billed`,
  )
}

function floatLimit({ encoding, unit }: Point): readonly string[] {
  if (!encoding.startsWith('f32')) return []
  const resolution = Number(/ e([+-]?\d+)/.exec(encoding)?.[1] ?? Number.NaN)
  const shift = Number(/ \*e([+-]?\d+)/.exec(encoding)?.[1] ?? 0)
  if (Number.isNaN(resolution)) return []
  // A float of 24 bits between 2^n and 2^(n+1) steps by 2^(n-23).
  const power = Math.floor(Math.log2(10 ** (resolution - shift))) + 1 + 23
  return [`from ${2 ** power * 10 ** shift} ${unit} on they step by more than 1e${resolution} ${unit}`]
}
