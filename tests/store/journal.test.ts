/** The journal: chained, whole with what it records, and what of a changed one is found by whom (PR-65, P-12, FZ-34, ST-46). */

import { generateKeyPairSync } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { NOTHING_BEFORE } from '../../src/core/hash-chain.ts'
import { type Random, seededRandom } from '../../src/core/random.ts'
import { journalChecksum } from '../../src/store/checksum.ts'
import { backUpStore } from '../../src/store/copies/backup.ts'
import { restoreStore } from '../../src/store/copies/restore.ts'
import {
  type Checkpoint,
  checkpointsIn,
  publicKeyIn,
  publicKeyText,
  writeCheckpoint,
} from '../../src/store/journal/checkpoint.ts'
import type { Deed, JournalEntry } from '../../src/store/journal/deed.ts'
import { entryHash, JOURNAL_COLUMNS, saidIn } from '../../src/store/journal/entry.ts'
import { createJournal } from '../../src/store/journal/journal.ts'
import { verifyIn, verifyJournal } from '../../src/store/journal/verify.ts'
import { MIGRATIONS } from '../../src/store/schema.ts'
import { bookIn, FIRST } from './book-files.ts'
import { newDirectory } from './data-directory.ts'
import { backToSchema } from './earlier-schema.ts'
import { versionsOf } from './pairings.ts'

const SEED = Number(process.env['METERD_SEED'] ?? 1)
const CASES = Number(process.env['METERD_JOURNALS'] ?? 600)

type Row = Record<string, number | string>

function deed(change: Partial<Deed> = {}): Deed {
  return {
    ...{ at: FIRST, actor: 'office', scope: 'admin', address: '192.0.2.1' },
    ...{ action: 'meter.accepted', subject: 'meter m1', facts: {} },
    ...change,
  }
}

function fileOf(rows: readonly Row[]): DatabaseSync {
  const file = new DatabaseSync(':memory:')
  file.exec(MIGRATIONS.find(sql => sql.includes('CREATE TABLE journal ')) ?? '')
  const add = file.prepare(
    `INSERT INTO journal (${JOURNAL_COLUMNS}) VALUES (${JOURNAL_COLUMNS.map(() => '?')})`,
  )
  for (const row of rows) add.run(...JOURNAL_COLUMNS.map(column => row[column] ?? 0))
  return file
}

function rowsIn(file: DatabaseSync): Row[] {
  return file.prepare('SELECT * FROM journal ORDER BY sequence').all() as Row[]
}

function randomJournal(random: Random): Row[] {
  const file = fileOf([])
  const journal = createJournal(file, { found: () => undefined })
  const words = ['daemon', 'office', '电表\n', 'a"b', '']
  const word = () => words[random.integer(words.length)] ?? ''
  for (let left = 2 + random.integer(12); left > 0; left--) {
    const facts = { said: word(), number: random.integer(5) }
    journal.add(deed({ at: FIRST + random.integer(9), actor: word(), subject: word(), facts }))
  }
  return rowsIn(file)
}

/** As somebody would who knows how checksums and, if asked, hashes are made. */
function forged(rows: readonly Row[], from: number, chained: boolean): Row[] {
  let before = NOTHING_BEFORE
  return rows.map((row, index) => {
    const said: JournalEntry = { ...saidIn(row), ...(chained && index >= from ? { before } : {}) }
    before = entryHash(said)
    return {
      ...row,
      before: said.before,
      checksum: index >= from ? journalChecksum(said) : (row['checksum'] ?? 0),
    }
  })
}

interface Mutated {
  readonly rows: readonly Row[]
  /** The first entry that is not what it was; of a cut the first that is gone. */
  readonly at: number
  /** Whether the chain alone gives it away. */
  readonly seenByChain: boolean
}

type Mutation = (rows: readonly Row[], random: Random) => Mutated

const EDITABLE = ['at', 'actor', 'scope', 'address', 'action', 'subject', 'facts', 'before', 'checksum']

