/** What meters say of themselves: status words, and the amount a prepaid one has left. */

import { CREDIT } from '../../../core/credit.ts'
import {
  approximate,
  compareScaled,
  formatScaled,
  type Scaled,
  subtractScaled,
} from '../../../core/scaled.ts'
import { DAY } from '../../../core/time.ts'
import type { Reading } from '../../reading.ts'
import type { Remembered } from '../../seen/stood.ts'
import {
  AT_ONCE,
  grownBy,
  type Look,
  type Looked,
  lasting,
  limitsIn,
  readingIn,
  registersAt,
  type Seen,
  type StandingRule,
  stepIn,
} from './standing.ts'
import { STATUS_WORDS, type StatusBit } from './status-bits.ts'

export const STATUS_RULES: readonly StandingRule[] = [
  {
    id: 'V-R35',
    version: 1,
    says: 'no bit of a status word changes, but those that come and go in a sound meter (direction, tables in use, uneven load), and none stands that means a fault or an opened cover, in rounds over `over`',
    why: 'a meter tells of its own faults before its values do',
    needs: 'status words (04000501 to 07, C020), and for changes the word of a round before',
    outcomes: [
      {
        verdict: 'flag',
        severity: 2,
        codes: [...new Set(STATUS_WORDS.flatMap(([, , bits]) => bits.map(({ code }) => code)))].sort(),
      },
    ],
    look: statusWords,
  },
  {
    id: 'V-R36',
    version: 1,
    says: 'the amount left in a meter (0-0:19.10.0) rises only with the number of purchases (0-0:19.40.0), and falls by no more than ΔE · `mostPrice`, or ΔE where it is in kWh, and two steps; a day later what it says is believed',
    why: 'an amount that appears or vanishes is a price, a key or a clock that is wrong, and nobody may be cut off for it',
    needs: 'the amount left, polled beside the forward register, and for a rise the number of purchases',
    outcomes: [{ verdict: 'suspect', severity: 1, codes: ['2.5.258'] }],
    look: amountLeft,
  },
]

/** A word as it was agreed on last, and where it has changed since, what the round before said. */
interface Word {
  readonly word: Reading
  readonly name: string
  readonly bits: readonly StatusBit[]
  readonly before: Scaled | undefined
  readonly last: Scaled | undefined
}

function statusWords(seen: Seen, memory: Remembered | null): Looked | null {
  const words: Word[] = []
  for (const [obis, name, bits] of STATUS_WORDS) {
    const word = seen.readings.get(obis)
    if (!word) continue
    words.push({ word, name, bits, before: memory?.registers[obis], last: memory?.registers[lastOf(obis)] })
  }
  if (words.length === 0) return null
  const { over } = limitsIn(seen, 'V-R35')
  const isSame = words.every(({ word, before, last }) => isAlike(before, word) && !last)
  return {
    looks: words.flatMap(word => looksOf(word, over)),
    memory: memory && isSame ? memory : wordsAfter(seen.at, memory, words),
  }
}

function lastOf(obis: string): string {
  return `${obis} last`
}

function isAlike(before: Scaled | undefined, { value }: Reading): boolean {
  return before !== undefined && before.digits === value.digits
}

/** Two rounds agree on what has changed: one may have been damaged on its way. */
function wordsAfter(since: number, memory: Remembered | null, words: readonly Word[]): Remembered {
  const registers = { ...memory?.registers }
  for (const { word, before, last } of words) {
    const isAgreed = before === undefined || isAlike(before, word) || isAlike(last, word)
    delete registers[lastOf(word.obis)]
    registers[isAgreed ? word.obis : lastOf(word.obis)] = word.value
  }
  return { since, seen: [], registers }
}

/** Nearly always nothing has changed and nothing stands: then it is one look, that all is well. */
function looksOf({ word, name, bits, before, last }: Word, over: number): readonly Look[] {
  const isOn = ({ digits }: Scaled, { bit }: StatusBit) => ((digits >> BigInt(bit)) & 1n) === 1n
  const changed = before ? bits.filter(bit => isOn(before, bit) !== isOn(word.value, bit)) : []
  const faults = bits.filter(({ isFault }) => isFault)
  const inWords = (bit: StatusBit) =>
    `bit ${bit.bit} (${bit.name}) is ${isOn(word.value, bit) ? 'set' : 'no more'}`
  const change: Look = {
    key: word.obis,
    holds: changed.length === 0 ? false : isAlike(last, word) ? true : null,
    with: word,
    tell: () => ({
      patience: AT_ONCE,
      words: `${name}: ${changed.map(inWords).join(', ')}`,
      codes: changed.map(({ code }) => code),
    }),
  }
  if (changed.length === 0 && !faults.some(bit => isOn(word.value, bit))) return [change]
  return [
    change,
    ...faults.map(
      (bit): Look => ({
        key: `${word.obis} ${bit.bit}`,
        holds: isOn(word.value, bit),
        with: word,
        tell: () => ({
          patience: lasting(over),
          words: `${name}: bit ${bit.bit} (${bit.name}) stands`,
          codes: [bit.code],
        }),
      }),
    ),
  ]
}

const { remaining: AMOUNT, purchases: PURCHASES } = CREDIT
const FORWARD = '1-0:1.8.0'

function amountLeft(seen: Seen, memory: Remembered | null): Looked | null {
  const amount = readingIn(seen, [AMOUNT])
  if (!amount) return null
  const [purchases, register] = [readingIn(seen, [PURCHASES]), readingIn(seen, [FORWARD])]
  const before = memory?.registers[AMOUNT]
  const now = registersAt(
    seen.at,
    [],
    [amount, ...(purchases ? [purchases] : []), ...(register ? [register] : [])],
  )
  if (!memory || !before) return { looks: [], lacks: 'an amount before', memory: now }
  const risen = subtractScaled(amount.value, before)
  const bought = memory.registers[PURCHASES]
  const kwh = grownBy(register, memory.registers[FORWARD])
  const price = amount.unit === 'kWh' ? 1 : limitsIn(seen, 'V-R36').mostPrice
  const steps = 2 * 10 ** amount.value.scaler + (register ? stepIn(register, seen.of) * price : 0)
  const most = kwh === null ? null : kwh * price + steps
  const isRisen = risen.digits > 0n
  const holds = isRisen
    ? purchases && bought
      ? compareScaled(purchases.value, bought) === 0
      : null
    : most === null
      ? null
      : -approximate(risen) > most
  const { unit } = amount
  const look: Look = {
    key: '',
    holds,
    with: amount,
    tell: () => ({
      patience: AT_ONCE,
      words: `${formatScaled(before)} ${unit} were left, ${formatScaled(amount.value)} are: ${isRisen ? 'more without a purchase' : `at most ${most?.toFixed(2)} less is possible`}`,
      codes: ['2.5.258'],
      ...(most !== null && !isRisen && { limit: { value: most.toFixed(2), unit } }),
    }),
  }
  return { looks: [look], memory: holds === true && seen.at - memory.since < DAY ? memory : now }
}
