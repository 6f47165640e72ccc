/**
 * What is covered of DL/T 645, as Markdown. Every cell is what was found by doing it: the master's requests and the
 * simulated meters' answers are played, known answers are decoded and encoded, and tests declare what they prove
 * (`coverage-marks.ts`). A cell that stays empty needs a reason here, and a reason that is not needed is a fault too.
 */

import {
  decodeLoadRecords,
  encodeLoadRecord,
  loadLayout,
  splitLoadRecord,
} from '../../../drivers/dlt645/conversations/load-record.ts'
import { BIT_NAMES, type BitName } from '../../../drivers/dlt645/encodings/bit-names.ts'
import { isRefusal } from '../../../drivers/dlt645/encodings/decoding.ts'
import { parseEncoding, textOf } from '../../../drivers/dlt645/encodings/encodings.ts'
import { cellValue, layOut } from '../../../drivers/dlt645/items/answer.ts'
import { encodeItem, type Sent } from '../../../drivers/dlt645/items/encode.ts'
import { cellsOf } from '../../../drivers/dlt645/items/item-table.ts'
import { ITEMS_1997 } from '../../../drivers/dlt645/items/items-1997.ts'
import { ITEMS_2007 } from '../../../drivers/dlt645/items/items-2007.ts'
import { dataOf } from '../../../drivers/dlt645/wire/frame.ts'
import { FUNCTIONS_1997, FUNCTIONS_2007 } from '../../../drivers/dlt645/wire/functions.ts'
import type { Driver, LoadClass } from '../../../src/driver-api/driver.ts'
import type { ItemFamily } from '../../../src/driver-api/items.ts'
import { createMeter1997 } from '../../../src/simulator/meter-1997.ts'
import { createMeter2007 } from '../../../src/simulator/meter-2007.ts'
import type { Slave } from '../../../src/simulator/slave.ts'
import { callOf, frameBytes } from './bench-meter.ts'
import { ADDRESS, DRIVERS, meterOf, NOW, type Played, playCommands } from './coverage-commands.ts'
import { markedTests } from './coverage-marks.ts'
import { playedBits } from './coverage-words.ts'
import { KNOWN_ITEMS, KNOWN_RECORDS, type KnownItem } from './known-items.ts'
import { KNOWN_WORDS } from './known-words.ts'
import { vectors } from './vectors.ts'

export type EditionName = '2007' | '1997'

interface Edition {
  readonly name: EditionName
  readonly driver: Driver
  readonly read: number
  readonly write: number
  /** Level, password and operator in front of what is written. */
  readonly authority: readonly number[]
  /** Digits of an identifier that make a group of the tables. */
  readonly groupDigits: (item: string) => number
  readonly slaves: () => readonly Slave[]
}

const HOUR = 3_600_000
const WRITES_2007 = [0x00, 0, 0, 0, 0, 0, 0, 0]
/** So that every kind of freeze holds something: at once, by the hour, and each table switched an hour ago. */
const MEMORIES: readonly (readonly [control: number, data: readonly number[]])[] = [
  [0x16, [0x99, 0x99, 0x99, 0x99]],
  [0x16, [0x00, 0x99, 0x99, 0x99]],
  ...[6, 7, 8, 9].map(
    di0 => [0x14, [di0, 0x01, 0x00, 0x04, ...WRITES_2007, 0x30, 0x01, 0x22, 0x11, 0x26]] as const,
  ),
]

