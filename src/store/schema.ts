/** The tables, one migration per schema version. Designed for ten million readings in one file. */

import { LEDGER_TABLES } from './ledger/tables.ts'
import { SAFEGUARD_TABLES } from './safeguard/tables.ts'

/** "mtrd" in ASCII: tells `file` and us that this database is meterd's. */
export const APPLICATION_ID = 0x6d747264

/** Milliseconds of the slots that lie together in the identity index. */
export const HOUR_OF_SLOTS = 3_600_000

/**
 * Entry n takes a store of version n to version n + 1. Never edited once released.
 *
 * `meter`, `series`, `unit` give long names short numbers. `round` and `exchange` are the evidence. `reading` holds
 * every version ever accepted, in recorded order. `change` is the sequence every sink follows. `latest` and `freeze`
 * only answer a question without a scan, and are believed only as far as the rows they point to. `meter_clock` keeps
 * the last measurement of each hour: enough to judge a boundary by, however often clocks are read.
 *
 * The identity index leads with the hour of the slot: readings arrive in time order, so inserts stay within the few
 * pages of the current hour, and within an hour a meter's registers lie together, so history of one meter costs one
 * seek per register and hour. Meter first is an order of magnitude slower to fill; time alone makes history a scan.
 *
 * `sink.epoch` is the life in which a sink's position was last moved. `again` names readings announced more than once:
 * all other changes follow the order of their readings, which is how old ones are found and removed without an index.
 * `sweep` holds how far each kind of removal has come, `shed` what was given up for want of room, `fenced` the damaged.
 * `in_service` names the meters that were billed by before new ones were held apart; each leaves it once, for good.
 *
 * `plan` is what was expected of a meter, from when and until when; `missing` the slots of a plan that have no reading,
 * or none yet, as ranges that never overlap; `alive` the instant up to which every slot is accounted for. `days` of a
 * plan are those of each month its periods begin at, with the offset they are told in; then `every` is the longest period.
 *
 * `release` is the book of what bills were made of, `release_batch` what was released together: rows are added, never
 * changed or removed, and each is kept as the very text that is sent, deflated (src/store/book/packed.ts). They carry names and not
 * numbers: the book outlives the tables of names. `release_open` holds those that are not the last word, so that what is final is
 * told by indices alone. `release_fenced` names the damaged, which are released anew.
 * `release_ack` names who says to have taken in a batch; `hash` is that of the batch, which may be another one of its number.
 * `alarm` holds what became of alarms, one row an event, never changed: the last of a subject, rule and register counts.
 * `audit` is what a meter told of itself each time it was asked; `facts` only where they are not those of the row before.
 *
 * `pairing` is the archive: who is behind a meter, from when and until when, one row for each time somebody said it. Rows are
 * added, never changed: `supersedes` names the row before of the same `pairing`, and all rows of one `revision` came together.
 *
 * `journal` is who did what (docs/audit.md): rows are added, never changed or removed, each with the hash of the one before.
 * Not to be confused with `audit`, which is what meters told of themselves.
 * `ledger` is the money of accounts, with the terms and prices it is made by: rows are added, never changed. `ledger_key` holds
 * the answer each idempotency key was given, for good; `charged_to` how far the charges have come in each sequence they follow.
 * `safeguard` is what must be known before somebody is cut: notices, their receipts, visits, protections; added to, never changed.
 *
 * References are not enforced by SQLite: the only writer hands out the numbers itself, and a check per row would
 * cost as much as the row.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE life (epoch INTEGER NOT NULL) STRICT;
  INSERT INTO life (epoch) VALUES (1);

  CREATE TABLE meter (ref INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE unit (ref INTEGER PRIMARY KEY, symbol TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE series (
    ref INTEGER PRIMARY KEY,
    meter INTEGER NOT NULL,
    obis TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('freeze', 'poll')),
    UNIQUE (meter, obis, kind)
  ) STRICT;

  CREATE TABLE round (
    ref INTEGER PRIMARY KEY,
    meter INTEGER NOT NULL,
    line TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE exchange (
    round INTEGER NOT NULL,
    position INTEGER NOT NULL,
    request BLOB NOT NULL,
    reply BLOB,
    sent_at INTEGER NOT NULL,
    received_at INTEGER,
    outcome TEXT NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (round, position)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE reading (
    id INTEGER PRIMARY KEY,
    series INTEGER NOT NULL,
    slot INTEGER NOT NULL CHECK (slot >= 0),
    version INTEGER NOT NULL,
    digits INTEGER NOT NULL,
    scaler INTEGER NOT NULL,
    unit INTEGER NOT NULL,
    read_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    quality INTEGER NOT NULL,
    findings TEXT,
    round INTEGER NOT NULL,
    exchange INTEGER NOT NULL,
    duplicates INTEGER NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX reading_identity ON reading (slot / ${HOUR_OF_SLOTS}, series, slot, version);

  CREATE TABLE change (
    sequence INTEGER PRIMARY KEY,
    reading INTEGER NOT NULL,
    quality INTEGER NOT NULL,
    findings INTEGER NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE latest (series INTEGER PRIMARY KEY, reading INTEGER NOT NULL, good INTEGER) STRICT;
  CREATE TABLE freeze (
    meter INTEGER NOT NULL,
    slot INTEGER NOT NULL,
    PRIMARY KEY (meter, slot)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE meter_clock (
    meter INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    measured_at INTEGER NOT NULL,
    deviation_ms INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (meter, hour)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE sink (name TEXT PRIMARY KEY, cursor INTEGER NOT NULL, checksum INTEGER NOT NULL) STRICT;
  CREATE TABLE parked (
    sink TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (sink, sequence)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE sink ADD COLUMN epoch INTEGER NOT NULL DEFAULT 1;

  CREATE TABLE again (
    reading INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (reading, sequence)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO again
    SELECT reading, sequence FROM change
    JOIN (SELECT reading, min(sequence) AS first FROM change GROUP BY reading HAVING count(*) > 1) USING (reading)
    WHERE sequence > first;

  CREATE TABLE sweep (
    what TEXT PRIMARY KEY,
    reading INTEGER NOT NULL,
    follows INTEGER NOT NULL,
    removed INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE shed (
    day INTEGER NOT NULL,
    worth TEXT NOT NULL,
    readings INTEGER NOT NULL,
    owed INTEGER NOT NULL,
    PRIMARY KEY (day, worth)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE fenced (reading INTEGER PRIMARY KEY) STRICT;
  `,
  `
  CREATE TABLE in_service (meter TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  INSERT INTO in_service
    SELECT DISTINCT meter.id FROM latest
    JOIN series ON series.ref = latest.series
    JOIN meter ON meter.ref = series.meter
    WHERE latest.good IS NOT NULL AND series.kind = 'poll';
  `,
  `
  CREATE TABLE plan (
    ref INTEGER PRIMARY KEY,
    meter INTEGER NOT NULL,
    line TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('freeze', 'poll')),
    every INTEGER NOT NULL CHECK (every > 0),
    kept_for INTEGER NOT NULL,
    registers TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER
  ) STRICT;
  CREATE INDEX plan_of_meter ON plan (meter, name);
  CREATE TABLE missing (
    plan INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'missed', 'rejected')),
    cause TEXT NOT NULL,
    tries INTEGER NOT NULL,
    tried_at INTEGER,
    PRIMARY KEY (plan, first)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE alive (one INTEGER PRIMARY KEY CHECK (one = 1), at INTEGER NOT NULL) STRICT;
  `,
  `
  ALTER TABLE plan ADD COLUMN days TEXT;
  `,
  `
  CREATE TABLE release (
    sequence INTEGER PRIMARY KEY,
    meter TEXT NOT NULL,
    boundary INTEGER NOT NULL,
    version INTEGER NOT NULL,
    standing TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    batch INTEGER NOT NULL,
    entry TEXT NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX release_identity ON release (meter, boundary, version);
  CREATE INDEX release_open ON release (meter, boundary, version) WHERE standing NOT IN ('actual', 'edited');
  CREATE TABLE release_batch (
    id INTEGER PRIMARY KEY,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    hash TEXT NOT NULL,
    entry TEXT NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE release_fenced (sequence INTEGER PRIMARY KEY) STRICT;
  CREATE TABLE alarm (
    sequence INTEGER PRIMARY KEY,
    event TEXT NOT NULL CHECK (event IN ('raised', 'reopened', 'cleared')),
    scope TEXT NOT NULL CHECK (scope IN ('meter', 'line', 'gateway')),
    subject TEXT NOT NULL,
    rule TEXT NOT NULL,
    about TEXT NOT NULL,
    line TEXT NOT NULL,
    version INTEGER,
    severity INTEGER NOT NULL,
    blocks INTEGER NOT NULL,
    codes TEXT NOT NULL,
    at INTEGER NOT NULL,
    opened INTEGER NOT NULL,
    evidence TEXT NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX alarm_of ON alarm (scope, subject, rule, about, sequence);
  CREATE TABLE audit (
    meter INTEGER NOT NULL,
    at INTEGER NOT NULL,
    found TEXT NOT NULL CHECK (found IN ('same', 'other')),
    evidence TEXT NOT NULL,
    facts TEXT,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (meter, at)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE release_packed (
    sequence INTEGER PRIMARY KEY,
    meter TEXT NOT NULL,
    boundary INTEGER NOT NULL,
    version INTEGER NOT NULL,
    standing TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    batch INTEGER NOT NULL,
    entry ANY NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;
  INSERT INTO release_packed SELECT * FROM release;
  DROP TABLE release;
  ALTER TABLE release_packed RENAME TO release;
  CREATE UNIQUE INDEX release_identity ON release (meter, boundary, version);
  CREATE INDEX release_open ON release (meter, boundary, version) WHERE standing NOT IN ('actual', 'edited');
  `,
  `
  CREATE TABLE release_ack (
    batch INTEGER NOT NULL,
    who TEXT NOT NULL,
    hash TEXT NOT NULL,
    at INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (batch, who, hash)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE pairing (
    sequence INTEGER PRIMARY KEY,
    pairing INTEGER NOT NULL,
    supersedes INTEGER,
    account TEXT NOT NULL,
    point TEXT NOT NULL,
    meter TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER,
    withdrawn INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    recorded_by TEXT NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;
  `,
  `
  CREATE TABLE journal (
    sequence INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    scope TEXT NOT NULL,
    address TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    facts TEXT NOT NULL,
    before TEXT NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX journal_of_keys ON journal (sequence) WHERE action >= 'key.' AND action < 'key/';
  `,
  LEDGER_TABLES,
  SAFEGUARD_TABLES,
]

export const SCHEMA_VERSION = MIGRATIONS.length
