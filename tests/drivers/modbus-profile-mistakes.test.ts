/** PR-80 Mistakes in a profile of the site's own: each is told with its file, its line and what to do about it. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { drivers } from '../../drivers/modbus/index.ts'
import { type Complaint, formatComplaint } from '../../src/config/complaint.ts'
import { loadProfiles } from '../../src/config/profiles.ts'
import { MODBUS_EXAMPLE } from '../support/modbus-example.ts'
import { rounds } from '../support/rounds.ts'

const RIGHT = `profile: own
protocol: modbus-rtu
source: Acme X1 manual, ed. 2, table 4
vendor: Acme
models: [X1, X2]
confidence: one-source
doubts: ["nobody has seen one"]
serial: { baud: 9600, framing: "8E1", unit: 1 }
sign: import-positive
ident: { item: "3:0x0100", encoding: "ascii 2", is: ["X1", "X2"] }
serialNumber: { item: "3:0x0102", encoding: "u32" }
ratios: { current: { item: "3:0x0104", encoding: "u16" }, side: secondary }
relay:
  state: { item: "1:0x0000", encoding: bit, open: "1", closed: "0" }
  order: { function: 5, item: "1:0x0000", open: "FF00", close: "0000" }
  load: "1-0:16.7.0"
prepaid: { balance: { item: "3:0x0106", encoding: "s32 e-2", unit: CNY } }
nameplate: { phases: 3, volts: 230, amperes: 80 }
traits: { maxRegisters: 60, maxHole: 4, gapMs: 100, inFlight: 2, wholeValues: true, alone: ["3:0x0100"] }
points:
  - { obis: "1-0:1.8.0",  item: "3:0x0000", encoding: "u32 e-2", unit: kWh, name: import, capacity: "1000000.00" }
  - { obis: "1-0:2.8.0",  item: "3:0x0002", encoding: "f32 e-2", unit: kWh, name: export }
  - { obis: "1-0:16.7.0", item: "3:0x0004", encoding: "s16", unit: W, name: power }
  - { obis: "1-0:32.7.0", item: "3:0x0005", encoding: "u16 e-1 invalid=FFFF", unit: V, name: voltage L1 }
${MODBUS_EXAMPLE}`

const known = new Map(drivers.map(driver => [driver.protocol, driver]))

async function complaintsAbout(yaml: string): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'meterd-profile-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'own.yaml')
  writeFileSync(file, yaml)
  const complaints: Complaint[] = []
  await loadProfiles([file], known, complaints)
  return complaints.map(complaint => formatComplaint(complaint).replace(`${folder}/`, ''))
}

/** What is written, what is written instead, and the one complaint about it, at the line of the change, of `at`, or of the example. */
type Mistake = readonly [what: string, right: string, wrong: string, complaint: RegExp, at?: string]

const MISTAKES: readonly Mistake[] = [
  [
    'an unknown key',
    'vendor: Acme',
    'vendors: Acme',
    /vendors: unknown key in this file; did you mean "vendor"\?/,
  ],
  ['an unknown trait', 'gapMs: 100', 'gap: 100', /traits\.gap: unknown key in traits; .*/],
  ['an unknown key of ident', 'is: ["X1", "X2"]', 'was: ["X1"]', /ident\.was: unknown key in ident; .*/],
  [
    'an unknown credit',
    'balance:',
    'saldo:',
    /prepaid\.saldo: unknown key in prepaid; remove it; known here are balance, debt, purchases/,
  ],
  ['a number for a text', 'vendor: Acme', 'vendor: 17', /vendor: 17 is not in quotes.*put it in quotes/],
  [
    'a framing YAML makes a number of',
    '"8E1"',
    '8E1',
    /serial\.framing: 8E1 is not in quotes, so YAML makes the number 80 of it;.* put it in quotes: "8E1"/,
  ],
  ['a framing no port has', '"8E1"', '"9E1"', /serial\.framing: "9E1" is not right; expected data bits.*/],
  [
    'a speed no meter has',
    'baud: 9600',
    'baud: 9601',
    /serial\.baud: 9601 is not right; expected a speed.*write for example 9600/,
  ],
  [
    'a unit beyond the last',
    'unit: 1 }',
    'unit: 248 }',
    /serial\.unit: 248 is not right; expected a unit number.*/,
  ],
  [
    'a confidence nobody defined',
    'one-source',
    'sure',
    /confidence: "sure" is not right; expected two-or-more-sources or one-source.*/,
  ],
  [
    'a sign nobody defined',
    'sign: import-positive',
    'sign: positive',
    /sign: "positive" is not right; expected import-positive.*/,
  ],
  [
    'a sign the encodings contradict',
    'sign: import-positive',
    'sign: export-positive',
    /points\[2\]\.encoding: this meter sends export as positive, .*; write "s16 neg"/,
    's16',
  ],
  [
    'too many registers in a request',
    'maxRegisters: 60',
    'maxRegisters: 126',
    /traits\.maxRegisters: 126 is not right.*from 1 to 125.*/,
  ],
  [
    'too few registers for a value',
    'maxRegisters: 60',
    'maxRegisters: 1',
    /traits\.maxRegisters: "3:0x0000" alone fills 2 registers; write at least 2.*/,
  ],
  ['requests at once beyond measure', 'inFlight: 2', 'inFlight: 17', /traits\.inFlight: 17 is not right.*/],
  [
    'an item alone that is none',
    'alone: ["3:0x0100"]',
    'alone: ["5:0x0100"]',
    /traits\.alone\[0\]: "5:0x0100" is no item; .*; correct or remove it/,
  ],
  [
    'an ident without its register',
    'ident: { item: "3:0x0100", encoding: "ascii 2", is',
    'ident: { encoding: "ascii 2", is',
    /ident\.item: is missing; expected an item.*; add item: .*/,
  ],
  [
    'an ident its register cannot hold',
    '"X1", "X2"]',
    '"X1000", "X2"]',
    /ident\.is\[0\]: ascii 2 never gives "X1000": .*; correct it/,
  ],
  [
    'an ident of no item',
    '{ item: "3:0x0100", encoding: "ascii 2"',
    '{ item: "3-0100", encoding: "ascii 2"',
    /ident\.item: the driver cannot read "3-0100": .*; correct the point/,
  ],
  [
    'a serial number of no item known',
    'serialNumber: { item: "3:0x0102", encoding: "u32" }',
    'serialNumber: { item: "Nr" }',
    /serialNumber\.item: modbus-rtu knows no item "Nr"; correct the item, or add its encoding/,
  ],
  [
    'ratios of no side',
    ', side: secondary',
    '',
    /ratios\.side: is missing; expected primary or secondary.*; add side: secondary/,
  ],
  [
    'a ratio that is text',
    'item: "3:0x0104", encoding: "u16"',
    'item: "3:0x0104", encoding: "ascii 1"',
    /ratios\.current\.encoding: ascii 1 is no number to count with; correct the encoding/,
  ],
  [
    'a relay that shows nothing',
    '  state: { item: "1:0x0000", encoding: bit, open: "1", closed: "0" }\n',
    '',
    /relay\.state: is missing; .*/,
    'relay:',
  ],
  [
    'a relay open and closed at once',
    'closed: "0"',
    'closed: "1"',
    /relay\.state\.closed: open and closed are both "1"; correct one of the two/,
  ],
  [
    'a relay of a state no bit has',
    'open: "1"',
    'open: "2"',
    /relay\.state\.open: bit never gives "2": a bit is 0 or 1; correct it/,
  ],
  [
    'an order by a function that reads',
    'function: 5',
    'function: 4',
    /relay\.order\.function: 4 is not right; expected a function that writes.*/,
  ],
  [
    'an order to a place its function does not write',
    'function: 5, item: "1:0x0000"',
    'function: 5, item: "3:0x0000"',
    /relay\.order\.item: function 5 writes coils, and "3:0x0000" names none; write 1:address/,
  ],
  [
    'an order of other bytes',
    'open: "FF00"',
    'open: "0001"',
    /relay\.order\.open: function 5 does not write 0001; write FF00 or 0000/,
  ],
  [
    'both orders alike',
    'open: "FF00"',
    'open: "0000"',
    /relay\.order\.close: open and close write the same bytes; correct one of the two/,
  ],
  [
    'a load no point measures',
    'load: "1-0:16.7.0"',
    'load: "1-0:36.7.0"',
    /relay\.load: the profile has no point "1-0:36\.7\.0"; .*/,
  ],
  ['no unit of the credit', ', unit: CNY', '', /prepaid\.balance\.unit: is missing; .*/],
  [
    'an address beyond the last',
    'item: "3:0x0005"',
    'item: "3:0x10000"',
    /points\[3\]\.(item|encoding): the driver cannot read "3:0x10000": .*; correct the point/,
  ],
  [
    'a value that ends beyond the last address',
    'item: "3:0x0002"',
    'item: "3:0xFFFF"',
    /points\[1\]\.(item|encoding): the driver cannot read "3:0xFFFF": .* ends beyond the last address, 65535; correct the point/,
  ],
  [
    'a function that does not read',
    'item: "3:0x0004"',
    'item: "6:0x0004"',
    /points\[2\]\.(item|encoding): the driver cannot read "6:0x0004": .*; correct the point/,
  ],
  ['an item that is a number', 'item: "3:0x0004"', 'item: 4', /points\[2\]\.item: 4 is not in quotes.*/],
  [
    'two points at one register',
    'item: "3:0x0005"',
    'item: "3:0x0004"',
    /points\[3\]\.item: "3:0x0004" shares registers with "3:0x0004", 1-0:16\.7\.0; correct the address.*/,
  ],
  [
    'a value across another',
    'item: "3:0x0002"',
    'item: "3:0x0001"',
    /points\[1\]\.item: "3:0x0001" shares registers with "3:0x0000", 1-0:1\.8\.0; .*/,
  ],
  [
    'a type too wide for its place',
    '"s16", unit: W',
    '"s32", unit: W',
    /points\[3\]\.item: "3:0x0005" shares registers with "3:0x0004", 1-0:16\.7\.0; .*/,
    '"3:0x0005"',
  ],
  [
    'an OBIS code twice',
    'obis: "1-0:2.8.0"',
    'obis: "1-0:1.8.0"',
    /points\[1\]: 1-0:1\.8\.0 is listed twice; keep one of the two/,
  ],
  [
    'an OBIS code that is none',
    'obis: "1-0:2.8.0"',
    'obis: "2.8.0"',
    /points\[1\]\.obis: "2\.8\.0" is no OBIS code; write e\.g\. "1-0:1\.8\.0"/,
  ],
  [
    'a unit of another quantity',
    'unit: V,',
    'unit: A,',
    /points\[3\]\.unit: 1-0:32\.7\.0 is not measured in "A"; write V or kV.*/,
  ],
  [
    'power for an energy',
    '"f32 e-2", unit: kWh',
    '"f32 e-2", unit: kW',
    /points\[1\]\.unit: 1-0:2\.8\.0 is not measured in "kW"; write Wh or kWh or MWh.*/,
  ],
  [
    'no unit',
    'unit: W, name: power',
    'unit: "", name: power',
    /points\[2\]\.unit: 1-0:16\.7\.0 needs a unit; write W or kW or MW.*/,
  ],
  [
    'a type that is none',
    '"f32 e-2"',
    '"float e-2"',
    /points\[1\]\.(item|encoding): the driver cannot read "3:0x0002": "float" is no type; types are .*; correct the point/,
  ],
  [
    'a byte order that is none',
    '"f32 e-2"',
    '"f32 DABC e-2"',
    /points\[1\]\.(item|encoding): the driver cannot read .*"DABC" means nothing.*; correct the point/,
  ],
  [
    'an energy as a float without resolution',
    '"f32 e-2"',
    '"f32"',
    /points\[1\]\.encoding: "f32" declares no resolution, and bills are made of 1-0:2\.8\.0; add one, .*/,
  ],
  [
    'a marker of another width',
    'invalid=FFFF',
    'invalid=FFFFFFFF',
    /points\[3\]\.(item|encoding): the driver cannot read .*"invalid=FFFFFFFF" means nothing.*/,
  ],
  [
    'a sign turned twice',
    '"s16", unit: W',
    '"s16 neg", unit: W',
    /points\[2\]\.encoding: sign says that import is positive already, and neg turns it; remove neg, or correct sign/,
  ],
  [
    'a capacity beyond its type',
    '"1000000.00"',
    '"100000000.00"',
    /points\[0\]\.capacity: u32 e-2 ends before 100000000\.00; correct the capacity.*/,
  ],
  [
    'a capacity below what an example shows',
    '"1000000.00"',
    '"1000.00"',
    /examples\[0\]: it shows 1234\.56, which a register that rolls at 1000\.00 never does; correct the point or the example/,
  ],
  [
    'a capacity that is a number',
    '"1000000.00"',
    '1000000.00',
    /points\[0\]\.capacity: 1000000\.00 is not in quotes.*/,
  ],
  [
    'a scale factor outside SunSpec',
    '"s16", unit: W',
    '"s16 sf=4", unit: W',
    /points\[2\]\.(item|encoding): the driver cannot read .*sf= is for items of SunSpec models; correct the point/,
  ],
  [
    'the scale ten times off',
    'encoding: "u32 e-2"',
    'encoding: "u32 e-1"',
    /examples\[0\]: the reply gives 12345\.6, not 1234\.56; correct the point or the example/,
  ],
  [
    'words swapped',
    'encoding: "u32 e-2"',
    'encoding: "u32 CDAB e-2"',
    /examples\[0\]: the reply gives 37958451\.21, not 1234\.56; .*/,
  ],
  [
    'the wrong function',
    'item: "3:0x0000"',
    'item: "4:0x0000"',
    /examples\[0\]: the driver sends 01 04 00 00 00 02 71 CB, not 01 03 00 00 00 02 C4 0B; .*/,
  ],
  [
    'an example whose checksum is wrong',
    'E2 40 E2 A3',
    'E2 40 E2 A4',
    /examples\[0\]: reply is no good frame: .*; correct the point or the example/,
  ],
  [
    'an example that is no hex',
    'C4 0B"',
    'C4 0"',
    /examples\[0\]\.send: "01 03.*" is not right; expected bytes in hex.*/,
  ],
  [
    'an example of nothing in points',
    'obis: "1-0:1.8.0"\n',
    'obis: "1-0:1.8.1"\n',
    /examples\[0\]: the profile has no point "1-0:1\.8\.1"; .*/,
  ],
  [
    'a ratio by which nothing is divided',
    'phases: 3',
    'phases: 2',
    /nameplate\.phases: 2 is not right; expected a number of phases.*/,
  ],
]

describe('PR-80 a profile', () => {
  test('is read where it is right', async () => {
    expect(await complaintsAbout(RIGHT)).toEqual([])
  })

  test('whose values are no pairs is told of each', async () => {
    const said = await complaintsAbout(RIGHT.replace('wholeValues: true', 'evenPairs: true'))
    expect(said).toEqual([
      expect.stringMatching(/^own\.yaml:23:\d+ points\[2\]\.item: "3:0x0004" as s16 is no register pair, .*/),
      expect.stringMatching(
        /^own\.yaml:24:\d+ points\[3\]\.item: "3:0x0005" as u16 .* is no register pair, .*/,
      ),
    ])
  })

  test.each(MISTAKES.map(([what, ...mistake]) => [what, mistake] as const))(
    'with %s is told of it: file, line, remedy',
    async (_, [right, wrong, complaint, at]) => {
      expect(RIGHT.split(right)).toHaveLength(2)
      const yaml = RIGHT.replace(right, wrong)
      const isExample = complaint.source.startsWith('examples\\[0\\]:')
      const place = at ?? (isExample ? '- source' : null)
      const line = yaml
        .slice(0, place === null ? RIGHT.indexOf(right) : yaml.indexOf(place))
        .split('\n').length
      const said = await complaintsAbout(yaml)
      expect(said).toEqual([expect.stringMatching(complaint)])
      expect(said[0]).toMatch(new RegExp(`^own\\.yaml:${line}:\\d+ `))
    },
  )

  test('with junk at any place is refused or taken, never a crash', async () => {
    const places = placesOf(parse(RIGHT), [])
    const junk = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom(
        '3:0x0000',
        '1:0',
        'sunspec:203:2',
        'bit',
        'ascii 60',
        'f32',
        'acc32 sf=3',
        'neg',
        '1-0:1.8.0',
      ),
    )
    let told = 0
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), junk, async (place, value) => {
        const spoiled: unknown = parse(RIGHT)
        const holder = place
          .slice(0, -1)
          .reduce<unknown>((at, step) => Reflect.get(at as object, step), spoiled)
        Reflect.set(holder as object, place.at(-1) ?? '', value)
        const said = await complaintsAbout(stringify(spoiled))
        told += said.length
        for (const complaint of said) expect(complaint).toMatch(/^own\.yaml:\d+:\d+ .+: .+; .+/s)
      }),
      rounds(20261122, 300),
    )
    expect(told).toBeGreaterThan(0)
  })
})

/** The path of each setting, sections and lists among them. */
function placesOf(
  value: unknown,
  path: readonly (string | number)[],
): readonly (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  const inner = Object.entries(value).flatMap(([key, part]) =>
    placesOf(part, [...path, Array.isArray(value) ? Number(key) : key]),
  )
  return path.length === 0 ? inner : [path, ...inner]
}