const EDITIONS: readonly Edition[] = [
  {
    name: '2007',
    driver: DRIVERS['2007'],
    read: 0x11,
    write: 0x14,
    authority: WRITES_2007,
    groupDigits: item => (/^0[01]/.test(item) ? 2 : 4),
    slaves: () =>
      (['none', 'money', 'energy'] as const).map(prepaid => {
        const slave = createMeter2007(meterOf('dlt645-2007'), { prepaid })
        for (const [control, data] of MEMORIES)
          slave.answer(frameBytes(ADDRESS, control, Uint8Array.from(data)), NOW - 2 * HOUR)
        return slave
      }),
  },
  {
    name: '1997',
    driver: DRIVERS['1997'],
    read: 0x01,
    write: 0x04,
    authority: [0x00, 0, 0, 0],
    groupDigits: () => 2,
    slaves: () => [createMeter1997(meterOf('dlt645-1997'))],
  },
]
const TABLES = { '2007': ITEMS_2007, '1997': ITEMS_1997 } as const

/** Why something is not there: "who: what" or its beginning (of bits up to a whole number); the longest counts. */
const REASONS: Readonly<Record<string, string>> = {
  'master: 1997 command 03':
    'decoded; never sent, since nothing says which part comes again: a long answer is asked for twice and compared',
  'slave: 2007 040501FF': 'block of prices, of one source; single prices are served',
  'slave: 2007 040502FF': 'block of prices, of one source; single prices are served',
  'slave: 1997 B6': 'vendor items; refused as other meters do',
  'slave: 1997 C215': 'vendor items; refused as other meters do',
  'slave: 1997 C216': 'vendor items; refused as other meters do',
  'slave: 1997 C41F': 'block of the holidays, which some meters refuse; single ones are served',
  'encode: 2007 04000C': 'a password that was read is not shown, so it is not encoded again; written by 18',
  'encode: 1997 C212': 'a password that was read is not shown, so it is not encoded again; written by 0F',
  'write: 2007 04000C': 'by 18, `meterd command change-password`',
  'write: 1997 C212': 'by 0F, `meterd command change-password`',
  'bit: status-1 b0': 'stays 0: the meters played switch a relay of their own',
  'bit: status-1 b1': 'stays 0: demand is counted by sliding',
  'bit: status-1': 'stays 0: a meter that is well; nothing in the simulation fails so',
  'bit: status-3 b2–b1': 'stays 00: always on the main supply',
  'bit: status-3 b14': 'stays 0: accounts are open',
  'bit: status-3 b15': 'stays 0: accounts are open',
  'bit: status-4': 'stays 0: events are played as counts and records, not as lasting states',
  'bit: status-5': 'stays 0: events are played as counts and records, not as lasting states',
  'bit: status-6': 'stays 0: events are played as counts and records, not as lasting states',
  'bit: status-7': 'stays 0: events are played as counts and records, not as lasting states',
  'bit: keys': 'stays 0: there is no key in the simulation',
  'bit: card': 'stays 00: there is no card in the simulation',
  'bit: report-': 'stays 0: nothing is reported unasked but on a quirk, and then as nothing new',
  'bit: status-1997 b0': 'stays 0: reading is automatic',
  'bit: status-1997 b1': 'stays 0: demand is counted by sliding',
  'bit: status-1997 b2': 'stays 0: the battery is well',
  'bit: grid-1997': 'stays 0: nothing in the simulation takes a phase away',
  'bit: errors-2007 b4': 'never said: the meters played take as many as the tables hold',
  'bit: errors-2007 b5': 'never said: the meters played take as many as the tables hold',
  'bit: errors-2007 b6': 'never said: the meters played take as many as the tables hold',
  'bit: errors-2007 b7': 'reserved',
  'bit: errors-1997 b3': 'reserved',
  'bit: errors-1997 b4': 'never said: the meters played take as many as the tables hold',
  'bit: errors-1997 b5': 'never said: the meters played take as many as the tables hold',
  'bit: errors-1997 b6': 'never said: the meters played take as many as the tables hold',
  'bit: errors-1997 b7': 'reserved',
  'bit: errors-relay b1': 'never said: there is no key in the simulation, and orders come in clear',
  'bit: errors-relay b3': 'never said: there is no key in the simulation, and orders come in clear',
  'bit: errors-security b1': 'never said: without a key nobody can recharge',
  'bit: errors-security b4': 'never said: without a key nobody can recharge',
  'bit: errors-security b5': 'never said: without a key nobody can recharge',
  'bit: errors-security b6': 'never said: without a key nobody can recharge',
}

