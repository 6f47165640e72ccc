/** `meterd items`: the drivers' tables of items, searched by identifier, OBIS code or words of either language. */

import { parseArgs } from 'node:util'
import type { Driver } from '../driver-api/driver.ts'
import type { ItemFamily, ItemValue } from '../driver-api/items.ts'
import { shippedDrivers } from './shipped.ts'
import { type Terminal, type Verb, WrongUse } from './verb.ts'

export const items: Verb = {
  summary: 'what can be asked of meters: identifiers, names, formats',
  help: `meterd items [SEARCH…] [--protocol P] [--json]

SEARCH is an identifier or the beginning of one, an OBIS code, or words of the English or Chinese name.
A whole identifier is shown with all its values; one with counted digits stands for all of its family.
--protocol P   only this protocol: dlt645-2007, dlt645-1997
--json         one object an item
Exit 0; 1 nothing is found; 2 used wrongly.
Example: meterd items 00010203
Example: meterd items 失压 记录
Example: meterd items 1-0:1.8.0 --protocol dlt645-2007`,
  async run(argv, io) {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { protocol: { type: 'string' }, json: { type: 'boolean', default: false } },
    })
    const drivers = await withItems(values.protocol)
    const asked = positionals.join(' ').trim()
    const found = drivers.flatMap(driver =>
      search(driver, asked).map(family => ({ protocol: driver.protocol, family })),
    )
    // One item in full, or a list to choose from.
    const inFull = found.length <= 1 || found.every(({ family }) => family.letters === '')
    for (const { protocol, family } of found)
      if (values.json) io.out(JSON.stringify({ protocol, ...family }))
      else tell(protocol, family, inFull && asked !== '', io)
    if (found.length === 0) io.err(`meterd items: nothing is called "${asked}"`)
    return found.length > 0 ? 0 : 1
  },
}

async function withItems(protocol: string | undefined): Promise<readonly Driver[]> {
  const all = [...(await shippedDrivers()).values()].filter(driver => driver.items)
  const drivers = all.filter(driver => protocol === undefined || driver.protocol === protocol)
  if (drivers.length > 0) return drivers
  throw new WrongUse(
    `"${protocol}" has no table of items; those with one are ${all.map(driver => driver.protocol).join(', ')}`,
  )
}

/** A whole identifier or OBIS code gives that item alone; anything else all families it occurs in. */
function search(driver: Driver, asked: string): readonly ItemFamily[] {
  const families = driver.items?.() ?? []
  if (asked === '') return families
  const whole = driver.describe(asked)?.item.split('+') ?? []
  const inFull = whole.flatMap(item => driver.itemInFull?.(item) ?? [])
  if (inFull.length > 0) return inFull
  const words = asked.toLowerCase().split(/\s+/)
  return families.filter(family => words.every(word => isIn(family, word)))
}

function isIn({ item, obis, name, nameZh }: ItemFamily, word: string): boolean {
  return (
    beginsLike(item, word) ||
    (obis?.startsWith(word) && /[-:.]/.test(word)) ||
    name.toLowerCase().includes(word) ||
    nameZh.toLowerCase().includes(word)
  )
}

/** The letters of a family stand for any digit. One digit alone would fit too many. */
function beginsLike(item: string, digits: string): boolean {
  if (digits.length < 2 || digits.length > item.length || !/^[0-9a-f]+$/.test(digits)) return false
  return [...digits].every((digit, index) => {
    const written = item.charAt(index)
    return /[a-z]/.test(written) || written.toLowerCase() === digit
  })
}

function tell(protocol: string, family: ItemFamily, inFull: boolean, io: Terminal): void {
  const { item, letters, obis, name, nameZh, values, bytes, access, clause } = family
  const [first] = values
  const format = first && values.length === 1 ? `${first.encoding} ${first.unit}`.trim() : ''
  const size = bytes === null ? '' : inBytes(bytes)
  const facts = [format, size, access, obis ?? '', inFull ? `${clause}, ${protocol}` : '']
  io.out(`${item.padEnd(9)} ${name}  ${nameZh}  ${facts.filter(fact => fact !== '').join(', ')}`)
  if (!inFull) return
  if (letters !== '') io.out(`  ${letters}`)
  if (values.length > 1) for (const value of values) io.out(`  ${valueLine(value)}`)
  for (const { mask, when, name: bit, nameZh: bitZh } of values.flatMap(value => value.bits ?? []))
    io.out(`  bits ${mask.toString(16).toUpperCase()} = ${when.toString(16).toUpperCase()}: ${bit}  ${bitZh}`)
}

function valueLine({ name, nameZh, encoding, bytes, unit }: ItemValue): string {
  return `${name}  ${nameZh}  ${[`${encoding} ${unit}`.trim(), inBytes(bytes)].join(', ')}`
}

function inBytes(count: number): string {
  return count === 1 ? '1 byte' : `${count} bytes`
}
