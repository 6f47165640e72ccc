/** The table of what must be known before somebody is cut, as schema 12 made it. Never edited. */

export const SAFEGUARD_TABLES = `
  CREATE TABLE safeguard (
    sequence INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    kind TEXT NOT NULL,
    about TEXT NOT NULL,
    at INTEGER NOT NULL,
    facts TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    recorded_by TEXT NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX safeguard_of ON safeguard (account, sequence);
  CREATE INDEX safeguard_about ON safeguard (kind, about);
  CREATE INDEX safeguard_kind ON safeguard (kind, sequence);
  `
