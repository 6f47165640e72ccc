/** Answers about orders of supply. */

const DIGEST = '9c1185a5c5e9fc54612808977ee8f548b2258d31f0f1f6b6f5a1c2c8d1e8f3a7'
const STEP = '5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592'
const ASKED = {
  ...{ account: '0004711', meter: 'm1', address: '000000000001', number: '000000000001' },
  ...{ line: 'bus', transformer: null },
}
const OF_BOTH = { ticket: 'T-2026-0112', batch: null, isRehearsal: false, supersededBy: null }
const FACTS = {
  ...{ meter: 'm1', address: '000000000001', number: '000000000001', account: '0004711' },
  pairing: { from: '2024-05-01T00:00:00+08:00', reference: 'sheet-7' },
  customer: 'residents',
  arrears: { amount: '128.40', currency: 'CNY', credits: 814 },
  read: { at: '2026-11-24T00:00:00+08:00', register: '1-0:1.8.0', value: '10482.31' },
  policy: {
    name: 'town-north',
    edition: '2026-3',
    digest: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  },
  protections: [],
  firstNotice: '2026-11-16T11:21:30+08:00',
}
const CUT = {
  ...{ order: 'O-5f0c2f7a9d1e4b385f0c2f7a9d1e4b38', kind: 'cut', intended: 'open', ...ASKED },
  ...{ state: 'requested', since: '2026-11-24T09:02:11+08:00', because: null },
  ...{ requestedBy: 'operator-1', requestedAt: '2026-11-24T09:02:11+08:00', reason: 'two bills unpaid' },
  ...{ ...OF_BOTH, attempts: 0, sent: null, dueAt: null },
  ...{ expiresAt: '2026-11-25T09:02:11+08:00', digest: DIGEST, facts: FACTS },
  ...{
    shown: { to: 'operator-1', at: '2026-11-24T09:02:11+08:00' },
    approved: null,
    noticed: null,
    billing: null,
  },
  ...{ takenFor: 'not-cut', cause: null, countsFrom: null, lateness: null, waitedSeconds: null },
  ...{ fieldOrderAt: null, confirmation: null },
}
const SHOWN = { ...CUT, shown: { to: 'chief', at: '2026-11-24T09:10:40+08:00' } }
const APPROVED = {
  ...{ ...SHOWN, state: 'approved', since: '2026-11-24T09:11:02+08:00' },
  approved: { by: 'chief', at: '2026-11-24T09:11:02+08:00' },
}
const taken = (state: string, code: string, text: string) => ({
  ...{ ...APPROVED, state, since: '2026-11-24T09:20:00+08:00', because: { code, text } },
})
const MANUAL = { state: 'confirmed', code: 'TOLD_BY_PERSON', text: 'chief: Li Wei saw the display' }
const RESTORE = {
  ...{ order: 'O-77ab12cd9d1e4b385f0c2f7a9d1e4b38', kind: 'restore', intended: 'close-allowed', ...ASKED },
  ...{ state: 'requested', since: '2026-11-24T10:31:00+08:00', because: null },
  ...{ requestedBy: 'restorer-1', requestedAt: '2026-11-24T10:31:00+08:00', reason: 'paid at the counter' },
  ...{ ...OF_BOTH, ticket: null, attempts: 0, sent: null, dueAt: '2026-11-24T10:31:00+08:00' },
  ...{
    expiresAt: null,
    digest: null,
    facts: null,
    shown: null,
    approved: null,
    noticed: null,
    billing: null,
  },
  ...{ cause: 'asked', countsFrom: '2026-11-24T10:31:00+08:00', lateness: 'on-time', waitedSeconds: 0 },
  ...{ takenFor: 'restoring', fieldOrderAt: null, confirmation: null },
}
const CHANGED = {
  ...{ type: 'order.changed', sequence: 5102, at: '2026-11-24T10:32:20+08:00', order: RESTORE.order },
  ...{ kind: 'restore', intended: 'close-allowed', account: '0004711', meter: 'm1', state: 'restored' },
  ...{ since: '2026-11-24T10:32:20+08:00', takenFor: 'restored', reason: 'paid at the counter' },
  because: { code: 'PROVED_BY_RECORD', text: 'closing 12 is by our code' },
  service: {
    ...{ cause: 'asked', countsFrom: '2026-11-24T10:31:00+08:00', lateness: 'on-time' },
    ...{ waitedSeconds: 80, fieldOrderAt: null },
  },
  ...OF_BOTH,
  ticket: null,
}
const WINDOW = {
  ...{ name: 'window', verdict: 'pass', code: 'PASS', text: '09:00 to 15:00', remedy: null },
}
const STOPPED = { by: 'operator-1', at: '2026-11-24T09:30:00+08:00', reason: 'storm' }
const WHOLE = { blown: null, resetAskedBy: null }
const BLOWN = {
  blown: { at: '2026-11-24T09:40:00+08:00', text: 'FUSE_BLOWN: 5 by gateway this within ten minutes' },
}

const SEARCH = {
  beganAt: '2026-11-23T08:00:00+08:00',
  endedAt: '2026-11-23T08:20:00+08:00',
  open: [
    {
      meter: 'flat-07',
      seenAt: '2026-11-23T08:03:10+08:00',
      openedAt: '2026-11-22T10:12:04+08:00',
      operator: '1A2B3C4D',
    },
  ],
  unseen: ['flat-09'],
}

export const ORDER_EXAMPLES = {
  'GET /v1/orders': { 200: { orders: [{ sequence: 12, ...CUT }], next: null } },
  'GET /v1/supply/changes': {
    200: { gateway: 'demo', epoch: 1, changes: [CHANGED], next: 5102 },
  },
  'GET /v1/orders/{id}': {
    200: {
      ...SHOWN,
      now: { digest: DIGEST, facts: FACTS, changes: [], interlocks: [WINDOW] },
      heldOpen: null,
      steps: [
        {
          ...{ step: 1, at: CUT.since, event: 'asked', state: 'requested', by: 'operator-1' },
          digest: STEP,
          journal: 5012,
        },
        {
          step: 2,
          at: SHOWN.shown.at,
          event: 'shown',
          state: 'requested',
          by: 'chief',
          digest: STEP,
          journal: 5013,
        },
      ],
    },
  },
  'GET /v1/supply': {
    200: { stopped: null, stopFile: false, fuse: WHOLE, isRehearsal: false, search: SEARCH },
  },
  'POST /v1/orders': { 200: CUT },
  'POST /v1/orders/{id}/approve': { 200: APPROVED },
  'POST /v1/orders/{id}/cancel': { 200: taken('withdrawn', 'CANCELLED', 'chief: paid at the counter') },
  'POST /v1/orders/{id}/release': {
    200: { ...CUT, because: { code: 'RELEASED', text: 'by chief' }, shown: null, digest: null, facts: null },
  },
  'POST /v1/orders/{id}/resolve': {
    200: { ...taken(MANUAL.state, MANUAL.code, MANUAL.text), takenFor: 'cut' },
  },
  'POST /v1/restores': { 200: RESTORE },
  'POST /v1/supply/stop': { 200: { stopped: STOPPED, fuse: WHOLE } },
  'POST /v1/supply/resume': { 200: { stopped: null, fuse: WHOLE } },
  'POST /v1/supply/reset': { 200: { stopped: null, fuse: { ...BLOWN, resetAskedBy: 'chief' } } },
}
