/** `POST /v1/imports`, `PUT /v1/accounts/{id}`: people say whose meters are; what that changes is shown, and done whole. */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { assert, Fault } from '../core/faults.ts'
import type { App } from './app.ts'
import { accountNamed } from './archive.ts'
import { archiveChange, importAsked, statedPairing } from './archive-shapes.ts'
import { deedOf } from './deed.ts'
import { inParts, textOf } from './page-parts.ts'
import type { ArchiveChangeAsked, ArchiveChangeHead } from './page-thread/archive-change.ts'
import type { ApiParts } from './parts.ts'
import { PROBLEM_TYPE, problemOf } from './problems.ts'
import { nothing } from './shapes.ts'
import { sendWritten, written } from './written.ts'

/** Some 80,000 short rows; how many are taken is the page thread's to say. */
export const MOST_IMPORT_BYTES = 4 * 1024 * 1024

/** Each time another change was quicker. */
const MOST_TRIES = 20

type ImportParts = Pick<ApiParts, 'pages' | 'store' | 'clock'>

const CHANGES =
  'Whole or not at all. Where a row is refused nothing is changed: status 400, with the answer in the problem.'

/** In a room of their own, so that no other route takes a CSV. */
export async function importRoutes(app: App, parts: ImportParts): Promise<void> {
  await app.register((room, _options, done) => {
    room.addContentTypeParser(
      'text/csv',
      { parseAs: 'buffer', bodyLimit: MOST_IMPORT_BYTES },
      async (_request: FastifyRequest, body: Buffer) => body,
    )
    importRoute(room as App, parts)
    accountRoute(room as App, parts)
    done()
  })
}

function importRoute(app: App, parts: ImportParts): void {
  app.post(
    '/v1/imports',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Import the archive: which account and point each meter belongs to',
        description: `A CSV of account, point, meter, from, to, withdrawn, or the same as JSON. What it leaves out stays. ${CHANGES}`,
        tags: ['archive'],
        consumes: ['text/csv', 'application/json'],
        querystring: z.strictObject({
          dryRun: z
            .enum(['true', 'false'], { error: 'true or false' })
            .optional()
            .meta({ description: 'true: tells what it would change, and changes nothing' }),
        }),
        body: z.unknown().meta({ description: 'text/csv up to 4 MiB, or {"pairings": […]} up to 64 KiB' }),
        response: { 200: written(archiveChange) },
      },
    },
    async (request, reply) => {
      requireAllMeters(request)
      const asked = { given: givenIn(request.body), whole: null, ifMatch: null }
      return change(parts, { ...asked, dryRun: request.query.dryRun === 'true' }, { request, reply })
    },
  )
}

function accountRoute(app: App, parts: ImportParts): void {
  app.put(
    '/v1/accounts/:id',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'State all pairings of one account',
        description: `What is not among them is withdrawn: it never held. \`If-Match\` takes the ETag of the account. ${CHANGES}`,
        tags: ['archive'],
        params: accountNamed,
        querystring: nothing,
        body: z.strictObject({ pairings: z.array(statedPairing).max(1_000) }).nullish(),
        response: { 200: written(archiveChange) },
      },
    },
    async (request, reply) => {
      requireAllMeters(request)
      const { id: account } = request.params
      if (!request.body) throw new Fault('ASK_INVALID', 'body: {"pairings": […]} is needed')
      const rows = request.body.pairings.map(one => rowOf({ ...one, account }))
      const ifMatch = request.headers['if-match'] ?? null
      return change(parts, { given: { rows }, whole: account, ifMatch, dryRun: false }, { request, reply })
    },
  )
}

interface Exchange {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

/** Made beside what is known, and made again where somebody else was quicker. */
async function change(
  { pages, store, clock }: ImportParts,
  asked: ArchiveChangeAsked,
  { request, reply }: Exchange,
): Promise<Uint8Array> {
  const by = request.holder?.name
  assert(by !== undefined, 'whoever changes the archive has a name')
  const now = clock.now()
  const subject = asked.whole === null ? 'archive' : `account ${asked.whole}`
  const deed = deedOf(request, { at: now, action: 'archive.changed', subject, facts: {} })
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const { lines, answer } = inParts(await pages.archiveChange(asked), 2)
    const head = JSON.parse(textOf(lines[0])) as ArchiveChangeHead
    if (head.etag !== null) reply.header('etag', head.etag)
    if (head.refused !== null && !asked.dryRun) return refuse(head.refused, answer, { request, reply })
    const isDone = asked.dryRun || !head.changes
    // Memory of its own: the page's goes with the answer.
    const versions = isDone ? null : lines[1]?.slice()
    if (!versions || (await store.pair({ now, by, after: head.after, versions, deed })) !== null)
      return sendWritten(reply, answer)
  }
  throw new Fault('ASK_STALE', 'others changed the archive each time this was held against it')
}

/** The problem and the answer in one: `refused` lists every row, with its place and remedy. */
function refuse(why: string, answer: Uint8Array, { request, reply }: Exchange): Uint8Array {
  const problem = problemOf(new Fault('ASK_INVALID', why), request.id)
  reply.status(problem.status).type(PROBLEM_TYPE)
  return Buffer.from(`${JSON.stringify(problem).slice(0, -1)},${textOf(answer).slice(1)}`)
}

/** Whose a meter is touches all others of its account and point. */
function requireAllMeters({ holder }: FastifyRequest): void {
  if (holder?.meters !== null)
    throw new Fault('KEY_SCOPE', 'this key covers some meters only; the archive is of all')
}

function givenIn(body: unknown): ArchiveChangeAsked['given'] {
  if (body instanceof Uint8Array) return { csv: body }
  const { data, error } = importAsked.safeParse(body)
  if (data) return { rows: data.pairings.map(rowOf) }
  const wrong = error.issues.map(({ path, message }) => `${['body', ...path].join('.')}: ${message}`)
  throw new Fault('ASK_INVALID', wrong.slice(0, 10).join('; '))
}

type Listed = z.infer<typeof importAsked>['pairings'][number]

function rowOf({ to, withdrawn, ...rest }: Listed) {
  return { ...rest, to: to ?? '', withdrawn: withdrawn ? 'yes' : '' }
}