const edited = (row: Row, column: string): Row => {
  const value = row[column] ?? 0
  return { ...row, [column]: typeof value === 'number' ? value + 1 : `${value}x` }
}

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'edits a column': (rows, random) => {
    const at = random.integer(rows.length)
    const column = EDITABLE[random.integer(EDITABLE.length)] ?? ''
    return {
      rows: rows.map((row, index) => (index === at ? edited(row, column) : row)),
      ...{ at: at + 1, seenByChain: true },
    }
  },
  'edits a column and mends the checksum': (rows, random) => {
    const at = random.integer(rows.length)
    const column = EDITABLE[random.integer(EDITABLE.length - 1)] ?? ''
    const changed = rows.map((row, index) => (index === at ? edited(row, column) : row))
    return {
      rows: changed.map((row, index) => (index === at ? (forged(changed, at, false)[at] ?? row) : row)),
      ...{ at: at + 1, seenByChain: at < rows.length - 1 || column === 'before' },
    }
  },
  'edits and mends every hash after it': (rows, random) => {
    const at = random.integer(rows.length)
    const changed = rows.map((row, index) => (index === at ? edited(row, 'subject') : row))
    return { rows: forged(changed, at, true), at: at + 1, seenByChain: false }
  },
  'deletes one': (rows, random) => {
    const at = random.integer(rows.length)
    return {
      rows: rows.filter((_, index) => index !== at),
      ...{ at: at + 1, seenByChain: at < rows.length - 1 },
    }
  },
  'deletes one and numbers the rest anew': (rows, random) => {
    const at = random.integer(rows.length)
    const left = rows
      .filter((_, index) => index !== at)
      .map((row, index) => ({ ...row, sequence: index + 1 }))
    return { rows: forged(left, at, false), at: at + 1, seenByChain: at < rows.length - 1 }
  },
  'swaps two neighbours': (rows, random) => {
    const at = random.integer(rows.length - 1)
    const swapped = rows.map((row, index) => {
      const other = index === at ? rows[at + 1] : index === at + 1 ? rows[at] : row
      return { ...other, sequence: index + 1 } as Row
    })
    return { rows: forged(swapped, at, false), at: at + 1, seenByChain: true }
  },
  'puts a forged one in': (rows, random) => {
    const at = random.integer(rows.length)
    const added = [...rows.slice(0, at), { ...rows[at], actor: 'nobody' } as Row, ...rows.slice(at)]
    const numbered = added.map((row, index) => ({ ...row, sequence: index + 1 }))
    return { rows: forged(numbered, at, false), at: at + 1, seenByChain: true }
  },
  'cuts the end off, or brings an earlier copy back': (rows, random) => {
    const left = random.integer(rows.length)
    return { rows: rows.slice(0, left), at: left + 1, seenByChain: false }
  },
  'goes on otherwise from an earlier copy': (rows, random) => {
    const left = random.integer(rows.length)
    const file = fileOf(rows.slice(0, left))
    const journal = createJournal(file, { found: () => undefined })
    for (let more = 1 + random.integer(6); more > 0; more--)
      journal.add(deed({ actor: 'another past', facts: { more } }))
    return { rows: rowsIn(file), at: left + 1, seenByChain: false }
  },
}

function checkpointOf(rows: readonly Row[], size: number): Checkpoint {
  const row = rows[size - 1]
  return {
    ...{ origin: 'meterd/gw/audit', epoch: 1, time: '2026-11-01T00:00:00.000Z', size },
    hash: row ? entryHash(saidIn(row)) : NOTHING_BEFORE,
  }
}

test.each(Object.entries(MUTATIONS))(
  'PR-65 FZ-34 FT-53 whoever %s is found by any checkpoint that knew the entry, and by the chain alone as far as it can',
  (_, mutate) => {
    const random = seededRandom(SEED)
    const each = Math.ceil(CASES / Object.keys(MUTATIONS).length)
    for (let left = each; left > 0; left--) {
      const rows = randomJournal(random)
      const mutated = mutate(rows, random)
      const file = fileOf(mutated.rows)
      const bare = verifyIn(file, { checkpoints: [], from: 1 })
      expect([left, bare.findings.length > 0]).toEqual([left, mutated.seenByChain])
      for (let size = 1; size <= rows.length; size++) {
        const { findings } = verifyIn(file, { checkpoints: [checkpointOf(rows, size)], from: 1 })
        const isKnown = size >= mutated.at
        expect([left, size, findings.length > 0]).toEqual([left, size, isKnown || mutated.seenByChain])
        // Nothing before the change is blamed, but for the entry that a changed one names.
        const first = Math.min(...findings.map(({ sequence }) => sequence))
        if (findings.length > 0) expect(first).toBeGreaterThanOrEqual(mutated.at - 1)
      }
    }
  },
)

test('PR-65 a journal as it was written is what it was, by every checkpoint of its past', () => {
  const random = seededRandom(SEED)
  for (let left = 40; left > 0; left--) {
    const rows = randomJournal(random)
    const checkpoints = rows.map((_, index) => checkpointOf(rows, index + 1))
    const verified = verifyIn(fileOf(rows), { checkpoints, from: 1 })
    expect(verified).toMatchObject({ entries: rows.length, findings: [], more: 0 })
    expect(verified.head).toEqual({ size: rows.length, hash: checkpoints.at(-1)?.hash })
  }
})

