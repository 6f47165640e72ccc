/** How models depart from DL/T 645, by name: what profiles may say under `quirks`, and what is done without a word. */

import type { Traits } from '../../src/driver-api/profile.ts'
import type { Quirk } from '../../src/driver-api/quirk.ts'

const LIST = {
  'relay-level': {
    about: 'password level of relay orders: 02 of the State Grid, 03 of South-Grid meters, 00 of some makers',
    values: ['02', '03', '00'],
  },
  'relay-parameter': {
    about: 'second byte of relay orders (N2) other than pre-trips: reserved, 00, or 01 on some meters',
    values: ['00', '01'],
  },
  'relay-delay': {
    about:
      'the warning minutes of a pre-trip (its N2): two digits as all values are, or a binary number. No source says ' +
      'which; digits taken for a number make a trip late, a number taken for digits makes it too early',
    values: ['bcd', 'binary'],
  },
  'relay-write': {
    about:
      'a relay ordered by writing an item of the maker: the item, then the data in hex of each action, e.g. ' +
      '"0700EFEE open=99 close=55"',
    values: ['none'],
    fits: (text: string) => relayWriteIn(text) !== null,
  },
  'relay-state': {
    about:
      'status word 3: bits 6, 7 and 12 reserved as in the text of 2007; bit 12 (keeps power) as the later rules have ' +
      'it; or all three',
    values: ['base', 'keep-power', 'later'],
  },
  acknowledgement: {
    about: 'the data of an answer that only says yes: none, or whatever the meter adds',
    values: ['bare', 'any'],
  },
  'block-marks': {
    about: 'AA after each item of a block: either way is understood, always there, or never',
    values: ['either', 'aa', 'none'],
  },
  'broadcast-time': {
    about: 'the time to all: plain, or with level and password in front',
    values: ['plain', 'with-password'],
  },
  'clock-write': {
    about: 'a clock is set by writing date and time one after the other, or both as one item (0400010C)',
    values: ['pair', 'together'],
  },
  'wildcard-answer': {
    about: 'the address of answers to AA: the own one or AA again, or the own one only',
    values: ['either', 'own'],
  },
  'write-address': {
    about: 'where a 1997 meter takes its new address: under 99 99 99 99 99 99, or under AA',
    values: ['99', 'AA'],
  },
  'load-record': {
    about: 'a record of one class: with the AA of the classes before it, or without',
    values: ['standard', 'asked-class-only'],
  },
  'load-record-checksum': {
    about: 'the checksum of a load record: checked, or of another make than the standard has it',
    values: ['checked', 'ignored'],
  },
  preamble: {
    about: 'how many FE wake the meter before a request',
    values: ['4', '0', '1', '2', '3'],
  },
} as const satisfies Readonly<Record<string, Quirk>>

export type QuirkName = keyof typeof LIST

export const QUIRKS: ReadonlyMap<string, Quirk> = new Map(Object.entries(LIST))

/** What the profile says, else what the standard has. */
export function quirkOf(traits: Traits, name: QuirkName): string {
  return traits.quirks?.[name] ?? LIST[name].values[0]
}

export function preambleOf(traits: Traits): number {
  return Number(quirkOf(traits, 'preamble'))
}

export interface RelayWrite {
  readonly item: string
  /** Data by action, hex, in the order of the wire. */
  readonly data: ReadonlyMap<string, string>
}

/** Null when the text is no such order. */
export function relayWriteIn(text: string): RelayWrite | null {
  const [item = '', ...actions] = text.trim().split(/\s+/)
  const data = new Map<string, string>()
  for (const action of actions) {
    const match = /^(open|close|permit-close)=((?:[0-9A-F]{2}){1,50})$/i.exec(action)
    if (!match?.[1] || match[2] === undefined) return null
    data.set(match[1].toLowerCase(), match[2].toUpperCase())
  }
  return /^(?:[0-9A-F]{4}){1,2}$/i.test(item) && data.size > 0 ? { item: item.toUpperCase(), data } : null
}
