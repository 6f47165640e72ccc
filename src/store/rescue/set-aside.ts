/**
 * Puts a store aside whole, so that a kill at any moment is harmless: a note says first what is to be done, the log is
 * moved before the file it belongs to, and once that file has arrived everything has. Whatever is then put in its
 * place comes by one rename; the note goes last.
 */

import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { removeDurably, renameDurably, syncPath, writeDurably } from '../durable.ts'

export interface Note {
  /** Folder the store goes to, below the data directory. */
  readonly target: string
  readonly why: string
  readonly epoch: number
  /** What takes its place: what can be rescued of it, or a copy that waits under the name of a new store. */
  readonly instead: 'rescue' | 'restore'
  /** How often a rescue was begun. */
  readonly tries: number
}

export const DATABASE_FILE = 'meterd.db'
/** A store being made; it counts for nothing until it is renamed. */
export const NEW_FILE = 'meterd.db.new'
const NOTE_FILE = 'meterd.aside'

/** Folders below the data directory. */
export const DAMAGED = 'damaged'
export const REPLACED = 'replaced'

export function readNote(directory: string): Note | null {
  const path = join(directory, NOTE_FILE)
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Note) : null
}

/** Says that the store is to be put aside before it is opened again. The first to say so is believed. */
export function noteDamage(
  directory: string,
  why: string,
  { epoch, now }: { readonly epoch: number; readonly now: number },
): Note {
  const noted = readNote(directory)
  if (noted !== null) return noted
  const note: Note = { target: folderFor(DAMAGED, epoch, now), why, epoch, instead: 'rescue', tries: 0 }
  writeNote(directory, note)
  return note
}

export function writeNote(directory: string, note: Note): void {
  writeDurably(join(directory, NOTE_FILE), `${JSON.stringify(note)}\n`)
}

export function folderFor(kind: string, epoch: number, now: number): string {
  return join(kind, `epoch-${epoch}-${new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '')}`)
}

/** Moves the store to its folder, or goes on with that; answers the folder. */
export function moveAside(directory: string, { target }: Note): string {
  const folder = join(directory, target)
  mkdirSync(folder, { recursive: true, mode: 0o750 })
  syncPath(join(folder, '..'))
  syncPath(directory)
  const arrived = join(folder, DATABASE_FILE)
  if (existsSync(arrived)) return folder
  for (const part of ['-wal', '-shm']) {
    const from = join(directory, DATABASE_FILE + part)
    if (existsSync(from)) renameSync(from, arrived + part)
  }
  syncPath(folder)
  const store = join(directory, DATABASE_FILE)
  // A store file that is gone leaves an empty one, which says that everything has been moved.
  if (existsSync(store)) renameDurably(store, arrived)
  else closeSync(openSync(arrived, 'w', 0o640))
  syncPath(folder)
  return folder
}

/** Gives the new store its name and forgets the note. */
export function putInPlace(directory: string): void {
  const made = join(directory, NEW_FILE)
  if (existsSync(made)) {
    syncPath(made)
    renameDurably(made, join(directory, DATABASE_FILE))
  }
  for (const part of ['-wal', '-shm', '-journal']) rmSync(made + part, { force: true })
  removeDurably(join(directory, NOTE_FILE))
}

/** Whether the new store has its name already, which is the last step but one. */
export function isInPlace(directory: string, { target }: Note): boolean {
  return existsSync(join(directory, target, DATABASE_FILE)) && existsSync(join(directory, DATABASE_FILE))
}