const used = new Set<string>()

function reasonFor(what: string): string {
  const found = Object.keys(REASONS)
    .filter(key => what.startsWith(key) && !(key.startsWith('bit: ') && /^\d/.test(what.slice(key.length))))
    .toSorted((a, b) => b.length - a.length)[0]
  if (found === undefined) return ''
  used.add(found)
  return REASONS[found] ?? ''
}

/** Reasons for what is there by now; to be asked for when the tables are made. */
export function idleReasons(): string[] {
  return Object.keys(REASONS).filter(key => !used.has(key))
}

const marks = markedTests()
const hex2 = (code: number) => code.toString(16).toUpperCase().padStart(2, '0')
const listed = (parts: readonly string[]): string => parts.filter(part => part !== '').join(', ')
const counted = (count: number, what: string): string =>
  count === 0 ? '' : `${count} ${what}${count === 1 ? '' : 's'}`

/** Counted only where the tests that take them both ways are there. */
function goldenVectors(fits: (vector: (typeof vectors)[number]) => boolean): string {
  const isTested = marks.has('golden decode') && marks.has('golden encode')
  return isTested ? counted(vectors.filter(each => each.valid && fits(each)).length, 'golden vector') : ''
}

function commandRows({ name, driver }: Edition): string[][] {
  const { senders, done }: Played = playCommands(driver)
  const functions = name === '2007' ? FUNCTIONS_2007 : FUNCTIONS_1997
  return [...functions].map(([code, { name: what }]) => {
    const golden = goldenVectors(
      ({ control, version }) =>
        version === name && control !== undefined && (Number.parseInt(control, 16) & 0x1f) === code,
    )
    return [
      hex2(code),
      what,
      listed(senders.get(code) ?? []) || reasonFor(`master: ${name} command ${hex2(code)}`),
      done.get(code) ?? '',
      listed([golden, ...(marks.get(`${name} ${hex2(code)}`) ?? [])]),
    ]
  })
}

/** A value for every letter: the total, now, the first. */
function instanceOf(item: string): string {
  return item.replace(/([a-z])\1*/g, run => (/[tkm]/.test(run) ? '0' : '1').padStart(run.length, '0'))
}

const wireOf = (item: string): number[] => [...Buffer.from(item, 'hex')].reverse()
const isLoadRecord = (item: string): boolean => /^06(?!10)/.test(item)

function isAnswered(slave: Slave, control: number, data: readonly number[]): boolean {
  const reply = slave.answer(frameBytes(ADDRESS, control, Uint8Array.from(data)), NOW)
  return reply !== null && ((reply[reply.indexOf(0x68) + 8] ?? 0) & 0x40) === 0
}

/** What can only be written is written. */
function isServed(edition: Edition, { item, access }: ItemFamily, known: KnownItem | undefined): boolean {
  const asked = instanceOf(item)
  return edition.slaves().some(slave => {
    if (access === 'W')
      return isAnswered(slave, edition.write, [
        ...wireOf(asked),
        ...edition.authority,
        ...toWrite(asked, known),
      ])
    const from = asked.endsWith('01') ? [0x00, 0x00, 0x21, 0x11, 0x26] : []
    return isAnswered(slave, edition.read, [...wireOf(asked), ...(isLoadRecord(asked) ? [1, ...from] : [])])
  })
}

/** A password says first which level it is of, and the item of each level is its own. */
function toWrite(item: string, known: KnownItem | undefined): readonly number[] {
  const data = [...(known?.data ?? [])]
  return item.startsWith('04000C') ? [Number.parseInt(item.slice(6), 16) - 1, ...data.slice(1)] : data
}

