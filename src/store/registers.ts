/** The registers and units a batch names by handle, with the numbers they have in this file. */

import { assert } from '../core/faults.ts'
import type { Batch, Register } from './batch.ts'
import type { Names } from './names.ts'

export interface KeptRegister {
  readonly register: Register
  readonly meter: number
  readonly series: number
}

export interface KeptUnit {
  readonly symbol: string
  readonly ref: number
}

export interface Registers {
  /** Before the transaction: names stay learnt even when their first batch fails. */
  learn(batch: Batch): void
  /** What a handle stands for. */
  named(handle: number): Register
  /** Within a transaction: the first use of a new name gives it a number. */
  register(handle: number): KeptRegister
  unit(handle: number): KeptUnit
  forget(): void
}

export function createRegisters(names: Names): Registers {
  const registers: Register[] = []
  const units: string[] = []
  let keptRegisters: (KeptRegister | undefined)[] = []
  let keptUnits: (KeptUnit | undefined)[] = []

  function named(handle: number): Register {
    const register = registers[handle]
    assert(register !== undefined, 'a batch names a register before it uses it')
    return register
  }

  return {
    named,
    learn(batch) {
      registers.push(...batch.newRegisters)
      units.push(...batch.newUnits)
    },
    register(handle) {
      const kept = keptRegisters[handle]
      if (kept !== undefined) return kept
      const register = named(handle)
      const meter = names.meterRef(register.meter)
      const numbered = { register, meter, series: names.seriesRef(meter, register.obis, register.kind) }
      keptRegisters[handle] = numbered
      return numbered
    },
    unit(handle) {
      const kept = keptUnits[handle]
      if (kept !== undefined) return kept
      const symbol = units[handle]
      assert(symbol !== undefined, 'a batch names a unit before it uses it')
      const numbered = { symbol, ref: names.unitRef(symbol) }
      keptUnits[handle] = numbered
      return numbered
    },
    forget() {
      keptRegisters = []
      keptUnits = []
    },
  }
}
