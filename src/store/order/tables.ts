/** The table of orders of supply, as schema 13 made it. Never edited. */

export const ORDER_TABLES = `
  CREATE TABLE supply (
    sequence INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    meter TEXT NOT NULL,
    kind TEXT NOT NULL,
    open INTEGER NOT NULL,
    sent_at INTEGER,
    body TEXT NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX supply_account ON supply (account, sequence);
  CREATE INDEX supply_meter ON supply (meter, sequence);
  CREATE INDEX supply_open ON supply (sequence) WHERE open = 1;
  CREATE INDEX supply_sent ON supply (sent_at) WHERE sent_at IS NOT NULL;
  `