const FROM = { '00': 'earliest', '01': '2026-11-21T00:00:00', '02': 'latest' } as const

/** Whether the first thing the driver sends for it asks for it. */
function isRead({ driver, read, name }: Edition, { item }: ItemFamily): boolean {
  const asked = instanceOf(item)
  const conversation = isLoadRecord(asked)
    ? driver.readLoadRecords?.(callOf({}, ADDRESS), {
        from: FROM[asked.slice(6) as keyof typeof FROM],
        most: 1,
        class: Number(asked.slice(2, 4)) as 0,
      })
    : driver.read(callOf({}, ADDRESS), driver.describeAll?.(asked) ?? [])
  return conversation !== undefined && asks(name, driver, conversation, read, asked)
}

function isWritten({ driver, write, name }: Edition, { item }: ItemFamily): boolean {
  const asked = instanceOf(item)
  const given = { item: asked, value: 'hex:00', password: '000000' }
  const conversation = driver.commands?.get('write')?.run(callOf({}, ADDRESS), given)
  return (
    conversation !== undefined && !('wrong' in conversation) && asks(name, driver, conversation, write, asked)
  )
}

function asks(
  edition: EditionName,
  driver: Driver,
  conversation: ReturnType<Driver['read']> | { next: () => IteratorResult<{ bytes: Uint8Array }> },
  control: number,
  item: string,
): boolean {
  const step = conversation.next()
  if (step.done) return false
  const sent = driver.deframe(step.value.bytes, null).frames[0]
  const decoded = sent && DRIVERS[edition].decode(sent, {})
  return decoded?.item === item && decoded.control === hex2(control)
}

function knownOf({ name }: Edition, items: readonly string[]): readonly KnownItem[] {
  const pattern = new RegExp(`^(?:${items.map(digitsOf).join('|')})$`)
  return KNOWN_ITEMS[name].filter(({ item }) => pattern.test(item))
}

const digitsOf = (item: string) => item.replace(/[a-z]+/g, run => `[0-9A-F]{${run.length}}`)

/** What the codec makes of a known answer, and of that again. */
export function bothWays(name: EditionName, { item, data }: KnownItem) {
  const table = TABLES[name]
  const layout = table.find(item)
  const laid = layout && layOut(layout, data)
  if (!laid || isRefusal(laid)) return { values: [], bytes: null }
  const values = cellsOf(laid.layout).map(cell => cellValue(cell, laid))
  const sent: Sent = cellsOf(laid.layout).map((cell, place) => {
    const value = values[place]
    if (!value) return undefined
    if (!isRefusal(value)) return value
    // A time that is not yet is sent as its zeros.
    const bytes = laid.values.get(cell) ?? new Uint8Array()
    return bytes.every(byte => byte === 0) ? { text: '00'.repeat(bytes.length) } : null
  })
  const bytes = encodeItem(table, item, sent)
  return {
    values: values.flatMap(value => (value ? [isRefusal(value) ? value.code : textOf(value)] : [])),
    bytes: isRefusal(bytes) ? null : bytes,
  }
}

/** "read" where all are, "read 3 of 4" where not, nothing where none is. */
function share(what: string, count: number, of: number): string {
  return count === 0 ? '' : count === of ? what : `${what} ${count} of ${of}`
}

