/** A small meter with a relay and a record of its own, which may misbehave; what it really does is the truth all else is held to. */

import type { Look } from '../../../../src/supply/order/look.ts'

export const TRAITS = [
  'honest',
  'lies',
  'mirrors',
  'lies-and-mirrors',
  'ignores-deadline',
  'ignores-deadline',
  'welded',
  'kept-powered',
  'no-record',
  'no-load',
  'button-only',
  'loses-answers',
  'answers-late',
] as const
export type Trait = (typeof TRAITS)[number]

export type Action = 'open' | 'close-allowed' | 'closed'

export interface Meter {
  readonly number: string
  readonly trait: Trait
  isOnline: boolean
  /** Whether the customer has something switched on. */
  wantsLoad: boolean
  /** Hundredths of a kWh. */
  register: number
  clockErrorMs: number
  isSupplied(): boolean
  obey(action: Action, operator: string, deadline: number, now: number): 'accepted' | 'refused'
  pressButton(now: number): void
  /** What keeps no record, as Modbus meters, knows open and close only. */
  whyNot(action: Action): string | null
  look(address: string, at: number): Look
}

interface Entry {
  count: number
  at: number
  operator: string
}

export function createMeter(number: string, trait: Trait): Meter {
  const opened: Entry = { count: 3, at: 1_000, operator: '00000000' }
  const closed: Entry = { count: 3, at: 2_000, operator: '00000000' }
  let contactsOpen = false
  let commandedOpen = false
  let permittedBy: string | null = null

  const lies = trait === 'lies' || trait === 'lies-and-mirrors'
  const mirrors = trait === 'mirrors' || trait === 'lies-and-mirrors'
  const isSupplied = () => !contactsOpen || trait === 'welded'

  function enter(entry: Entry, operator: string, now: number): void {
    entry.count += 1
    entry.at = now
    entry.operator = operator
  }

  function open(operator: string, now: number): void {
    commandedOpen = true
    permittedBy = null
    if (lies || contactsOpen) return
    contactsOpen = true
    enter(opened, operator, now)
  }

  function close(operator: string, now: number): void {
    commandedOpen = false
    permittedBy = null
    if (!contactsOpen) return
    contactsOpen = false
    enter(closed, operator, now)
  }

  return {
    ...{ number, trait, isOnline: true, wantsLoad: trait !== 'no-load', register: 100_000, clockErrorMs: 0 },
    isSupplied,
    obey(action, operator, deadline, now) {
      if (now > deadline && trait !== 'ignores-deadline') return 'refused'
      if (action === 'open' && trait === 'kept-powered') return 'refused'
      if (action === 'closed' && trait === 'button-only') return 'refused'
      if (action === 'open') open(operator, now)
      else if (action === 'closed') close(operator, now)
      else {
        commandedOpen = false
        if (contactsOpen) permittedBy = operator
      }
      return 'accepted'
    },
    whyNot: action => (trait === 'no-record' && action === 'close-allowed' ? 'it knows no permit' : null),
    pressButton(now) {
      if (permittedBy !== null) close(permittedBy, now)
    },
    look(address, at) {
      const record = (entry: Entry) => (trait === 'no-record' ? null : { ...entry })
      return {
        ...{ at, address, number, clockErrorMs: this.clockErrorMs },
        register: { register: '1-0:1.8.0', value: { digits: BigInt(this.register), scaler: -2 } },
        isOpen: mirrors ? commandedOpen : contactsOpen,
        isOpenCommanded: commandedOpen,
        isKeptPowered: trait === 'kept-powered',
        hasLoad: isSupplied() && this.wantsLoad,
        opened: record(opened),
        closed: record(closed),
      }
    },
  }
}
