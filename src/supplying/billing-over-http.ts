/** Asks billing over HTTP whether it is still unpaid: each question has a connection of its own, and what is no plain answer is none (P-07). */

import { type ClientRequest, request } from 'node:http'
import { request as secureRequest } from 'node:https'
import type { BillingServer } from '../config/config.ts'
import { readTls, STRICT } from '../config/tls.ts'
import type { Clock } from '../core/clock.ts'
import { messageOf } from '../core/faults.ts'
import { isoWithOffset, SECOND } from '../core/time.ts'
import { type BillingWord, silent } from '../supply/order/billing.ts'
import type { Cut } from '../supply/order/order.ts'
import type { Billing } from './ports.ts'

/** Then the order waits, and billing is asked again a minute later. */
export const ANSWER_WITHIN_MS = 5 * SECOND
/** An answer has less than two hundred. */
const MOST_BYTES = 4_096

export function billingOverHttp(to: BillingServer, clock: Clock, offsetMinutes: number): Billing {
  const { url } = to
  const send = url.protocol === 'https:' ? secureRequest : request
  return {
    async ask(cut) {
      const [by, at] = [url.origin, clock.now()]
      try {
        const { pems, troubles } = await readTls(to.tls)
        const [first] = troubles
        if (first) return silent(by, at, `tls.${first.of}: ${first.text}`)
        const body = Buffer.from(JSON.stringify(questionOf(cut, offsetMinutes)))
        const headers = {
          ...{ 'content-type': 'application/json', 'content-length': body.length },
          ...{ accept: 'application/json', ...authorization(to) },
        }
        const asked = send(url, { method: 'POST', agent: false, headers, ...pems, ...STRICT })
        return wordOf(await answerTo(asked, body, clock), cut.id, { by, at })
      } catch (error) {
        return silent(by, at, causeOf(error))
      }
    },
  }
}

/** What was approved, for billing to hold against its own books. */
function questionOf({ id: order, account, meter, number, approved }: Cut, offsetMinutes: number) {
  if (approved === null) throw new Error(`order ${order} is not approved`)
  const { facts, digest, at } = approved
  const { amount, currency } = facts.arrears
  const asOf = isoWithOffset(at, offsetMinutes)
  return { order, account, meter, number, owed: { amount, currency, asOf }, digest }
}

function authorization({ username, password, token }: BillingServer): { authorization?: string } {
  if (token !== null) return { authorization: `Bearer ${token}` }
  if (username === null) return {}
  return { authorization: `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}` }
}

/** The body of a whole answer with status 200; all else is thrown. Redirects are not followed. */
function answerTo(asked: ClientRequest, body: Uint8Array, clock: Clock): Promise<string> {
  return new Promise((resolve, reject) => {
    const give = (text: string) => {
      reject(new Error(text))
      asked.destroy()
    }
    const cancel = clock.after(ANSWER_WITHIN_MS, () =>
      give(`no answer within ${ANSWER_WITHIN_MS / SECOND} s`),
    )
    let hasAnswered = false
    // Told to speak another protocol, the connection ends without an answer and without an error.
    asked.on('close', () => {
      cancel()
      if (!hasAnswered) reject(new Error('it ended the connection without an answer'))
    })
    asked.on('error', reject)
    asked.on('response', response => {
      hasAnswered = true
      if (response.statusCode !== 200) return give(`answered ${response.statusCode}`)
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => {
        parts.push(part)
        if (parts.reduce((bytes, { length }) => bytes + length, 0) > MOST_BYTES)
          give('its answer is too long to be one')
      })
      response.on('error', reject)
      response.on('close', () => reject(new Error('it hung up')))
      response.on('end', () => resolve(Buffer.concat(parts).toString()))
    })
    asked.end(body)
  })
}

function wordOf(text: string, order: string, { by, at }: Pick<BillingWord, 'by' | 'at'>): BillingWord {
  const said = answerIn(text)
  if (said === null)
    return silent(by, at, 'what it answered is not {"order": ORDER, "unpaid": true or false}')
  if (said.order !== order) return silent(by, at, 'it answered about another order')
  const says = said.unpaid ? 'unpaid' : 'paid'
  return { says, by, at, text: says }
}

/** Exactly these two, each once: what says something twice would not be the same once written again. */
function answerIn(text: string): { readonly order: string; readonly unpaid: boolean } | null {
  try {
    const { order, unpaid, ...rest } = JSON.parse(text)
    if (typeof order !== 'string' || typeof unpaid !== 'boolean' || Object.keys(rest).length > 0) return null
    const written = [
      { order, unpaid },
      { unpaid, order },
    ].map(said => JSON.stringify(said))
    return written.includes(text.replace(/\s/g, '')) ? { order, unpaid } : null
  } catch {
    return null
  }
}

function causeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null
  return typeof code === 'string' ? code : messageOf(error)
}