function masterOf(edition: Edition, group: readonly ItemFamily[]): string {
  const { name } = edition
  const first = group[0]?.item ?? ''
  const access = group[0]?.access ?? 'R'
  const known = knownOf(
    edition,
    group.map(({ item }) => item),
  ).map(each => ({ each, ...bothWays(name, each) }))
  const decodes =
    known.length > 0 &&
    known.every(({ each, values }) => each.values.every((text, at) => values[at] === text))
  const encodes =
    known.length > 0 && known.every(({ each, bytes }) => bytes?.toString() === each.data.toString())
  const cells = [
    access === 'W'
      ? 'write'
      : share('read', group.filter(each => isRead(edition, each)).length, group.length),
    access === 'RW'
      ? share('write', group.filter(each => isWritten(edition, each)).length, group.length)
      : '',
  ]
  if (access === 'W')
    cells[0] =
      share('write', group.filter(each => isWritten(edition, each)).length, group.length) ||
      prefixed('write: ', reasonFor(`write: ${name} ${first}`))
  const isWhole = cells[0] !== '' && (access !== 'RW' || cells[1] !== '')
  const record = isLoadRecord(first) ? recordBothWays(first) : null
  const isDecoded = record ? record.values === KNOWN_RECORDS.get(first.slice(0, 4)) : decodes
  const isEncoded = record ? record.isSame : encodes
  const encode = isEncoded ? 'encode' : prefixed('no encode: ', reasonFor(`encode: ${name} ${first}`))
  return isWhole && isDecoded && encode !== '' ? listed([...cells, 'decode', encode]) : ''
}

const prefixed = (before: string, text: string): string => (text === '' ? '' : before + text)

/** The latest record of a class, as the simulated meter has it: its values, and whether it is made again as it was. */
export function recordBothWays(item: string): { readonly values: number; readonly isSame: boolean } {
  const kind = Number(item.slice(2, 4)) as LoadClass
  const [slave] = EDITIONS[0]!.slaves()
  const asked = Uint8Array.of(0x02, 0x00, kind, 0x06, 1)
  const reply = slave?.answer(frameBytes(ADDRESS, 0x11, asked), NOW) ?? new Uint8Array()
  const [frame] = DRIVERS['2007'].deframe(reply, null).frames
  const data = frame ? dataOf(frame).subarray(4) : new Uint8Array()
  const layout = loadLayout(kind, {})
  const { records } = decodeLoadRecords(ITEMS_2007, data, layout)
  const split = splitLoadRecord(ITEMS_2007, data, layout)
  const made = isRefusal(split) ? null : encodeLoadRecord(split, layout)
  const [record] = records
  return {
    values: record && record.fault === null ? record.points.length : 0,
    isSame: made?.toString() === data.toString(),
  }
}

function slaveOf(edition: Edition, group: readonly ItemFamily[]): string {
  const [known] = knownOf(
    edition,
    group.map(({ item }) => item),
  )
  const missing = group.filter(family => !isServed(edition, family, known))
  if (missing.length === 0) return 'all'
  const reasons = new Set(missing.map(({ item }) => reasonFor(`slave: ${edition.name} ${item}`)))
  if (reasons.has('')) return ''
  return `${group.length - missing.length} of ${group.length}; the rest: ${[...reasons].join('; ')}`
}

function testsOf({ name }: Edition, group: readonly ItemFamily[]): string {
  const items = group.map(({ item }) => item)
  const edition = EDITIONS.find(each => each.name === name)!
  const fits = new RegExp(`^(?:${items.map(digitsOf).join('|')})$`)
  const records = isLoadRecord(items[0] ?? '') && KNOWN_RECORDS.has(items[0]?.slice(0, 4) ?? '')
  return listed([
    counted(knownOf(edition, items).length, 'known answer'),
    records ? 'known record' : '',
    goldenVectors(({ di, version }) => version === name && di !== undefined && fits.test(di.toUpperCase())),
  ])
}

function itemRows(edition: Edition): string[][] {
  const families = edition.driver.items?.() ?? []
  const groups = Map.groupBy(families, ({ item, clause, access }) =>
    [item.slice(0, edition.groupDigits(item)), clause, access].join(' '),
  )
  return [...groups.values()].map(group => {
    const items = group.map(({ item }) => item)
    const first = group[0]!
    const last = group.at(-1)!
    return [
      items.length < 3 ? items.join(' ') : `${items[0]} … ${items.at(-1)} (${items.length})`,
      first === last
        ? `${first.name} ${first.nameZh}`
        : `${first.name} ${first.nameZh} … ${last.name} ${last.nameZh}`,
      first.clause,
      first.access,
      masterOf(edition, group),
      slaveOf(edition, group),
      testsOf(edition, group),
    ]
  })
}

