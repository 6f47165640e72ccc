/** `GET /v1/audit`: who did what, in order. Being asked is written down too (P-12). */

import { z } from 'zod'
import { Fault } from '../core/faults.ts'
import { isoWithOffset } from '../core/time.ts'
import type { HashedEntry } from '../store/store.ts'
import { metersSeen } from './access.ts'
import type { App } from './app.ts'
import { readCursor, writeCursor } from './cursor.ts'
import { deedOf } from './deed.ts'
import type { ApiParts } from './parts.ts'
import { next, paging, time, timeAsked, wholeNumber } from './shapes.ts'
import { timeOf } from './times.ts'

const PER_PAGE = 100

const hash = z.string().meta({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256, hexadecimal' })

const journalEntry = z
  .object({
    sequence: z.int(),
    at: time,
    actor: z.string().meta({ description: 'name of a key, local:USER at the box itself, or daemon' }),
    scope: z.string().meta({ description: 'the scope it was done by; none of the daemon' }),
    address: z.string().meta({ description: 'where it came from; local at the box itself' }),
    action: z.string().meta({ examples: ['batch.acknowledged'] }),
    subject: z.string().meta({ description: 'what it was done to', examples: ['batch 12'] }),
    facts: z.record(z.string(), z.unknown()),
    factsText: z.string().meta({ description: 'the same, letter by letter as it is hashed' }),
    before: hash.meta({ description: 'hash of the entry before; zeros before the first' }),
    hash,
  })
  .meta({ id: 'JournalEntry' })

export const auditPage = z.object({
  entries: z.array(journalEntry),
  next,
})

const word = (most: number) => z.string({ error: 'give it once' }).min(1).max(most)

export function auditRoutes(app: App, { store, site, clock }: ApiParts): void {
  app.get(
    '/v1/audit',
    {
      config: {
        access: 'audit',
        mayFail: { STORE_FULL: 'there is no room for the journal' },
      },
      schema: {
        summary: 'The journal: who did what, in order, each entry with the hash of the one before',
        description:
          'Of all meters, so only for keys that cover all. Asking is itself written down first, and where that cannot be nothing is shown; pages come to an end with what was there when the first was asked for. A page of a narrow question may be empty and have a `next`. `meterd audit verify` holds the whole to its hashes.',
        tags: ['operations'],
        querystring: z.strictObject({
          after: wholeNumber.optional().meta({ description: 'only entries with a higher number' }),
          ...paging,
          since: timeAsked.meta({ description: 'only entries from then on' }),
          actor: word(200).optional(),
          action: word(100).optional(),
        }),
        response: { 200: auditPage },
      },
    },
    async request => {
      if (metersSeen(request) !== null)
        throw new Fault('KEY_SCOPE', 'the journal is of all meters; this key covers some')
      const { cursor, limit = PER_PAGE, since, actor, action } = request.query
      const { offsetMinutes } = site
      const list = `audit ${store.epoch} ${JSON.stringify([request.query.after, since, actor, action])}`
      const begun = cursor === undefined ? null : readCursor(cursor, list, ['number', 'number'])
      const [after = request.query.after ?? 0] = begun ?? []
      const asked = {
        ...{ after, limit, actor, action },
        ...(since !== undefined && { since: timeOf('since', since, offsetMinutes) }),
      }
      const facts = { after, limit, since, actor, action }
      const read = await store.journalAdd(
        deedOf(request, { at: clock.now(), action: 'journal.read', subject: 'journal', facts }),
      )
      // What was there when the first page was asked for: each reading adds an entry.
      const [, before = read] = begun ?? []
      const { entries, reached } = await store.journalAfter({ ...asked, before })
      return {
        entries: entries.map(entry => show(entry, offsetMinutes)),
        next: reached === null ? null : writeCursor([list, reached, before]),
      }
    },
  )
}

function show({ facts, at, ...entry }: HashedEntry, offsetMinutes: number): z.infer<typeof journalEntry> {
  const told = JSON.parse(facts) as Record<string, unknown>
  return { ...entry, at: isoWithOffset(at, offsetMinutes), facts: told, factsText: facts }
}
