/**
 * What each meter was found to serve when it was probed, kept in the data directory: the daemon asks for no block that
 * the probe has seen refused or met with silence. It counts for a month, and for the very meter that was asked: another
 * number in the same place forgets it. Lost or damaged it costs questions, no more.
 */

import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import type { MeterConfig } from '../config/config.ts'
import { DAY } from '../core/time.ts'
import { writeWhole } from './kept-file.ts'

/** A line by its key (src/core/line-url.ts) and an address on it. */
export interface MeterPlace {
  readonly line: string
  readonly address: string
}

const RECORD = z.object({
  line: z.string(),
  address: z.string(),
  /** The edition it speaks. */
  protocol: z.string(),
  /** Milliseconds since 1970, and the verb that asked. */
  learnedAt: z.number(),
  by: z.string(),
  /** Since when every probe has found this very meter here; what was refused before, another may have refused. */
  sameSince: z.number().optional(),
  /** Speed and parity it was found at; null behind a socket. */
  speed: z.string().nullable(),
  phases: z.union([z.literal(1), z.literal(3)]).nullable(),
  serves: z.array(z.string()).readonly(),
  refuses: z.array(z.string()).readonly(),
  silentTo: z.array(z.string()).readonly(),
  followUp: z.boolean().nullable(),
  addressRules: z.array(z.object({ asked: z.string(), answeredUnder: z.string().nullable() })).readonly(),
  facts: z.record(z.string(), z.string()),
})

export type MeterKnown = Readonly<z.output<typeof RECORD>>

export interface CapabilitiesHeld {
  /** Null when it was never probed, or too long ago. */
  of(place: MeterPlace): MeterKnown | null
  all(): readonly MeterKnown[]
  /** In the place of what was held. Rejects when it cannot be written. */
  learn(known: readonly MeterKnown[]): Promise<void>
  /** True when something was held. Rejects when it cannot be written. */
  forget(place: MeterPlace): Promise<boolean>
}

const FILE = 'capabilities.json'
export const KNOWN_FOR_MS = 30 * DAY

/** `now` is asked for the age of what is held. */
export async function openCapabilities(directory: string, now: () => number): Promise<CapabilitiesHeld> {
  const path = join(directory, FILE)
  let held = await read()

  async function read(): Promise<readonly MeterKnown[]> {
    return readFile(path, 'utf8').then(recordsIn, () => [])
  }

  /** Read anew first: a verb may have written since. */
  async function change(to: (held: readonly MeterKnown[]) => readonly MeterKnown[]): Promise<void> {
    held = to(await read())
    await mkdir(directory, { recursive: true })
    await writeWhole(path, `${JSON.stringify(held, null, 1)}\n`)
  }

  const counts = ({ learnedAt }: MeterKnown) => now() - learnedAt < KNOWN_FOR_MS
  return {
    of: place => held.find(known => isAt(known, place) && counts(known)) ?? null,
    all: () => held.filter(counts),
    learn: known => change(before => [...before.filter(old => !known.some(one => isAt(old, one))), ...known]),
    async forget(place) {
      if (!held.some(known => isAt(known, place))) return false
      await change(before => before.filter(known => !isAt(known, place)))
      return true
    },
  }
}

function isAt(known: MeterPlace, { line, address }: MeterPlace): boolean {
  return known.line === line && known.address === address
}

/** Whatever in the file is no record is left out. */
function recordsIn(text: string): readonly MeterKnown[] {
  try {
    const written: unknown = JSON.parse(text)
    return Array.isArray(written)
      ? written.flatMap(one => RECORD.safeParse(one)).flatMap(read => (read.success ? [read.data] : []))
      : []
  } catch {
    return []
  }
}

/**
 * The blocks that need not be asked again: refused, or met with silence, which costs a whole wait. Single items are, since
 * nothing else would bring their values; and where the meter did not tell which one it is, nobody would notice another.
 */
export function notServed(
  known: MeterKnown,
  { driver, profile }: Pick<MeterConfig, 'driver' | 'profile'>,
): readonly string[] {
  const isIdentified = (driver.discovery?.identityItems ?? []).some(item => item in known.facts)
  const blocks = isIdentified ? (profile.traits.blocks ?? []) : []
  return [...known.refuses, ...known.silentTo].filter(item => blocks.includes(item))
}

/** The first of these items by which it is another meter than the one known, in words; null when it is none. */
export function whyAnother(
  known: Pick<MeterKnown, 'facts'>,
  facts: Readonly<Record<string, string>>,
  items: readonly string[],
): string | null {
  const item = items.find(
    one => known.facts[one] !== undefined && facts[one] !== undefined && known.facts[one] !== facts[one],
  )
  return item === undefined ? null : `${item} was ${known.facts[item]} and is ${facts[item]}`
}

/** Since when it is known to be this meter, with what was known of its place before. */
export function sameSince(
  before: MeterKnown | null,
  known: Pick<MeterKnown, 'facts' | 'learnedAt'>,
  items: readonly string[],
): number {
  const isShown = items.some(item => item in known.facts && before?.facts[item] === known.facts[item])
  const isSame = before !== null && isShown && whyAnother(before, known.facts, items) === null
  return isSame ? (before.sameSince ?? before.learnedAt) : known.learnedAt
}
