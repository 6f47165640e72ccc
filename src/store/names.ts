/** Meters, registers and units by the short numbers rows carry; new names are given a number when first kept. */

import type { DatabaseSync } from 'node:sqlite'
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
      return Number(ask.findUnit.get(symbol)?.['ref'] ?? ask.addUnit.run(symbol).lastInsertRowid)
    },
    seriesRef(meter, obis, kind) {
      return Number(
        ask.findSeries.get(meter, obis, kind)?.['ref'] ??
          ask.addSeries.run(meter, obis, kind).lastInsertRowid,
      )
    },
    register(series) {
      const known = registers.get(series)
      if (known !== undefined) return known
      const row = ask.registerOf.get(series)
      if (row === undefined) return null
      // A kind damaged into another word fails the checksum of every row it names.
      const register = { meter: String(row['meter']), obis: String(row['obis']), kind: row['kind'] as Kind }
      registers.set(series, register)
      return register
    },
    unit(ref) {
      const known = units.get(ref)
      if (known !== undefined) return known
      const row = ask.unitOf.get(ref)
      if (row === undefined) return null
      const symbol = String(row['symbol'])
      units.set(ref, symbol)
      return symbol
    },
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
