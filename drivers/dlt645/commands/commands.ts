/** Both editions' commands have the same shape: names checked, then an order made of what was given. */

import type { Argument, Command, Given, Obeyed } from '../../../src/driver-api/command.ts'
import type { Call, Conversation } from '../../../src/driver-api/driver.ts'
import type { Dialect } from '../dialect.ts'
import { isOneMeter } from '../wire/address.ts'
import { isWrong, type Wrong, whyWrongNames } from './arguments.ts'
import { type Order, obey } from './obey.ts'

export interface CommandRow {
  readonly name: string
  readonly about: string
  readonly effect: Command['effect']
  readonly arguments: readonly Argument[]
  /** What is sent to one meter, by its own address. */
  readonly order?: (given: Given, call: Call) => Order | Wrong
  /** For commands that go another way: to all, or to whoever is there. */
  readonly talk?: (given: Given, call: Call) => Conversation<Obeyed> | Wrong
}

export function commandsOf(dialect: Dialect, rows: readonly CommandRow[]): ReadonlyMap<string, Command> {
  return new Map(rows.map(row => [row.name, commandOf(dialect, row)]))
}

function commandOf(dialect: Dialect, row: CommandRow): Command {
  const { name, about, effect, arguments: known, order, talk } = row
  return {
    name,
    about,
    effect,
    arguments: known,
    run(call, given) {
      const wrong = whyWrongNames(given, known)
      if (wrong !== null) return { wrong }
      if (talk) return talk(given, call)
      const made = order?.(given, call) ?? { wrong: `${name} is not sent to one meter` }
      return isWrong(made) ? made : obeyOne(dialect, call, made)
    },
  }
}

/** Reads may ask whoever is there; whoever is told something must be told by name (5.2.2). */
export function obeyOne(dialect: Dialect, call: Call, order: Order): Conversation<Obeyed> | Wrong {
  return isOneMeter(call.address)
    ? obey(call, dialect, order)
    : { wrong: `only a full address can be told anything, not ${call.address}` }
}
