/** Money that meters keep, as a terminal is told. */

import type { z } from 'zod'
import type { accountCredit } from '../api/credit-shapes.ts'
import { CREDIT_THRESHOLDS, THRESHOLD_WORDS } from '../core/credit.ts'
import type { Terminal } from './verb.ts'

type Credit = z.infer<typeof accountCredit>

export function tellCredit({ meters, topUps }: Credit, io: Terminal): void {
  if (meters.length === 0) io.out('the money is in the meter, and the archive has no meter for it')
  for (const one of meters) tellMeter(one, io)
  for (const { payment, amount, at, standing, seenAt } of topUps)
    io.out(`paid  ${payment}  ${amount}  ${at}  ${standing}${seenAt === null ? '' : ` since ${seenAt}`}`)
}

function tellMeter(one: Credit['meters'][number], io: Terminal): void {
  const { meter, balance, unit, at, quality, purchases, bought, thresholds, isHeldOpen } = one
  if (balance === null) {
    io.out(
      `${meter} has told nothing of the money in it yet: it is read once a day, by a profile that reads it (docs/supply.md)`,
    )
  } else {
    const times = purchases === null ? '' : `, topped up ${purchases} times`
    const sum = bought === null ? '' : `, ${bought} in all`
    io.out(`${meter} has ${balance} ${unit} as of ${at}, ${quality}${times}${sum}`)
  }
  if (thresholds !== null) {
    const { amounts } = thresholds
    const told = CREDIT_THRESHOLDS.flatMap(of =>
      amounts[of] ? [`${THRESHOLD_WORDS[of]} ${amounts[of]}`] : [],
    )
    io.out(`${meter} acts at ${told.join(', ')} (audit of ${thresholds.at})`)
  }
  if (isHeldOpen)
    io.out(`${meter} does not close its relay by the button: no more is left than its allow-close amount`)
  for (const { at: when, threshold, was, is } of one.changes)
    io.out(`set anew  ${meter}  ${THRESHOLD_WORDS[threshold]} was ${was} and is ${is}, ${when}`)
  for (const { code, from, to, text, remedy } of one.findings)
    io.out(`${code}  ${meter}  ${from} – ${to}  ${text}; ${remedy}`)
}
