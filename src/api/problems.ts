/** Errors as callers see them: RFC 9457 problems with the code of the fault table, and never a stack. */

import { STATUS_CODES } from 'node:http'
import type { FastifyError } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { describeFault, Fault, type FaultCode } from '../core/faults.ts'
import type { Refusal } from '../supply/order/refusal.ts'
import { interlock } from './shapes.ts'

export const PROBLEM_TYPE = 'application/problem+json'

/** Of ORDER_REFUSED. */
const whyRefused = {
  reason: z.string().optional().meta({ description: 'code of what stands against an order' }),
  remedy: z.string().optional(),
  changes: z
    .array(z.object({ fact: z.string(), was: z.unknown(), is: z.unknown() }))
    .optional()
    .meta({ description: 'what is another than was shown; times in it are UTC milliseconds' }),
  interlocks: z.array(interlock).optional().meta({ description: 'all that did not pass' }),
}

export const problem = z
  .object({
    type: z.string().meta({ description: 'urn:meterd:fault: and the code' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'what happened and where' }),
    code: z.string().meta({ description: 'from the fault table; branch on this' }),
    hint: z.string().meta({ description: 'what to do' }),
    instance: z.string().meta({ description: 'names this request in the log' }),
    errors: z
      .array(z.object({ field: z.string(), text: z.string() }))
      .optional()
      .meta({ description: 'every field that is wrong' }),
    ...whyRefused,
  })
  .meta({ id: 'Problem' })

export type Problem = z.infer<typeof problem>

/** Of what was kept as refused: an order's has its own reason. */
export function problemKept(
  { code, text, refusal }: { readonly code: FaultCode; readonly text: string; readonly refusal?: Refusal },
  requestId: string,
): Problem {
  if (refusal === undefined) return makeProblem(code, text, requestId)
  const { code: reason, text: why, remedy, changes, interlocks } = refusal
  const told = makeProblem(code, why, requestId)
  return { ...told, reason, remedy, changes: [...changes], interlocks: [...interlocks] }
}

/** What an error thrown while answering means to the caller. Only 5xx of code ASK_FAILED are defects of ours. */
export function problemOf(error: unknown, requestId: string): Problem {
  if (error instanceof Fault) return makeProblem(error.code, error.text, requestId)
  if (hasZodFastifySchemaValidationErrors(error)) return invalid(error, requestId)
  const { statusCode: status, code } = refusalOf(error)
  if (status >= 400 && status < 500) return badRequest(status, requestId, REFUSED_AS[code])
  return makeProblem('ASK_FAILED', 'the request could not be answered', requestId)
}

/** A request refused by the HTTP layer. The words are ours: the layer's own may repeat what was sent. */
export function badRequest(status: number, requestId: string, text = REFUSALS[status]): Problem {
  const code = status === 404 ? 'ASK_UNKNOWN' : 'ASK_INVALID'
  return makeProblem(code, text ?? 'this request cannot be understood', requestId, status)
}

const REFUSALS: Readonly<Record<number, string>> = {
  400: 'these bytes are no HTTP request',
  404: 'there is no such address here; /openapi.json lists what there is',
  405: 'this address takes other methods: the header Allow lists them',
  408: 'the request did not arrive completely in time',
  413: 'the body is larger than 64 KiB, or a CSV of /v1/imports than 4 MiB',
  414: 'a part of the path is longer than 100 characters',
  415: 'a body must be sent as Content-Type: application/json, or to /v1/imports as text/csv',
  431: 'the headers are larger than 16 KiB or more than 100',
}

/** By the codes of Fastify. */
const REFUSED_AS: Readonly<Record<string, string>> = {
  FST_ERR_BAD_URL: 'the path is no text: each % must begin two hexadecimal digits, of UTF-8 altogether',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'the body is not as long as Content-Length says',
}

export function makeProblem(
  code: FaultCode,
  detail: string,
  requestId: string,
  httpStatus?: number,
): Problem {
  const { hint } = describeFault(code, detail)
  const status = httpStatus ?? new Fault(code, detail).status
  return {
    type: `urn:meterd:fault:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    code,
    hint,
    instance: `urn:meterd:request:${requestId}`,
  }
}

/** Fields named in one answer; who sends a thousand wrong ones learns of the first. */
const MOST_NAMED = 10
const PARTS: Readonly<Record<string, string>> = { querystring: 'query', params: 'path', body: 'body' }

function invalid(error: Pick<FastifyError, 'validationContext' | 'validation'>, requestId: string): Problem {
  const part = PARTS[error.validationContext ?? ''] ?? 'request'
  const found = error.validation ?? []
  const errors = found.slice(0, MOST_NAMED).map(({ instancePath, ...wrong }) => ({
    field: [part, ...instancePath.split('/').filter(name => name !== '')].map(cutShort).join('.'),
    text: textOf(wrong),
  }))
  const more = found.length > MOST_NAMED ? [`and ${found.length - MOST_NAMED} more`] : []
  const detail = [...errors.map(({ field, text }) => `${field}: ${text}`), ...more].join('; ')
  return { ...makeProblem('ASK_INVALID', detail, requestId), errors }
}

type Wrong = Pick<NonNullable<FastifyError['validation']>[number], 'message' | 'params'>

/** Names of fields are the caller's own words; of what stands in them nothing is said again. */
function textOf({ message, params }: Wrong): string {
  const { keys } = params
  if (!Array.isArray(keys)) return typeText(message) ?? message ?? 'not allowed here'
  const named = keys.slice(0, MOST_NAMED).map(key => JSON.stringify(cutShort(String(key))))
  const more = keys.length > MOST_NAMED ? ` and ${keys.length - MOST_NAMED} more` : ''
  return `unknown here: ${named.join(', ')}${more}`
}

const TYPES: Readonly<Record<string, string>> = {
  ...{ string: 'text in quotes', number: 'a number without quotes', int: 'a whole number without quotes' },
  ...{ boolean: 'true or false', object: 'an object, { … }', array: 'a list, [ … ]' },
}

/** What the library says of a value of another type, in words of JSON; null of all else. */
function typeText(message = ''): string | null {
  const [, expected = '', received] = /^Invalid input: expected (\w+), received (\w+)$/.exec(message) ?? []
  const needed = TYPES[expected]
  if (needed === undefined) return null
  return received === 'undefined' ? `required: ${needed}` : `${needed} is needed`
}

const LONGEST_NAME = 40

/** A caller's word as it may stand in an answer: not long, and nothing that steers a terminal. */
export function cutShort(word: string): string {
  const seen = word.replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?')
  return seen.length > LONGEST_NAME ? `${seen.slice(0, LONGEST_NAME)}…` : seen
}

function refusalOf(error: unknown): { readonly statusCode: number; readonly code: string } {
  const { statusCode, code } = Object(error)
  return { statusCode: typeof statusCode === 'number' ? statusCode : 500, code: String(code) }
}
