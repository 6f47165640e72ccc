/** Answers about accounts and the meters behind them. */

const PAIRED = {
  account: '0004711',
  point: '31000012',
  meter: 'm1',
  from: '2026-01-01T00:00:00+08:00',
  to: null,
}
const PAIRING = { ...PAIRED, revision: 3, recordedAt: '2025-12-18T09:12:40+08:00', by: 'billing-office' }

const change = {
  dryRun: false,
  applied: true,
  revision: 4,
  counts: { added: 1, ended: 0, changed: 0, withdrawn: 0, unchanged: 60, refused: 0, remarks: 0 },
  added: [{ line: 61, ...PAIRED, before: null }],
  ended: [],
  changed: [],
  withdrawn: [],
  refused: [],
  remarks: [],
}

const unpaired = {
  boundary: '2026-11-21T00:00:00+08:00',
  counts: { meters: 62, released: 62, unpaired: 1 },
  unpaired: [
    {
      meter: 'm2',
      standing: 'actual',
      version: 1,
      sequence: 62,
      releasedAt: '2026-11-22T00:00:21+08:00',
      since: null,
      oldest: '2026-11-19T00:00:00+08:00',
    },
  ],
  next: null,
}

const VERSION = { ...PAIRING, sequence: 17, pairing: 17, supersedes: null, withdrawn: false }

export const ARCHIVE_EXAMPLES = {
  'GET /v1/accounts': {
    200: { revision: 3, accounts: [{ account: PAIRED.account, pairings: [PAIRING] }], next: null },
  },
  'GET /v1/accounts/{id}': {
    200: { account: PAIRED.account, revision: 3, pairings: [PAIRING], versions: [VERSION] },
  },
  'PUT /v1/accounts/{id}': { 200: change },
  'GET /v1/archive/unpaired': { 200: unpaired },
  'POST /v1/imports': { 200: change },
}
