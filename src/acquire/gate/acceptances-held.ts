/**
 * Who accepted which meter under which profile, kept in the data directory. Every acceptance stays in the file; the last
 * of a meter counts, for the place and the profile it was given for. The generation before is kept beside it: where the
 * file is gone or damaged that one counts, and whoever is not in it proves himself anew.
 */

import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { Fault, messageOf } from '../../core/faults.ts'
import type { Log } from '../../core/log.ts'
import { DAEMON, type Store } from '../../store/store.ts'
import { writeWholeDurably } from '../kept-file.ts'

const RECORD = z.object({
  meter: z.string(),
  /** Key of the line it was read on (src/core/line-url.ts). */
  line: z.string(),
  address: z.string(),
  profile: z.string(),
  /** Of what the profile says of registers. */
  digest: z.string(),
  /** What the meter said of itself: ident and serial number; null where its profile names neither. */
  identity: z.string().nullable(),
  serial: z.string().nullable(),
  /** Other meters that said the same serial number, which whoever accepted it knew. */
  alike: z.array(z.string()).readonly(),
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
  /** Billed by before there was a gate, and not accepted since. */
  wasInService(meter: string): boolean
  /** Whether a person has accepted any meter under a profile that says this of registers. */
  isVouchedFor(digest: string): boolean
  add(acceptance: Acceptance): void
  /** Until what was added last is in the file. Throws ACCEPTANCE_UNKEPT where it could not be written. */
  written(): Promise<void>
}

const FILE = 'acceptances.json'

/** `service` is kept with the readings, and each meter leaves it once: a file that is lost opens no gate. */
export async function openAcceptances(
  directory: string,
  service: Pick<Store, 'inService' | 'leaveService' | 'journalAdd'>,
  log: Log,
): Promise<AcceptancesHeld> {
  const path = join(directory, FILE)
  const held = [...(await recordsKept(path, log))]
  const inService = new Set(await service.inService())
  let kept = held.length === 0 ? null : textOf(held)
  let writing: Promise<Fault | null> = Promise.resolve(null)

  /** Out of service first: killed in between, a meter has to prove itself and is not believed twice. */
  async function write({ meter, by, because, profile, digest, at }: Acceptance): Promise<Fault | null> {
    try {
      // What a person accepts is written down where they say so.
      if (by === 'meterd')
        await service.journalAdd({
          ...{ ...DAEMON, at },
          ...{ action: 'meter.accepted', subject: `meter ${meter}`, facts: { because, profile, digest } },
        })
      if (inService.has(meter)) await service.leaveService(meter)
      inService.delete(meter)
      const text = textOf(held)
      if (kept !== null) await writeWholeDurably(beforeOf(path), kept)
      await writeWholeDurably(path, text)
      kept = text
      return null
    } catch (error) {
      const fault = new Fault('ACCEPTANCE_UNKEPT', `acceptances cannot be kept: ${messageOf(error)}`, error)
      log.error({ code: fault.code, meterId: meter, hint: fault.hint }, fault.text)
      return fault
    }
  }

  return {
    last: meter => held.findLast(one => one.meter === meter) ?? null,
    wasInService: meter => inService.has(meter),
    isVouchedFor: digest => held.some(one => one.digest === digest && one.by !== 'meterd'),
    add(acceptance) {
      held.push(acceptance)
      writing = writing.then(() => write(acceptance))
    },
    async written() {
      const fault = await writing
      if (fault) throw fault
    },
  }
}

/** Of the file, or where that gives none of the generation before it. What is damaged is told, and kept for a person. */
async function recordsKept(path: string, log: Log): Promise<readonly Acceptance[]> {
  const hint = 'meters that wait are shown by GET /v1/meters; accept them, or let them prove themselves'
  const told = (why: string) => log.error({ code: 'ACCEPTANCE_UNKEPT', hint }, `${path}: ${why}`)
  const now = await readOf(path)
  if (now.isWhole) return now.records
  const before = await readOf(beforeOf(path))
  if (now.why === null && before.why === null && before.records.length === 0) return []
  told(
    `${now.why ?? 'it is gone'}; what it held before its last change counts, and other meters prove themselves anew`,
  )
  if (now.why !== null) await rename(path, `${path}.damaged`).catch(error => told(messageOf(error)))
  return [
    ...before.records,
    ...now.records.filter(
      one => !before.records.some(({ meter, at }) => meter === one.meter && at === one.at),
    ),
  ]
}

interface Found {
  readonly records: readonly Acceptance[]
  /** Everything in it is an acceptance. */
  readonly isWhole: boolean
  /** Null also where there is no file. */
  readonly why: string | null
}

/** Whatever in the file is no record is left out. */
async function readOf(path: string): Promise<Found> {
  try {
    const written: unknown = JSON.parse(await readFile(path, 'utf8'))
    const read = Array.isArray(written) ? written.map(one => RECORD.safeParse(one)) : []
    const isWhole = Array.isArray(written) && read.every(({ success }) => success)
    const records = read.flatMap(({ data }) => (data === undefined ? [] : [data]))
    return { records, isWhole, why: isWhole ? null : 'not all of it is acceptances' }
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return { records: [], isWhole: false, why: isGone ? null : messageOf(error) }
  }
}

function beforeOf(path: string): string {
  return `${path}.before`
}

function textOf(held: readonly Acceptance[]): string {
  return `${JSON.stringify(held, null, 1)}\n`
}
