/** Routes that enter something, once for each `Idempotency-Key` of a caller (PR-61): what is the same in all of them. */

import { z } from 'zod'
import type { FaultCode } from '../core/faults.ts'
import type { App } from './app.ts'
import type { Scope } from './key-file.ts'
import type { Exchange } from './once.ts'
import { nothing } from './shapes.ts'
import { written } from './written.ts'

export interface EnteringRoute<Body, Params> {
  readonly method?: 'POST' | 'PUT'
  readonly path: string
  readonly access: Scope | readonly Scope[]
  readonly summary: string
  readonly description?: string
  readonly params: z.ZodType<Params>
  readonly body: z.ZodType<Body>
  /** Where it is not the family's. */
  readonly answers?: z.ZodType
}

/** Routes of one family: what they may fail with, what they answer, and how what is asked is done. */
export interface Family<Act> {
  readonly tags: readonly string[]
  readonly mayFail: Readonly<Partial<Record<FaultCode, string>>>
  readonly answers: z.ZodType
  /** Throws where the family is not in force. */
  readonly inForce?: () => unknown
  send(act: Act, exchange: Exchange): Promise<Uint8Array>
}

export type Entering<Act> = <Body, Params>(
  route: EnteringRoute<Body, Params>,
  actOf: (given: Body, params: Params) => Act,
) => void

const ONCE = 'Once for each `Idempotency-Key` of a caller: the same again is given the first answer again.'

const headers = z.looseObject({
  'idempotency-key': z
    .string({ error: 'Idempotency-Key is required: a new one for each thing to be done' })
    .regex(/^[\x21-\x7e]{8,128}$/, '8 to 128 visible letters')
    .meta({ examples: ['2f1d8c1e-6a53-4c6a-9a0e-1f6d2b9c7e01'] }),
})

export function createEntering<Act>(app: App, family: Family<Act>): Entering<Act> {
  const { tags, mayFail, inForce = () => undefined, send } = family
  return (route, actOf) => {
    const { method = 'POST', path, access, summary, description, params, body } = route
    app.route({
      method,
      url: path,
      config: { access, mayFail },
      preValidation: async () => void inForce(),
      schema: {
        summary,
        description: description === undefined ? ONCE : `${description} ${ONCE}`,
        ...{ tags, params, querystring: nothing, headers, body },
        response: { 200: written<z.ZodType>(route.answers ?? family.answers) },
      },
      async handler(request, reply) {
        return send(actOf(request.body as never, request.params as never), { request, reply })
      },
    })
  }
}
