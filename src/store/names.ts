/** Meters, registers and units by the short numbers rows carry; new names are given a number when first kept. */

import type { DatabaseSync } from 'node:sqlite'
import { Fault } from '../core/faults.ts'
import type { Kind } from '../reading/reading.ts'
import type { Register } from './batch.ts'

export interface Names {
  /** Within a transaction: the number of a name, given now if it has none. */
  meterRef(id: string): number
  unitRef(symbol: string): number
  seriesRef(meter: number, obis: string, kind: Kind): number
  /** What a number stands for; null when nothing does, which only damage can bring about. */
  register(series: number): Register | null
  unit(ref: number): string | null
  /** The number of a meter that has ever been kept. */
  knownMeter(id: string): number | null
  /** After a rollback: numbers given in it may be given again to other names. */
  forget(): void
}

export function createNames(database: DatabaseSync): Names {
  const ask = statementsFor(database)
  const meters = new Map<string, number>()
  const registers = new Map<number, Register>()
  const units = new Map<number, string>()

  function knownMeter(id: string): number | null {
    const known = meters.get(id)
    if (known !== undefined) return known
    const row = ask.findMeter.get(id)
    if (row === undefined) return null
    meters.set(id, Number(row['ref']))
    return Number(row['ref'])
  }

  function register(series: number): Register | null {
    const known = registers.get(series)
    if (known !== undefined) return known
    const row = ask.registerOf.get(series)
    if (row === undefined) return null
    // A kind damaged into another word fails the checksum of every row it names.
    const register = { meter: String(row['meter']), obis: String(row['obis']), kind: row['kind'] as Kind }
    registers.set(series, register)
    return register
  }

  function unit(ref: number): string | null {
    const known = units.get(ref)
    if (known !== undefined) return known
    const row = ask.unitOf.get(ref)
    if (row === undefined) return null
    const symbol = String(row['symbol'])
    units.set(ref, symbol)
    return symbol
  }

  return {
    knownMeter,
    meterRef(id) {
      const known = knownMeter(id)
      if (known !== null) return known
      const ref = Number(ask.addMeter.run(id).lastInsertRowid)
      meters.set(id, ref)
      return ref
    },
    unitRef(symbol) {
      const ref = Number(ask.findUnit.get(symbol)?.['ref'] ?? ask.addUnit.run(symbol).lastInsertRowid)
      if (unit(ref) !== symbol) throw disagreement(`unit ${symbol}`)
      return ref
    },
    seriesRef(meter, obis, kind) {
      const found = ask.findSeries.get(meter, obis, kind)?.['ref']
      const ref = Number(found ?? ask.addSeries.run(meter, obis, kind).lastInsertRowid)
      const named = register(ref)
      if (named?.obis !== obis || named.kind !== kind) throw disagreement(`register ${obis}`)
      return ref
    },
    register,
    unit,
    forget() {
      meters.clear()
      registers.clear()
      units.clear()
    },
  }
}

function statementsFor(database: DatabaseSync) {
  return {
    findMeter: database.prepare('SELECT ref FROM meter WHERE id = ?'),
    addMeter: database.prepare('INSERT INTO meter (id) VALUES (?)'),
    findUnit: database.prepare('SELECT ref FROM unit WHERE symbol = ?'),
    addUnit: database.prepare('INSERT INTO unit (symbol) VALUES (?)'),
    findSeries: database.prepare('SELECT ref FROM series WHERE meter = ? AND obis = ? AND kind = ?'),
    addSeries: database.prepare('INSERT INTO series (meter, obis, kind) VALUES (?, ?, ?)'),
    registerOf: database.prepare(
      'SELECT m.id AS meter, s.obis, s.kind FROM series s JOIN meter m ON m.ref = s.meter WHERE s.ref = ?',
    ),
    unitOf: database.prepare('SELECT symbol FROM unit WHERE ref = ?'),
  }
}

/**
 * A name is looked up through its index and read from its table; where the two disagree, what is kept under the name
 * could not be read again, and the same name could get a second number. Throws STORE_UNREADABLE.
 */
export function requireNames(database: DatabaseSync): void {
  for (const { table, columns } of NAMED) {
    const find = database.prepare(
      `SELECT ref FROM ${table} WHERE ${columns.map(column => `${column} = ?`).join(' AND ')}`,
    )
    for (const row of database
      .prepare(`SELECT ref, ${columns.join(', ')} FROM ${table} NOT INDEXED`)
      .iterate()) {
      const found = find.get(...columns.map(column => row[column] ?? null))
      if (found?.['ref'] !== row['ref']) throw disagreement(`row ${String(row['ref'])} of ${table}`)
    }
  }
}

const NAMED = [
  { table: 'meter', columns: ['id'] },
  { table: 'unit', columns: ['symbol'] },
  { table: 'series', columns: ['meter', 'obis', 'kind'] },
] as const

function disagreement(what: string): Fault {
  return new Fault('STORE_UNREADABLE', `${what}: the table of names and its index disagree`)
}
