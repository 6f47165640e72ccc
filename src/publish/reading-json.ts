/**
 * A reading as JSON on MQTT, written by hand: the same bytes as JSON.stringify would give at a fraction of the time. A
 * site that was cut off for days has millions of them to send.
 */

import { formatScaled } from '../core/scaled.ts'
import { isoWriter } from '../core/time.ts'
import { codesOf } from '../reading/quality-codes.ts'
import type { Change } from '../store/store.ts'

/** Text that stands in JSON as it is. */
const PLAIN = /^[\w.:*/ -]*$/

/** What is the same for all readings of a register. */
interface Register {
  readonly unit: string
  readonly beforeValue: string
  readonly afterValue: string
}

/** For some hundred readings: what they have in common is written once. */
export function createReadingJson(offsetMinutes: number): (change: Change, isHistorical: boolean) => string {
  const readTime = isoWriter(offsetMinutes)
  const receivedTime = isoWriter(offsetMinutes)
  const registers = new Map<string, Register>()

  function registerOf(obis: string, unit: string): Register {
    const known = registers.get(obis)
    if (known?.unit === unit) return known
    const beforeValue = `,"obis":${JSON.stringify(obis)},"value":"`
    const register = { unit, beforeValue, afterValue: `","unit":${JSON.stringify(unit)},"readAt":"` }
    registers.set(obis, register)
    return register
  }

  return (change, isHistorical) => {
    const { beforeValue, afterValue } = registerOf(change.obis, change.unit)
    const id = PLAIN.test(change.id) ? `"${change.id}"` : JSON.stringify(change.id)
    const times = `${readTime(change.readAt)}","receivedAt":"${receivedTime(change.receivedAt)}`
    return `{"id":${id},"sequence":${change.sequence}${beforeValue}${formatScaled(change.value)}${afterValue}${times}${verdict(change)}${isHistorical ? ',"historical":true}' : '}'}`
  }
}

/** What nearly all readings end with. */
const POLLED = '","kind":"poll","quality":"good","codes":["2.0.1"],"version":1'

function verdict({ kind, quality, findings, version }: Change): string {
  if (kind === 'poll' && quality === 'good' && version === 1 && findings.length === 0) return POLLED
  const codes = JSON.stringify(codesOf(quality, findings))
  return `","kind":"${kind}","quality":"${quality}","codes":${codes},"version":${version}`
}
