/** Which telnet options are in force on a connection, and what is answered to the server's wishes (RFC 854, 1143). */

import { OPTION, optionBytes, type TelnetCommand, VERB, type Verb } from './telnet.ts'

export interface TelnetOptions {
  /** What is asked for when a connection is new. */
  readonly opening: Uint8Array
  /** What goes back to the server; null for nothing. */
  answer(command: TelnetCommand): Uint8Array | null
  /** What the server said to our offer to set its port; null while it has said nothing. */
  readonly takesSettings: boolean | null
  /** Whether it refused to carry bytes as they are in either direction. */
  readonly refusesBinary: boolean
}

type State = 'asked' | 'on' | 'off'

/** A server that insists is not refused for ever: two machines could keep each other busy so. */
const MOST_REFUSALS = 3

export function createTelnetOptions(): TelnetOptions {
  const ours = new Map<number, State>([
    [OPTION.binary, 'asked'],
    [OPTION.suppressGoAhead, 'asked'],
    [OPTION.comPort, 'asked'],
  ])
  const theirs = new Map<number, State>([
    [OPTION.binary, 'asked'],
    [OPTION.suppressGoAhead, 'asked'],
    [OPTION.comPort, 'off'],
  ])
  const refusals = new Map<number, number>()

  function refuse(verb: Verb, option: number): Uint8Array | null {
    const key = verb * 256 + option
    const count = (refusals.get(key) ?? 0) + 1
    refusals.set(key, count)
    return count > MOST_REFUSALS ? null : optionBytes(verb, option)
  }

  /** Echo is refused like everything that is not known: what a bus returns must be heard as it is. */
  function wanted(states: Map<number, State>, option: number, yes: Verb, no: Verb): Uint8Array | null {
    const state = states.get(option)
    if (state === undefined) return refuse(no, option)
    states.set(option, 'on')
    return state === 'off' ? refuse(yes, option) : null
  }

  function unwanted(states: Map<number, State>, option: number, no: Verb): Uint8Array | null {
    const state = states.get(option)
    if (state === undefined) return null
    states.set(option, 'off')
    return state === 'on' ? refuse(no, option) : null
  }

  return {
    opening: Uint8Array.from([
      ...optionBytes(VERB.will, OPTION.binary),
      ...optionBytes(VERB.do, OPTION.binary),
      ...optionBytes(VERB.will, OPTION.suppressGoAhead),
      ...optionBytes(VERB.do, OPTION.suppressGoAhead),
      ...optionBytes(VERB.will, OPTION.comPort),
    ]),
    answer(command) {
      if (command.kind !== 'option') return null
      const { verb, option } = command
      if (verb === VERB.do) return wanted(ours, option, VERB.will, VERB.wont)
      if (verb === VERB.will) return wanted(theirs, option, VERB.do, VERB.dont)
      return verb === VERB.dont ? unwanted(ours, option, VERB.wont) : unwanted(theirs, option, VERB.dont)
    },
    get takesSettings() {
      const state = ours.get(OPTION.comPort)
      return state === 'asked' ? null : state === 'on'
    },
    get refusesBinary() {
      return ours.get(OPTION.binary) === 'off' || theirs.get(OPTION.binary) === 'off'
    },
  }
}
