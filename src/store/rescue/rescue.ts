/**
 * A damaged store never stops collection (PR-07): it is put aside whole, what still checks is copied into a new store
 * of a new epoch, and that one is opened. Nobody need be there. Measured: two million readings, a file of 240 MB, in
 * 12 s of processor time; reading meters waits that long.
 */

import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Failure, Fault } from '../../core/faults.ts'
import { writeDurably } from '../durable.ts'
import { isEpoch, nextEpoch } from '../epoch.ts'
import { noteTurn } from '../journal/turn.ts'
import { migrate } from '../migrate.ts'
import { FULL, faultOf, primaryCode } from '../sqlite-fault.ts'
import { viewOf } from './damaged-view.ts'
import { type Extent, refill } from './refill.ts'
import type { Salvaged } from './salvage.ts'
import {
  DATABASE_FILE,
  isInPlace,
  moveAside,
  NEW_FILE,
  type Note,
  noteDamage,
  putInPlace,
  readNote,
  writeNote,
} from './set-aside.ts'
import { contradiction, ownLog, readWitness, removeWitness } from './witness.ts'

export interface Rescuing {
  /** UTC ms. */
  now(): number
  /** Told when the rescue of a store begins, and what became of it. */
  say(notice: Failure): void
}

/** What became of a damaged store; kept as `report.json` in its folder. */
export interface Report {
  readonly at: string
  readonly why: string
  readonly epochBefore: number
  readonly epoch: number
  /** How much of it was tried: all, or less where all had failed before. */
  readonly tried: Extent
  readonly rows: Readonly<Record<string, Salvaged>>
}

export const REPORT_FILE = 'report.json'

/** A kill during a rescue only means another; a rescue that ends the process each time must not be tried for ever. */
const FULL_TRIES = 5

/** Opens a store; one that does not open is rescued first. The directory must be ours. */
export function openRescuing<Opened>(directory: string, open: () => Opened, rescuing: Rescuing): Opened {
  const noted = readNote(directory)
  if (noted !== null) finish(directory, noted, rescuing)
  const why = contradiction(join(directory, DATABASE_FILE), readWitness(directory))
  if (why === null) {
    try {
      return open()
    } catch (error) {
      const fault = faultOf(error, `opening the store in ${directory}`)
      if (fault.code !== 'STORE_UNREADABLE') throw fault
      finish(directory, noteUnopened(directory, fault.text, rescuing), rescuing)
    }
  } else finish(directory, noteUnopened(directory, why, rescuing), rescuing)
  return open()
}

function noteUnopened(directory: string, why: string, { now }: Rescuing): Note {
  return noteDamage(directory, why, { epoch: readWitness(directory)?.epoch ?? 0, now: now() })
}

/** Does what a note asks for, from wherever a kill has left it. */
function finish(directory: string, note: Note, rescuing: Rescuing): void {
  if (note.instead === 'rescue' && !isInPlace(directory, note)) {
    const tries = note.tries + 1
    writeNote(directory, { ...note, tries })
    rescuing.say({
      code: 'STORE_UNREADABLE',
      text: `${note.why}: what still checks is being rescued, which can take minutes; meters are read again after it`,
    })
    const report = build(directory, moveAside(directory, note), { ...note, tries }, rescuing)
    rescuing.say({ code: 'STORE_RESCUED', text: told(report, join(directory, note.target)) })
  } else if (!isInPlace(directory, note)) moveAside(directory, note)
  // The new store has no log, and the log of the old one is no longer looked for.
  removeWitness(directory)
  putInPlace(directory)
}

function build(directory: string, folder: string, note: Note, rescuing: Rescuing): Report {
  const extents: readonly Extent[] = ['all', 'book', 'names', 'nothing']
  const first = note.tries <= FULL_TRIES ? 0 : Math.min(note.tries - FULL_TRIES, extents.length - 1)
  for (const extent of extents.slice(first)) {
    try {
      return buildOnce(directory, folder, { note, extent, now: rescuing.now() })
    } catch (error) {
      if (extent === 'nothing') throw faultOf(error, 'making a new store')
      if (primaryCode(error) !== FULL)
        rescuing.say({ code: 'STORE_DAMAGED', text: `rescuing failed: ${(error as Error).stack}` })
    }
  }
  throw new Fault('STORE_FAILED', 'no new store could be made')
}

interface Attempt {
  readonly note: Note
  readonly extent: Extent
  readonly now: number
}

function buildOnce(directory: string, folder: string, { note, extent, now }: Attempt): Report {
  const path = join(directory, NEW_FILE)
  for (const part of ['', '-wal', '-shm', '-journal']) rmSync(path + part, { force: true })
  const log = ownLog(join(folder, DATABASE_FILE), readWitness(directory))
  const view = extent === 'nothing' ? null : viewOf(folder, log)
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: false })
  try {
    // It is worth nothing until it is renamed, so it is synced once, then.
    database.exec('PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536')
    migrate(database, path)
    const { rows, epochs } = view === null ? { rows: {}, epochs: [] } : refill(database, view, extent)
    const known = [note.epoch, ...epochs].filter(isEpoch)
    const epoch = nextEpoch(known, now)
    database.prepare('UPDATE life SET epoch = ?').run(epoch)
    const report: Report = {
      at: new Date(now).toISOString(),
      why: note.why,
      epochBefore: Math.max(0, ...known),
      epoch,
      tried: extent,
      rows,
    }
    noteTurn(database, {
      ...{ at: now, actor: 'daemon', action: 'store.rescued' },
      facts: {
        why: note.why,
        epochBefore: report.epochBefore,
        epoch,
        tried: extent,
        journal: rows['journal'] ?? null,
      },
    })
    writeDurably(join(folder, REPORT_FILE), `${JSON.stringify(report, null, 2)}\n`)
    return report
  } finally {
    database.close()
    view?.remove()
  }
}

function told({ why, epoch, tried, rows }: Report, folder: string): string {
  const counts = Object.entries(rows).map(
    ([table, { rescued, lostAtMost }]) => `${rescued} ${table}${wordsFor(lostAtMost)}`,
  )
  const where = isKept(folder)
    ? `the store is kept in ${folder}`
    : `no file of it was left to keep, the report is in ${folder}`
  const what = tried === 'all' ? '' : `, of which ${tried} could be rescued`
  return `${why}: ${where}${what}; a new one goes on in epoch ${epoch} with ${counts.join(', ') || 'nothing'}`
}

function wordsFor(lostAtMost: number | null): string {
  if (lostAtMost === null) return ' (how many are lost is not known)'
  return lostAtMost > 0 ? ` (at most ${lostAtMost} lost)` : ''
}

/** A store file that is gone left an empty one. */
function isKept(folder: string): boolean {
  const file = join(folder, DATABASE_FILE)
  return [file, `${file}-wal`].some(part => (statSync(part, { throwIfNoEntry: false })?.size ?? 0) > 0)
}

export function readReport(folder: string): Report | null {
  const path = join(folder, REPORT_FILE)
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Report) : null
}
