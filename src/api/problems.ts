/** Errors as callers see them: RFC 9457 problems with the code of the fault table, and never a stack. */

import { STATUS_CODES } from 'node:http'
import type { FastifyError } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { describeFault, Fault, type FaultCode } from '../core/faults.ts'

export const PROBLEM_TYPE = 'application/problem+json'

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
  })
  .meta({ id: 'Problem' })

export type Problem = z.infer<typeof problem>

/** What an error thrown while answering means to the caller. Only 5xx of code ASK_FAILED are defects of ours. */
export function problemOf(error: unknown, requestId: string): Problem {
  if (error instanceof Fault) return makeProblem(error.code, error.text, requestId)
  if (hasZodFastifySchemaValidationErrors(error)) return invalid(error, requestId)
  const status = statusOf(error)
  if (status >= 400 && status < 500) return badRequest(status, requestId)
  return makeProblem('ASK_FAILED', 'the request could not be answered', requestId)
}

/** A request refused by the HTTP layer. The words are ours: the layer's own may repeat what was sent. */
export function badRequest(status: number, requestId: string): Problem {
  const code = status === 404 ? 'ASK_UNKNOWN' : 'ASK_INVALID'
  const text = REFUSALS[status] ?? 'this request cannot be understood'
  return makeProblem(code, text, requestId, status)
}

const REFUSALS: Readonly<Record<number, string>> = {
  404: 'there is no such address here; /openapi.json lists what there is',
  408: 'the request did not arrive completely in time',
  413: 'the body is larger than 64 KiB, or a CSV of /v1/imports than 4 MiB',
  414: 'a part of the path is longer than 100 characters',
  415: 'a body must be sent as Content-Type: application/json, or to /v1/imports as text/csv',
  431: 'the headers are larger than 16 KiB or more than 100',
}

function makeProblem(code: FaultCode, detail: string, requestId: string, httpStatus?: number): Problem {
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

function invalid(error: Pick<FastifyError, 'validationContext' | 'validation'>, requestId: string): Problem {
  const part = error.validationContext === 'querystring' ? 'query' : (error.validationContext ?? 'request')
  const errors = (error.validation ?? []).map(({ instancePath, message }) => ({
    field: [part, ...instancePath.split('/').filter(name => name !== '')].join('.'),
    text: message ?? 'not allowed here',
  }))
  const detail = errors.map(({ field, text }) => `${field}: ${text}`).join('; ')
  return { ...makeProblem('ASK_INVALID', detail, requestId), errors }
}

function statusOf(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return 500
  return typeof error.statusCode === 'number' ? error.statusCode : 500
}
