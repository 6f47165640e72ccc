/** The figures of a proof, one line, for whoever runs it; vitest prints what a test writes. */

import { appendFileSync } from 'node:fs'

export function report(name: string, figures: Readonly<Record<string, string | number>>): void {
  const text = Object.entries(figures).map(([what, value]) => `${what}: ${value}`)
  console.log(`${name}: ${text.join(' · ')}`)
  const file = process.env['METERD_PROVE_REPORT']
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ name, ...figures })}\n`)
}
