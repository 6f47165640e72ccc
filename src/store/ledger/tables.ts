/** The tables of accounts' money, as schema 11 made them. Never edited. */

export const LEDGER_TABLES = `
  CREATE TABLE ledger (
    sequence INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    kind TEXT NOT NULL,
    about TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER,
    amount TEXT,
    facts TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    recorded_by TEXT NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX ledger_of ON ledger (account, sequence);
  CREATE INDEX ledger_about ON ledger (kind, about, until);
  CREATE INDEX ledger_rule ON ledger (sequence) WHERE kind IN ('terms', 'prices');
  CREATE INDEX ledger_level ON ledger (sequence) WHERE kind = 'level';
  CREATE INDEX ledger_begins ON ledger (since) WHERE kind = 'thresholds';
  CREATE TABLE ledger_key (
    who TEXT NOT NULL,
    key TEXT NOT NULL,
    digest TEXT NOT NULL,
    answer TEXT NOT NULL,
    at INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (who, key)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE charged_to (
    name TEXT PRIMARY KEY,
    cursor INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `
