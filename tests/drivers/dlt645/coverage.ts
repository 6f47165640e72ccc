/**
 * What is covered of DL/T 645, as Markdown, from the code itself: the drivers' tables, what the simulated meters answer
 * when they are asked, and which tests name it. An empty cell must have its reason here.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { driver1997, driver2007 } from '../../../drivers/dlt645/driver.ts'
import { BIT_NAMES } from '../../../drivers/dlt645/encodings/bit-names.ts'
import { FUNCTIONS_1997, FUNCTIONS_2007, type FunctionRow } from '../../../drivers/dlt645/wire/functions.ts'
import type { Driver } from '../../../src/driver-api/driver.ts'
import type { ItemFamily } from '../../../src/driver-api/items.ts'
import { createMeter } from '../../../src/simulator/meter.ts'
import { createMeter1997 } from '../../../src/simulator/meter-1997.ts'
import { createMeter2007 } from '../../../src/simulator/meter-2007.ts'
import type { Slave } from '../../../src/simulator/slave.ts'
import { frameBytes } from './bench-meter.ts'
import { vectors } from './vectors.ts'

const ADDRESS = '000000000161'
const NOW = Date.UTC(2026, 10, 21, 18, 30, 15)
const ROOT = join(import.meta.dirname, '..', '..', '..')
const ROOMS = ['drivers/dlt645', 'simulator', 'commission', 'cli'] as const
/** So many of the tests that name a thing are named in its cell. */
const TESTS_TOLD = 3

interface Edition {
  readonly name: '2007' | '1997'
  readonly driver: Driver
  readonly functions: ReadonlyMap<number, FunctionRow>
  readonly read: number
  /** Digits of an identifier that make a group of the tables. */
  readonly groupDigits: (item: string) => number
  readonly slaves: () => readonly Slave[]
}

const meter = (protocol: string) =>
  createMeter({ seed: 7, protocol, address: ADDRESS, phases: 3, offsetMinutes: 480 })

const EDITIONS: readonly Edition[] = [
  {
    name: '2007',
    driver: driver2007,
    functions: FUNCTIONS_2007,
    read: 0x11,
    groupDigits: item => (/^0[01]/.test(item) ? 2 : 4),
    slaves: () =>
      (['none', 'money', 'energy'] as const).map(prepaid => {
        const slave = createMeter2007(meter('dlt645-2007'), { prepaid })
        // One freeze at once, so that there is something to read.
        slave.answer(frameBytes(ADDRESS, 0x16, new Uint8Array(4).fill(0x99)), NOW - 60_000)
        return slave
      }),
  },
  {
    name: '1997',
    driver: driver1997,
    functions: FUNCTIONS_1997,
    read: 0x01,
    groupDigits: () => 2,
    slaves: () => [createMeter1997(meter('dlt645-1997'))],
  },
]

/** Why a simulated meter refuses what the driver's table has. The longest that fits counts. */
const NOT_SERVED: Readonly<Record<string, string>> = {
  '2007 020C': 'line voltages by one maker only; refused as most meters do',
  '2007 13': 'one-field form of event records, of one source; the full records are served',
  '2007 04000C': 'written only, by 18; refused to readers by the standard',
  '2007 0405': 'block of prices, of one source; single prices are served',
  '2007 0500': 'timed freezes: none until one is ordered by 16, then served',
  '2007 0502': 'none until the zone tables have switched, then served',
  '2007 0503': 'none until the period tables have switched, then served',
  '2007 0505': 'none until the prices have switched, then served',
  '2007 0507': 'none until the ladder has switched, then served',
  '1997 B6': 'vendor items; refused as other meters do',
  '1997 C212': 'written only, by 0F',
  '1997 C21': 'vendor items',
  '1997 C41F': 'block of the holidays, which some meters refuse; single ones are served',
}

/** Bits the simulated meters play; the others are legal and stay 0, since nothing in the simulation brings them about. */
const BITS_PLAYED: Readonly<Record<string, readonly number[]>> = {
  'status-1': [4, 5],
  'status-2': [0, 1, 2, 4, 5, 6],
  'status-3': [0, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
  'combination-active': [0, 1, 2, 3],
  'combination-reactive': [0, 1, 2, 3, 4, 5, 6, 7],
  'load-record-mode': [0, 1, 2, 3, 4, 5],
  'freeze-mode': [0, 1, 2, 3, 4, 5, 6, 7],
  speeds: [1, 2, 3, 4, 5, 6],
  weekdays: [0, 1, 2, 3, 4, 5, 6],
  'errors-2007': [0, 1, 2, 3],
  'errors-1997': [0, 1, 2],
  'errors-relay': [2, 4, 5, 6, 7, 8],
  'errors-security': [0, 2, 3],
  'status-1997': [4, 5],
}
/** Files whose subject is commands: elsewhere a number is just a number. */
const ABOUT_COMMANDS =
  /command|relay|clock|discovery|read|golden|follow|meter-(?:2007|1997)|quirks|vectors|scan|write/

const NOT_PLAYED = 'stays 0: nothing in the simulation brings it about'

/** Where every row and every word is encoded and decoded. */
const WHOLE_TABLE = 'drivers/dlt645/table.test.ts'

const NEVER_AGAIN =
  'decoded; never sent, since nothing says which part comes again: a long answer is asked for twice and compared'

interface TestFile {
  readonly name: string
  readonly text: string
}

function testFiles(): TestFile[] {
  return ROOMS.flatMap(room =>
    readdirSync(join(ROOT, 'tests', room))
      .filter(name => name.endsWith('.test.ts') && !name.startsWith('coverage'))
      .map(name => ({
        name: `${room}/${name}`,
        text: readFileSync(join(ROOT, 'tests', room, name), 'utf8'),
      })),
  )
}

/** Which tests say it, those that say it most often first; golden vectors count as one. */
function testsOf(files: readonly TestFile[], pattern: RegExp, golden: number): string {
  const global = new RegExp(pattern.source, 'gi')
  const counted = files
    .map(({ name, text }) => ({ name, times: text.match(global)?.length ?? 0 }))
    .filter(({ times }) => times > 0)
    .toSorted((a, b) => b.times - a.times || a.name.localeCompare(b.name))
  const told = counted.slice(0, TESTS_TOLD).map(({ name }) => name.replace(/\.test\.ts$/, ''))
  const more = counted.length > TESTS_TOLD ? [`${counted.length - TESTS_TOLD} more`] : []
  return [...(golden > 0 ? [`${golden} golden vectors`] : []), ...told, ...more].join(', ')
}

/** True when the meter answers this, refused or not; false when it is silent. */
function answers(slave: Slave, address: string, control: number, data: readonly number[]): Uint8Array | null {
  return slave.answer(frameBytes(address, control, Uint8Array.from(data)), NOW)
}

/** A value for every letter: the total, now, the first. */
function instanceOf(item: string): string {
  return item.replace(/[a-z]+/g, run => (/[tk]/.test(run) ? '0' : '1').padStart(run.length, '0'))
}

function requestFor(item: string): number[] {
  const di = [...Buffer.from(item, 'hex')].reverse()
  const isLoadRecord = /^06(?!10)/.test(item)
  if (!isLoadRecord) return di
  return item.endsWith('01') ? [...di, 1, 0x00, 0x00, 0x21, 0x11, 0x26] : [...di, 1]
}

function isServed(slaves: readonly Slave[], read: number, family: ItemFamily): boolean {
  return slaves.some(slave => {
    const reply = answers(slave, ADDRESS, read, requestFor(instanceOf(family.item)))
    return reply !== null && ((reply[reply.indexOf(0x68) + 8] ?? 0) & 0x40) === 0
  })
}

function commandRows(edition: Edition, files: readonly TestFile[]): string[][] {
  const about = files.filter(({ name }) => ABOUT_COMMANDS.test(name))
  const hex = (code: number) => code.toString(16).toUpperCase().padStart(2, '0')
  return [...edition.functions].map(([code, { name }]) => {
    const golden = vectors.filter(
      ({ control, version, valid }) =>
        valid &&
        version === edition.name &&
        control !== undefined &&
        (Number.parseInt(control, 16) & 0x1f) === code,
    ).length
    return [
      hex(code),
      name,
      masterOf(edition, hex(code), name),
      name === 'broadcast-time' ? obeysTime(edition) : isAnswered(edition, code) ? 'answers' : '',
      testsOf(about, new RegExp(`0x${hex(code)}\\b|'${name}'|\\(${hex(code)}\\)`), golden),
    ]
  })
}

/** Asked in every way a request may look, each time a fresh meter: some requests change what it answers to. */
function isAnswered({ slaves }: Edition, code: number): boolean {
  const lengths = [0, 1, 2, 4, 6, 8, 12, 16]
  return [ADDRESS, 'AAAAAAAAAAAA', '999999999999'].some(address =>
    lengths.some(length =>
      slaves().some(slave => answers(slave, address, code, new Array<number>(length).fill(0x99)) !== null),
    ),
  )
}

/** To all meters, whose clock shows afterwards that it was heard; nobody answers. */
function obeysTime({ slaves, name, read }: Edition): string {
  const [slave] = slaves()
  const time = () =>
    String(slave && answers(slave, ADDRESS, read, name === '2007' ? [0x02, 0x01, 0x00, 0x04] : [0x11, 0xc0]))
  const before = time()
  // A minute after what the meter shows, which is the site's time.
  if (slave) answers(slave, '999999999999', 0x08, [0x00, 0x32, 0x02, 0x22, 0x11, 0x26])
  return time() === before ? '' : 'obeyed in silence'
}

/** The command that says its code, or the member of the driver that sends it. */
function masterOf({ driver }: Edition, code: string, name: string): string {
  const commands = [...(driver.commands?.values() ?? [])].filter(({ about }) => about.includes(`(${code})`))
  const members: readonly (keyof Driver)[] = name.startsWith('read-address')
    ? ['discovery']
    : name.startsWith('read')
      ? ['read']
      : name === 'broadcast-time'
        ? ['setClock']
        : name === 'relay'
          ? ['orderRelay']
          : []
  const sent = [
    ...commands.map(command => `\`meterd command ${command.name}\``),
    ...members.filter(member => driver[member] !== undefined).map(member => `driver.${member}`),
  ]
  return name === 'read-again' ? NEVER_AGAIN : sent.join(', ')
}

function itemRows(edition: Edition, files: readonly TestFile[]): string[][] {
  const slaves = edition.slaves()
  const families = edition.driver.items?.() ?? []
  const served = new Map(families.map(family => [family, isServed(slaves, edition.read, family)]))
  const groups = Map.groupBy(families, ({ item, clause, access }) =>
    [item.slice(0, edition.groupDigits(item)), clause, access].join(' '),
  )
  const wholeTable = files.some(({ name }) => name === WHOLE_TABLE) ? ['the whole table'] : []
  return [...groups.values()].map(group => {
    const items = group.map(({ item }) => item)
    const first = group[0]
    const last = group.at(-1)
    if (!first || !last) return []
    const anyOf = new RegExp(`\\b(?:${items.map(digitsOf).join('|')})\\b`)
    const golden = vectors.filter(
      ({ di, version, valid }) =>
        valid && version === edition.name && di !== undefined && anyOf.test(di.toUpperCase()),
    ).length
    const held = group.filter(family => served.get(family))
    const reason =
      group.length > held.length ? reasonFor(edition, group.find(family => !served.get(family)) ?? first) : ''
    const named = testsOf(files, anyOf, golden)
    return [
      items.length < 3 ? items.join(' ') : `${items[0]} … ${items.at(-1)} (${items.length})`,
      first === last
        ? `${first.name} ${first.nameZh}`
        : `${first.name} ${first.nameZh} … ${last.name} ${last.nameZh}`,
      first.clause,
      first.access,
      first.access === 'R' ? 'read, decode' : first.access === 'W' ? 'write, decode' : 'read, write, decode',
      held.length === group.length
        ? 'all'
        : reason === ''
          ? ''
          : `${held.length} of ${group.length}; the rest: ${reason}`,
      [...wholeTable, ...(named === '' ? [] : [named])].join(', '),
    ]
  })
}

function digitsOf(item: string): string {
  return item.replace(/[a-z]+/g, run => `[0-9A-Fn]{${run.length}}`)
}

function reasonFor({ name }: Edition, { item }: ItemFamily): string {
  const found = Object.keys(NOT_SERVED)
    .filter(key => `${name} ${item}`.startsWith(key))
    .toSorted((a, b) => b.length - a.length)
  if (found[0] === undefined) return ''
  used.add(found[0])
  return NOT_SERVED[found[0]] ?? ''
}

const used = new Set<string>()

/** Reasons for what is served by now; to be asked for when the tables are made. */
export function idleReasons(): string[] {
  return Object.keys(NOT_SERVED).filter(key => !used.has(key))
}

function bitRows(files: readonly TestFile[]): string[][] {
  const wholeTable = files.some(({ name }) => name === WHOLE_TABLE) ? 'every word both ways' : ''
  return [...BIT_NAMES].flatMap(([list, bits]) =>
    bits.map(({ mask, when, name, nameZh }) => {
      const low = Math.log2(mask & -mask)
      const isField = 2 ** low !== mask
      const played = BITS_PLAYED[list]?.includes(low)
      const at = isField ? `b${low + 1}–b${low} = ${when >> low}` : `b${low}`
      const named = testsOf(files, new RegExp(`${list}\\b|${name}`), 0)
      const tests = [wholeTable, named].filter(text => text !== '').join(', ')
      return [list, at, `${name} ${nameZh}`, 'decode, encode', played ? 'played' : NOT_PLAYED, tests]
    }),
  )
}

function quirkRows(files: readonly TestFile[]): string[][] {
  return [...(driver2007.quirks ?? [])].map(([name, { values, about }]) => [
    `\`${name}\``,
    values.map(value => `\`${value}\``).join(' '),
    about,
    testsOf(files, new RegExp(`\\b${name}\\b`), 0),
  ])
}

interface Table {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export function coverageTables(): readonly Table[] {
  const files = testFiles()
  return [
    ...EDITIONS.map(edition => ({
      title: `Commands of ${edition.name}`,
      head: ['code', 'what', 'master', 'slave', 'test'],
      rows: commandRows(edition, files),
    })),
    ...EDITIONS.map(edition => ({
      title: `Identifiers of ${edition.name}`,
      head: ['identifiers', 'what', 'clause', 'access', 'master', 'slave', 'test'],
      rows: itemRows(edition, files),
    })),
    {
      title: 'Bits of status, mode and error words',
      head: ['word', 'bit', 'what', 'master', 'slave', 'test'],
      rows: bitRows(files),
    },
    { title: 'Quirks a profile may name', head: ['quirk', 'values', 'what', 'test'], rows: quirkRows(files) },
  ]
}

export function asMarkdown(tables: readonly Table[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return tables
    .map(({ title, head, rows }) =>
      [`### ${title}`, '', line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n'),
    )
    .join('\n\n')
}
