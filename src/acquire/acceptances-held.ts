/**
 * Who accepted which meter under which profile, kept in the data directory. Every acceptance stays in the file; the last
 * of a meter counts, for the address and the profile it was given for. Lost, meters prove themselves anew.
 */

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { messageOf } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import type { Point, Profile } from '../driver-api/profile.ts'
import { writeWhole } from './kept-file.ts'

const RECORD = z.object({
  meter: z.string(),
  address: z.string(),
  profile: z.string(),
  /** Of what the profile says of registers. */
  digest: z.string(),
  /** What the meter said of itself: ident and serial number; null where its profile names neither. */
  identity: z.string().nullable(),
  /** Milliseconds since 1970. */
  at: z.number(),
  by: z.string(),
  because: z.string(),
  /** Demand registers that nothing has shown to be right: they stay held apart. */
  unproven: z.array(z.string()).readonly(),
  /** What the checks said then. */
  evidence: z.array(z.string()).readonly(),
})

export type Acceptance = Readonly<z.output<typeof RECORD>>

export interface AcceptancesHeld {
  /** Null when none was ever given. */
  last(meter: string): Acceptance | null
  /** Whether a person has accepted any meter under a profile that says this of registers. */
  isVouchedFor(digest: string): boolean
  add(acceptance: Acceptance): void
  /** Until what was added last is in the file, or could not be written. */
  written(): Promise<void>
}

const FILE = 'acceptances.json'

export async function openAcceptances(directory: string, log: Log): Promise<AcceptancesHeld> {
  const path = join(directory, FILE)
  const held = [...recordsIn(await readFile(path, 'utf8').catch(() => '[]'), path, log)]
  let writing = Promise.resolve()

  async function write(): Promise<void> {
    try {
      await writeWhole(path, `${JSON.stringify(held, null, 1)}\n`)
    } catch (error) {
      const hint =
        'see whether the data directory is full or read-only; after a restart meters prove themselves anew'
      log.warn({ hint }, `acceptances cannot be kept: ${messageOf(error)}`)
    }
  }

  return {
    last: meter => held.findLast(one => one.meter === meter) ?? null,
    isVouchedFor: digest => held.some(one => one.digest === digest && one.by !== 'meterd'),
    add(acceptance) {
      held.push(acceptance)
      writing = writing.then(write)
    },
    written: () => writing,
  }
}

/** Whatever in the file is no record is left out, and told. */
function recordsIn(text: string, path: string, log: Log): readonly Acceptance[] {
  const told = (why: string) =>
    log.warn({ hint: 'the meters concerned prove themselves anew' }, `${path}: ${why}`)
  try {
    const written: unknown = JSON.parse(text)
    const read = Array.isArray(written) ? written.map(one => RECORD.safeParse(one)) : []
    if (!Array.isArray(written) || read.some(({ success }) => !success)) told('not all of it is acceptances')
    return read.flatMap(({ data }) => (data === undefined ? [] : [data]))
  } catch (error) {
    told(messageOf(error))
    return []
  }
}

/** What of a profile decides values: a new name or remark changes nothing. */
export function digestOf({ points, ident, serialNumber, ratios, sign, daily }: Profile): string {
  const bare = (point: Point | undefined) =>
    point && [point.obis, point.item, point.place, point.encoding, point.unit, point.capacity ?? '']
  const meaning = [
    points.map(bare),
    ident && [bare(ident.point), ident.is],
    bare(serialNumber),
    ratios && [bare(ratios.current), bare(ratios.voltage), ratios.side],
    sign,
    daily?.points.map(bare),
  ]
  return createHash('sha256').update(JSON.stringify(meaning)).digest('hex').slice(0, 16)
}