test('PR-65 the words name the place and what differs', () => {
  const file = fileOf([])
  const journal = createJournal(file, { found: () => undefined })
  for (let number = 1; number <= 4; number++) journal.add(deed({ facts: { number } }))
  const rows = rowsIn(file)
  const said = (changed: readonly Row[], checkpoints: readonly Checkpoint[] = []) =>
    verifyIn(fileOf(changed), { checkpoints, from: 1 }).findings.map(({ text }) => text)
  expect(said(rows.filter(({ sequence }) => sequence !== 2))).toEqual(['entry 2 is missing'])
  expect(said(rows.slice(2))).toEqual(['entries 1 to 2 are missing'])
  expect(said(rows.slice(0, 2), [checkpointOf(rows, 4)])).toEqual([
    'the journal ends with entry 2; the checkpoint of 2026-11-01T00:00:00.000Z (epoch 1) is of 4: 2 are gone',
  ])
  const [edit] = said(rows.map(row => (row['sequence'] === 2 ? edited(row, 'actor') : row)))
  expect(edit).toMatch(/^entry 2 does not match its checksum/)
  const again = verifyIn(fileOf(rows.slice(2)), { checkpoints: [checkpointOf(rows, 2)], from: 3 })
  expect(again.findings).toEqual([])
  const none = new DatabaseSync(':memory:')
  expect(verifyIn(none, { checkpoints: [], from: 1 }).findings[0]?.kind).toBe('no-journal')
})

test('PR-65 a signed checkpoint is read back among other text, and any letter changed in it spoils the signature', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const checkpoint = { ...checkpointOf(randomJournal(seededRandom(SEED)), 2), size: 2 }
  const text = writeCheckpoint(checkpoint, privateKey)
  const [read, ...more] = checkpointsIn(
    `kept by the auditor\n\n${text.replaceAll('\n', '\r\n')}\n${'x'.repeat(9)}\n`,
  )
  expect(more).toEqual([])
  expect(read).toMatchObject(checkpoint)
  expect(read?.isSignedBy(publicKey)).toBe(true)
  expect(read?.isSignedBy(generateKeyPairSync('ed25519').publicKey)).toBe(false)
  for (const [from, to] of [
    ['\n2\n', '\n1\n'],
    ['epoch 1', 'epoch 2'],
    ['T00:00:00.000Z', 'T00:00:01.000Z'],
  ] as const) {
    const [changed] = checkpointsIn(text.replace(from, to))
    expect(changed?.isSignedBy(publicKey)).toBe(false)
  }
  const known = publicKeyIn(publicKeyText(checkpoint.origin, publicKey))
  expect(known && read?.isSignedBy(known)).toBe(true)
  expect(
    publicKeyIn(publicKeyText(checkpoint.origin, publicKey).replace('meterd/gw', 'meterd/ab')),
  ).toBeNull()
})

test('P-12 an entry is kept with what it records, or neither is', () => {
  const directory = newDirectory()
  const calls = bookIn(directory)
  const by = { now: FIRST, by: 'office', deed: deed({ action: 'archive.changed', subject: 'archive' }) }
  expect(calls.pair({ ...by, after: 0, versions: versionsOf([{}]) })).toBe(1)
  // Held against an archive that is no more.
  expect(calls.pair({ ...by, after: 0, versions: versionsOf([{}]) })).toBeNull()
  const [entry, ...more] = calls.journalAfter({ after: 0, limit: 9 }).entries
  expect([entry?.action, entry?.facts, more]).toEqual(['archive.changed', '{"revision":1,"versions":1}', []])
  const inside = new DatabaseSync(join(directory, 'meterd.db'))
  inside.exec(`CREATE TRIGGER refuse BEFORE INSERT ON journal BEGIN SELECT RAISE(ABORT, 'no'); END`)
  inside.close()
  expect(() =>
    calls.pair({ ...by, after: 1, versions: versionsOf([{ meter: 'm2', point: 'p2' }]) }),
  ).toThrow()
  calls.close()
  const after = new DatabaseSync(join(directory, 'meterd.db'))
  expect(after.prepare('SELECT count(*) AS rows FROM pairing').get()).toEqual({ rows: 1 })
  after.close()
})

test('PR-06 PR-86 a damaged entry is told and withheld; a store of before gets an empty journal', () => {
  const directory = newDirectory()
  const path = join(directory, 'meterd.db')
  const calls = bookIn(directory)
  for (const action of ['a.b', 'c.d', 'a.b']) calls.journalAdd(deed({ action }))
  expect(calls.journalAfter({ after: 0, limit: 1, action: 'a.b' })).toMatchObject({ reached: 1 })
  expect(calls.journalAfter({ after: 1, limit: 9, action: 'a.b' })).toMatchObject({
    ...{ entries: [{ sequence: 3 }], reached: null },
  })
  calls.close()
  const inside = new DatabaseSync(path)
  inside.exec("UPDATE journal SET actor = 'nobody' WHERE sequence = 2")
  inside.close()
  const told: string[] = []
  const again = bookIn(directory, undefined, text => void told.push(text))
  for (let step = 0; step < 3; step++) again.tend({ now: null, sinks: [] })
  expect(told).toEqual(['row 2 of journal does not match its checksum and is withheld'])
  expect(again.journalAfter({ after: 0, limit: 9 }).entries.map(({ sequence }) => sequence)).toEqual([1, 3])
  again.close()
  const before = new DatabaseSync(path)
  before.exec(backToSchema(9))
  before.close()
  const upgraded = bookIn(directory)
  expect(upgraded.journalHead()).toEqual({ size: 0, hash: NOTHING_BEFORE })
  upgraded.close()
})

