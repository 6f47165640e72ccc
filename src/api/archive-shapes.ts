/** The shapes of the archive's answers, for OpenAPI and for the types of what is written as them. */

import { z } from 'zod'
import { next, time } from './shapes.ts'

const place = {
  account: z.string().meta({ description: 'as in your books; a string, leading zeros stay' }),
  point: z.string().meta({ description: 'supply point' }),
}

const times = {
  from: time.meta({ description: 'holds from this instant on' }),
  to: time.nullable().meta({ description: 'before this instant; null: nothing ends it' }),
}

export const pairingShown = z
  .object({
    ...place,
    meter: z.string().meta({ description: 'id of the meter list' }),
    ...times,
    revision: z.int().meta({ description: 'of the change that said so' }),
    recordedAt: time,
    by: z.string().meta({ description: 'name of the key, or "control door"' }),
  })
  .meta({ id: 'Pairing' })

const revision = z.int().meta({ description: 'counts the changes of the archive' })

export const accountsPage = z.object({
  revision: revision.meta({ description: 'of the last change of the meters this key covers' }),
  accounts: z.array(z.object({ account: place.account, pairings: z.array(pairingShown) })),
  next,
})

export const accountAnswer = z
  .object({
    account: place.account,
    revision: revision.meta({ description: 'of its last change; `If-Match` takes it in quotes' }),
    pairings: z.array(pairingShown).meta({ description: 'those that hold, in order of time' }),
    versions: z
      .array(
        z.object({
          ...pairingShown.shape,
          sequence: z.int(),
          pairing: z.int().meta({ description: 'sequence of its first version' }),
          supersedes: z.int().nullable().meta({ description: 'sequence of the version before' }),
          withdrawn: z.boolean().meta({ description: 'it never held' }),
        }),
      )
      .meta({ description: 'everything ever recorded of it' }),
  })
  .meta({ id: 'Account' })

/** Of a read: whose it begins, and whose it ends. */
export const placeShown = z.object({
  account: z.string().nullable().meta({
    description: 'whose use is counted from this boundary on, as the archive is known now; null is nobody',
  }),
  point: z.string().nullable(),
  pairedAt: time.nullable().meta({
    description: 'when that became known; later than `releasedAt` where the read had waited for it',
  }),
  ending: z
    .object({ account: z.string().nullable(), point: z.string().nullable() })
    .optional()
    .meta({ description: 'whose use ends at this boundary, where that is another' }),
})

export const unpairedPage = z.object({
  boundary: time,
  counts: z.object({
    meters: z.int(),
    released: z.int().meta({ description: 'have a release of this boundary' }),
    unpaired: z.int().meta({ description: 'of these, how many belong to no account' }),
  }),
  unpaired: z.array(
    z
      .object({
        meter: z.string(),
        standing: z.enum(['actual', 'totals-only', 'estimated', 'edited']),
        version: z.int(),
        sequence: z.int(),
        releasedAt: time,
        since: time.nullable().meta({ description: 'when its last pairing ended; null: it never had one' }),
        oldest: time.meta({ description: 'the first boundary released since then: how long it has waited' }),
      })
      .meta({ id: 'Unpaired' }),
  ),
  next,
})

const remark = z.object({
  line: z.int().meta({ description: 'of the file; in JSON the place in the list, from 1 on' }),
  column: z.int().nullable().meta({ description: 'where the cell begins; null in JSON' }),
  field: z.string().nullable(),
  text: z.string(),
  remedy: z.string(),
})

const recorded = z
  .object({
    line: z.int().nullable().meta({ description: 'null: left out where a whole account was stated' }),
    ...place,
    meter: z.string(),
    ...times,
    before: z.object(times).nullable().meta({ description: 'the times it had; null for what is new' }),
  })
  .meta({ id: 'PairingChange' })

export const archiveChange = z
  .object({
    dryRun: z.boolean(),
    applied: z.boolean().meta({ description: 'false: nothing was changed' }),
    revision,
    counts: z.object({
      added: z.int(),
      ended: z.int(),
      changed: z.int(),
      withdrawn: z.int(),
      unchanged: z.int().meta({ description: 'said what is known already' }),
      refused: z.int(),
      remarks: z.int(),
    }),
    added: z.array(recorded),
    ended: z.array(recorded),
    changed: z.array(recorded),
    withdrawn: z.array(recorded),
    refused: z.array(remark).meta({ description: 'the first 200; where there is one, nothing is changed' }),
    remarks: z.array(remark).meta({ description: 'taken as it is; have a look; the first 200' }),
  })
  .meta({ id: 'ArchiveChange' })

const text = z.string().max(100)

/** What a caller writes; each cell is judged as one of a file is. */
export const statedPairing = z.strictObject({
  point: text,
  meter: text,
  from: text.meta({ description: "YYYY-MM-DD (00:00 in the site's fixed offset) or ISO 8601 with offset" }),
  to: text.nullish().meta({ description: 'likewise, no longer of it; null or left out: nothing ends it' }),
})

export const importAsked = z.strictObject({
  pairings: z
    .array(z.strictObject({ account: text, ...statedPairing.shape, withdrawn: z.boolean().optional() }))
    .max(1_000),
})
