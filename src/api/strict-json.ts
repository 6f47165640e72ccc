/** JSON bodies without second meanings: what an approver saw and what we act on is one value (PR-74). */

import { Fault } from '../core/faults.ts'
import { cutShort } from './problems.ts'

/** A string, with the colon that makes it a key; or a bracket. Only ever run over text that is valid JSON. */
const TOKEN = /("(?:[^"\\]|\\.)*")\s*(:?)|[{}[\]]/g

/** Reads JSON; throws ASK_INVALID for what is not JSON, for duplicate keys and for `__proto__`. */
export function parseStrictJson(text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Fault('ASK_INVALID', 'the body is not JSON')
  }
  refuseSecondMeanings(text)
  return value
}

function refuseSecondMeanings(text: string): void {
  const open: Set<string>[] = []
  for (const [token, string, colon] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') open.push(new Set())
    else if (token === '}' || token === ']') open.pop()
    else if (string !== undefined && colon === ':') refuseKey(String(JSON.parse(string)), open.at(-1))
  }
}

function refuseKey(key: string, seen: Set<string> | undefined): void {
  if (key === '__proto__') throw new Fault('ASK_INVALID', 'the body uses the key "__proto__"')
  if (seen?.has(key))
    throw new Fault('ASK_INVALID', `the body gives the key ${JSON.stringify(cutShort(key))} twice`)
  seen?.add(key)
}