/** Error words are no items: a byte, but of relay orders and of the security module two. */
const TWO_BYTE_ERRORS = ['errors-relay', 'errors-security']

/** The size of a word follows from where it is used. */
function encodingOf(list: string): string {
  for (const { rows } of Object.values(TABLES))
    for (const row of rows)
      for (const { encoding } of 'values' in row ? row.values : [])
        if (encoding.endsWith(` ${list}`)) return encoding
  return TWO_BYTE_ERRORS.includes(list) ? `bits16 ${list}` : `bits8 ${list}`
}

/** The bytes of a word with just this on, as the wire has them, and what the codec makes of them. */
export function bitBothWays(list: string, { mask, when, nameZh }: Omit<BitName, 'name'>) {
  const codec = parseEncoding(encodingOf(list))!
  const wire = Uint8Array.from({ length: codec.bytes }, (_, index) => Math.floor(when / 256 ** index) & 0xff)
  const named = BIT_NAMES.get(list)?.find(each => each.mask === mask && each.nameZh === nameZh)
  const value = codec.decode(wire)
  const set = 'set' in value ? value.set : []
  const back = isRefusal(value) ? null : codec.encode(value)
  return {
    isDecoded: set.length === 1 && set[0] === named?.name,
    isEncoded: back !== null && !isRefusal(back) && back.toString() === wire.toString(),
  }
}

export function placeOf({ mask, when }: Pick<BitName, 'mask' | 'when'>): string {
  const low = Math.log2((mask & -mask) >>> 0)
  const high = Math.floor(Math.log2(mask))
  return low === high ? `b${low}` : `b${high}–b${low} = ${when >>> low}`
}

function bitRows(): string[][] {
  const played = playedBits()
  return [...BIT_NAMES].flatMap(([list, bits]) =>
    bits.map(bit => {
      const at = placeOf(bit)
      const { isDecoded, isEncoded } = bitBothWays(list, bit)
      const isKnown = KNOWN_WORDS.get(list)?.some(
        ({ mask, when, nameZh }) => mask === bit.mask && when === bit.when && nameZh === bit.nameZh,
      )
      const shown = ((played.get(list) ?? 0) & bit.when) >>> 0 === bit.when
      return [
        list,
        at,
        `${bit.name} ${bit.nameZh}`,
        isDecoded && isEncoded ? 'decode, encode' : '',
        shown ? 'shown' : reasonFor(`bit: ${list} ${at}`),
        isKnown ? 'known word' : '',
      ]
    }),
  )
}

function quirkRows(): string[][] {
  return [...(DRIVERS['2007'].quirks ?? [])].map(([name, { values, about }]) => [
    `\`${name}\``,
    values.map(value => `\`${value}\``).join(' '),
    about,
    listed(marks.get(`quirk ${name}`) ?? []),
  ])
}

interface Table {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export function coverageTables(): readonly Table[] {
  return [
    ...EDITIONS.map(edition => ({
      title: `Commands of ${edition.name}`,
      head: ['code', 'what', 'master', 'slave', 'test'],
      rows: commandRows(edition),
    })),
    ...EDITIONS.map(edition => ({
      title: `Identifiers of ${edition.name}`,
      head: ['identifiers', 'what', 'clause', 'access', 'master', 'slave', 'test'],
      rows: itemRows(edition),
    })),
    {
      title: 'Bits of status, mode and error words',
      head: ['word', 'bit', 'what', 'master', 'slave', 'test'],
      rows: bitRows(),
    },
    { title: 'Quirks a profile may name', head: ['quirk', 'values', 'what', 'test'], rows: quirkRows() },
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
