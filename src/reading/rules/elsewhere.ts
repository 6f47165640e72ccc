/** Rules that act where there is no reading yet, or none comes: on the line, in the drivers, in the ledger. */

import type { RuleElsewhere } from './rule.ts'

/** The answer is kept as evidence under the rule's name, and never becomes a reading. */
const REJECTED: RuleElsewhere['outcomes'] = [{ verdict: 'reject', severity: 2, codes: [] }]

const ANSWER = 'bytes that came after a question'

/** Kept by the audit, which says it of a meter by `saidOfAudit`. */
export const NAMEPLATE: RuleElsewhere = {
  id: 'V-I2',
  version: 2,
  says: 'what a meter tells of itself (number, asset code, U, I, constant, model, date of making, tariffs, ratios) is what it told before, and what the meter list names: number, asset code, constant',
  why: 'a meter that was exchanged or set anew answers like the one before',
  needs: 'a meter that tells any of it; asked once a day, at the start and after a silence',
  outcomes: [
    { verdict: 'quarantine', severity: 1, codes: ['2.5.258'] },
    { verdict: 'flag', severity: 2, codes: ['2.4.6'] },
  ],
  by: 'the audit, before the first values of the day are judged; another number, constant or date is V-I5; another constant than the list names is told and withholds nothing',
}

export const RULES_ELSEWHERE: readonly RuleElsewhere[] = [
  {
    id: 'V-F1',
    version: 1,
    says: 'a frame has its marks, and ends where its length says',
    why: 'bytes that only look like a frame are none',
    needs: ANSWER,
    outcomes: REJECTED,
    by: 'the driver, as it deframes',
  },
  {
    id: 'V-F2',
    version: 1,
    says: 'the sum (DL/T 645) or CRC (Modbus RTU) of a frame is that of its bytes',
    why: 'bytes are damaged on the way; an 8-bit sum lets 1 of 256 random damages pass, so it is never the only defence',
    needs: ANSWER,
    outcomes: REJECTED,
    by: 'the driver, as it deframes',
  },
  {
    id: 'V-F3',
    version: 1,
    says: 'the control code is that of an answer to the question asked',
    why: 'an echo of our own question, or the answer to another one, is no answer',
    needs: ANSWER,
    outcomes: REJECTED,
    by: 'the request, for each frame heard',
  },
  {
    id: 'V-F4',
    version: 1,
    says: 'the address in the answer is the one asked, byte for byte',
    why: 'the main defence against a value of another meter (错抄)',
    needs: ANSWER,
    outcomes: REJECTED,
    by: 'the request, for each frame heard',
  },
  {
    id: 'V-F5',
    version: 1,
    says: 'the data identifier in the answer is the one asked',
    why: 'the second defence: a value of another register',
    needs: 'a protocol whose answers name the item (DL/T 645)',
    outcomes: REJECTED,
    by: 'the request, for each frame heard',
  },
  {
    id: 'V-F6',
    version: 1,
    says: 'the data are as long as the item asks',
    why: 'a block that leaves something out gives every later value a wrong name',
    needs: ANSWER,
    outcomes: REJECTED,
    by: 'the driver, as it decodes',
  },
  {
    id: 'V-F7',
    version: 1,
    says: 'every digit of a number is one, and a filler is no number',
    why: 'FF and EE say that there is no value',
    needs: 'a number in digits (BCD)',
    outcomes: REJECTED,
    by: 'the driver, as it decodes',
  },
  {
    id: 'V-F8',
    version: 1,
    says: "an answer comes within its own question's time, on a line that was silent when the question left",
    why: 'a late answer must never stand for the next one',
    needs: 'all that was heard on the line',
    outcomes: REJECTED,
    by: 'the line',
  },
  {
    id: 'V-F9',
    version: 1,
    says: 'the parts of a long answer follow each other, of the same item',
    why: 'a part left out or twice makes other values of the rest',
    needs: 'an answer in several frames (DL/T 645)',
    outcomes: REJECTED,
    by: 'the driver, as it reads on',
  },
  {
    id: 'V-I1',
    version: 1,
    says: "the address of the answer is the archive's: only full addresses are asked, and V-F4 holds",
    why: 'a value without a meter is billed to nobody, or to somebody else',
    needs: ANSWER,
    outcomes: [{ verdict: 'reject', severity: 1, codes: [] }],
    by: 'the configuration, which refuses wildcards, and the request',
  },
  NAMEPLATE,
  {
    id: 'V-T7',
    version: 1,
    says: 'of the records a meter kept by itself, one alone and stamped with the second a slot begins stands for that slot; a period has as many slots as its length goes into it',
    why: 'an interval that is longer, shorter or there twice holds the energy of another time',
    needs: 'load records, and the period of the poll they fill',
    outcomes: [{ verdict: 'reject', severity: 2, codes: [] }],
    by: 'the conversation that fills missed slots; how many there are, the ledger (V-L1)',
  },
  {
    id: 'V-L1',
    version: 1,
    says: 'every period of every plan of a meter has its values, or a row that says why not',
    why: 'a gap is a row, not an absence (漏抄)',
    needs: 'the plans of the meter',
    outcomes: [{ verdict: 'flag', severity: 2, codes: ['2.5.259'] }],
    by: 'the ledger of what is expected, once a minute',
  },
  {
    id: 'V-A2',
    version: 1,
    says: 'no more than 20 % of the meters of a line, or two of them, and no more than 5 % of all, or four, begin to fail the same rule within one cycle, which is the longest poll of the line, 1 to 15 min; it is over at half of that',
    why: 'what many meters share (wiring, a converter, a clock, a configuration) is one cause: told as one alarm instead of many, it also spoils what still passes',
    needs: 'rules that say something of those meters',
    outcomes: [
      { verdict: 'suspect', severity: 1, codes: ['2.5.258'] },
      { verdict: 'flag', severity: 2, codes: [] },
    ],
    by: 'the alarms, once a minute; where the rule withholds values nothing of these meters is released meanwhile, where it only flags that is told',
    acts: 'on many rounds',
  },
  {
    id: 'V-A7',
    version: 1,
    says: 'the median of 50 answers of one kind of a meter lies within 5 times the spread (median absolute deviation), and within 20 ms at least, of the median of 200 before',
    why: 'what is put between meter and gateway, and rewrites what passes, takes time or saves it',
    needs: '200 answers of one kind, of conversations in which nothing was lost or disturbed',
    outcomes: [{ verdict: 'flag', severity: 2, codes: ['2.3.3'] }],
    by: 'the alarms; two blocks in a row make one, which then stands until answers are as before, or have been as they are for 30 days',
    acts: 'on many rounds',
  },
]