function within(directory: string, use: (file: DatabaseSync) => void): void {
  const file = new DatabaseSync(join(directory, 'meterd.db'))
  use(file)
  file.close()
}

function verifiedIn(directory: string, checkpoints: readonly Checkpoint[] = []) {
  return verifyJournal(directory, { checkpoints, from: 1 })
}

test('PR-07 PR-65 a rescue stands in the journal, and a journal nothing of which was damaged goes on whole', () => {
  const directory = newDirectory()
  const path = join(directory, 'meterd.db')
  const calls = bookIn(directory)
  for (let left = 3; left > 0; left--) calls.journalAdd(deed())
  const { size, hash } = calls.journalHead()
  const checkpoint = { ...checkpointOf([], 0), size, hash }
  calls.close()
  writeFileSync(path, readFileSync(path).fill(0xa5, 0, 100))
  const again = bookIn(directory)
  const { entries } = again.journalAfter({ after: 3, limit: 9 })
  expect(entries.map(({ actor, action }) => [actor, action])).toEqual([['daemon', 'store.rescued']])
  expect(JSON.parse(entries[0]?.facts ?? '')).toMatchObject({
    ...{ tried: 'all', journal: { rescued: 3, lostAtMost: 0 } },
  })
  // While it is open, too.
  expect(verifiedIn(directory, [checkpoint])).toMatchObject({
    ...{ findings: [], entries: 4, turns: [{ sequence: 4, action: 'store.rescued' }] },
  })
  again.close()
  // Of a journal that was damaged the rest is kept, and the gap is found for ever, unless an auditor knows of it.
  within(directory, file => file.exec("UPDATE journal SET facts = '[]' WHERE sequence = 2"))
  writeFileSync(path, readFileSync(path).fill(0xa5, 0, 100))
  const third = bookIn(directory)
  third.close()
  const { findings } = verifiedIn(directory)
  expect(findings.map(({ sequence, kind }) => [sequence, kind])).toEqual([
    [2, 'checksum'],
    [2, 'changed'],
  ])
  expect(verifyJournal(directory, { checkpoints: [], from: 3 }).findings).toEqual([])
})

test('PR-08 PR-65 ST-46 a restore is in the journal, and takes nothing back of what people did after the copy', async () => {
  const [directory, copies] = [newDirectory(), newDirectory()]
  const copy = join(copies, 'copy.db')
  const calls = bookIn(directory)
  calls.journalAdd(deed({ subject: 'before' }))
  await backUpStore(directory, copy, { now: FIRST, version: 'test' })
  calls.journalAdd(deed({ subject: 'after' }))
  const { size, hash } = calls.journalHead()
  calls.close()
  await restoreStore(directory, copy, { now: FIRST, by: 'local:li' })
  const checkpoint = { ...checkpointOf([], 0), size, hash }
  expect(verifiedIn(directory, [checkpoint])).toMatchObject({ findings: [], entries: 3 })
  const restored = bookIn(directory)
  const { entries } = restored.journalAfter({ after: 0, limit: 9 })
  expect(entries.map(({ actor, action, subject }) => [actor, action, subject])).toEqual([
    ['office', 'meter.accepted', 'before'],
    ['office', 'meter.accepted', 'after'],
    ['local:li', 'store.restored', 'store'],
  ])
  expect(JSON.parse(entries[2]?.facts ?? '').journal).toEqual({ carried: 1 })
  restored.close()
  // Where there is nothing to take along, or another past, the restore says so, and the checkpoint finds it.
  const elsewhere = newDirectory()
  const other = bookIn(elsewhere)
  other.journalAdd(deed({ subject: 'of another house' }))
  other.close()
  await restoreStore(elsewhere, copy, { now: FIRST, by: 'local:li' })
  const moved = bookIn(elsewhere)
  const told = moved.journalAfter({ after: 1, limit: 9 }).entries[0]
  expect(JSON.parse(told?.facts ?? '').journal).toEqual({ notCarried: 'the journals are not of one past' })
  moved.close()
  expect(verifiedIn(elsewhere, [checkpoint]).findings).toMatchObject([{ sequence: 2, kind: 'other' }])
})
