/**
 * Every mistake of each class is planted in a copy of every profile, in one point, in all of a quantity and in all, and
 * the copy is judged after each look on a simulated live meter: by a doctor who looks three times in ten minutes, and by a
 * gate that watches a day; of a customer who draws and feeds in, and of one who only draws. A part of them in `npm test`;
 * all with METERD_PLANTED=all, which also keeps docs/planted-mistakes.md.
 */

import { describe, expect, test } from 'vitest'
import { isBilled } from '../../src/core/obis.ts'
import { report } from '../prove/report.ts'
import { MODBUS_PROFILES } from '../simulator/models.ts'
import {
  bothWays,
  CLASSES,
  type Judged,
  judged,
  liveMeter,
  mistakesIn,
  type Outcome,
  onlyDraws,
} from './planted-mistakes.ts'
import { DAY_TIMES, EVENING } from './times.ts'

const SEED = Number(process.env['METERD_SEED'] ?? 1)
const IS_WHOLE = process.env['METERD_PLANTED'] === 'all'
const PART = 24
const LEAST_CAUGHT = 0.95

const JUDGES = [
  ['a doctor of ten minutes', EVENING, bothWays],
  ['a gate of a day', DAY_TIMES, bothWays],
  ['a doctor of ten minutes, at a customer who only draws', EVENING, onlyDraws],
  ['a gate of a day, at a customer who only draws', DAY_TIMES, onlyDraws],
] as const

const profiles = [...MODBUS_PROFILES.values()]

function judgedAll(times: readonly number[], customer: (from: number) => number): readonly Judged[] {
  return profiles.flatMap((profile, nth) => {
    const session = liveMeter(profile, customer(SEED + 100 * nth))
    const truth = times.map(at => session.look(profile, at))
    return mistakesIn(profile, profiles)
      .filter((_, at) => IS_WHOLE || (at + nth) % PART === SEED % PART)
      .map(mistake => judged(mistake, session, times, truth))
  })
}

const OUTCOMES: Readonly<Record<Outcome, string>> = {
  'told at load': 'told when the file is read',
  failed: 'a check fails',
  held: 'held for a person',
  equal: 'makes no difference',
  kept: 'kept off bills later (V-F11)',
  missed: 'taken for right',
}

const judgements = JUDGES.map(([who, times, customer]) => [who, judgedAll(times, customer)] as const)

describe.each(judgements)('%s', (who, all) => {
  // Where nobody feeds in, registers of export stand at zero under every mistake.
  const isOneWay = who.includes('only draws')
  const unseen = all.filter(({ isUnseen }) => isOneWay && isUnseen).length
  const of = (outcome: Outcome) => all.filter(each => each.outcome === outcome).length
  const caught = of('told at load') + of('failed')
  const mistakes = all.length - of('equal') - of('kept') - unseen

  test('catches at least 95 % of planted mistakes, and takes hardly any for right', () => {
    report(`planted mistakes, ${who}`, {
      mistakes,
      caught,
      percent: Math.round((caught / mistakes) * 1000) / 10,
      held: of('held') - unseen,
      ...(isOneWay && { unseen }),
      missed: of('missed'),
    })
    expect(all.length).toBeGreaterThan(200)
    expect(caught / mistakes).toBeGreaterThanOrEqual(LEAST_CAUGHT)
    expect(of('missed') / mistakes).toBeLessThan(IS_WHOLE ? 0.01 : 0.03)
  })

  test('takes no wrong register of a bill for right, at whatever look', () => {
    const missed = all.filter(({ outcome }) => outcome === 'missed')
    const billed = ({ mistake }: Judged) => [...mistake.wrong.keys()].some(({ obis }) => isBilled(obis))
    expect(missed.filter(billed).map(line)).toEqual([])
  })
})

test.runIf(IS_WHOLE && SEED === 1)(
  'docs/planted-mistakes.md tells the counts and lists what is not caught',
  async () => {
    const page = [HEAD, ...judgements.map(([who, all]) => section(who, all))].join('\n')
    await expect(page).toMatchFileSnapshot('../../docs/planted-mistakes.md')
  },
)

function line({ mistake, why }: Judged): string {
  return `${mistake.profile.profile}: ${why}`
}

const HEAD = `# Planted mistakes

Written by \`npm run prove -- planted\`. Each mistake is planted in a copy of a profile, in one point, in all points of a
quantity or in every point, and judged by \`src/commission/plausibility.ts\` after each look at a simulated live meter of the
right profile: of a customer who draws and feeds in, and of one who only draws. Taken for right: at any of the looks every
energy register counted as proven, and one of them was wrong. Held for a person: no check fails, but nothing has shown that the
wrong point is right, so the gate does not open by itself. A register at zero reads the same under every mistake, and is
held: at no load that is all of them but voltage and frequency, and at a customer who never feeds in the registers of export;
there they are counted, and not listed.

One factor common to all currents, powers and energies no check can see: nothing a meter shows of itself says how large a
current is. Under a profile that was written for the site the gate therefore holds every meter until a person has accepted
one by it. Kept off bills later: a counter read with a sign it has not is right up to half of its type, and reads below zero
beyond it, which rule V-F11 keeps off bills.
`

function section(who: string, all: readonly Judged[]): string {
  const outcomes = Object.keys(OUTCOMES) as Outcome[]
  const row = (title: string, part: readonly Judged[]) =>
    `| ${title} | ${part.length} | ${outcomes.map(each => part.filter(({ outcome }) => outcome === each).length).join(' | ')} |`
  const isOneWay = who.includes('only draws')
  const rest = all.filter(
    ({ outcome, isUnseen }) => outcome === 'missed' || (outcome === 'held' && !(isOneWay && isUnseen)),
  )
  const [first = '', ...others] = who
  return [
    `## ${first.toUpperCase()}${others.join('')}`,
    '',
    `| class | planted | ${outcomes.map(each => OUTCOMES[each]).join(' | ')} |`,
    `|---|---|${outcomes.map(() => '---|').join('')}`,
    ...CLASSES.map(kind =>
      row(
        kind,
        all.filter(({ mistake }) => mistake.class === kind),
      ),
    ),
    row('all', all),
    '',
    '| not caught: profile, class, point | encoding | |',
    '|---|---|---|',
    ...rest.map(({ mistake, outcome }) => {
      const [point] = mistake.wrong.keys()
      const encoding = mistake.wrong.size === 1 ? `\`${point?.encoding}\`` : ''
      return `| ${mistake.profile.profile} | ${encoding} | ${OUTCOMES[outcome]} |`
    }),
    '',
  ].join('\n')
}
