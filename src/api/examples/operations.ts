/** Answers about the gateway itself. */

const LINE = {
  id: 'a',
  url: 'serial:///dev/ttyUSB0?baud=2400&parity=even',
  state: 'open',
  fault: null,
  counters: {
    requests: 3296,
    answers: 3294,
    timeouts: 2,
    retries: 2,
    strays: 0,
    lates: 0,
    echoes: 0,
    broken: 2,
    resyncs: 1,
    noiseBytes: 3,
    reopened: 0,
    doubled: 0,
    bytesOut: 52736,
    bytesIn: 65920,
    busyMs: 395520,
  },
  utilisation: 0.25,
  responseMs: { p50: 120, p90: 160, p99: 240 },
}

const SINK_SILENT = {
  code: 'SINK_UNREACHABLE',
  text: 'connect ECONNREFUSED 127.0.0.1:1883',
  hint: 'check the address, that the server runs, and the way to it; readings wait in the store',
}

const sink = {
  name: 'mqtt',
  state: 'failing',
  cursor: 81200,
  owed: 17,
  delivered: 81100,
  rejected: 1,
  lastAcceptedAt: '2026-11-21T09:48:02+08:00',
  fault: SINK_SILENT,
}

const parked = {
  sequence: 80411,
  reading: '006b006e801d7e4f5a90b2c3d4e5f6a7',
  meter: 'm1',
  reason: 'partial write: field type conflict',
}

const key = {
  name: 'billing-office',
  ends: 'x7Qk',
  scopes: ['read', 'billing'],
  meters: null,
  createdAt: '2026-11-01T08:00:00+08:00',
  expiresAt: '2027-01-30T08:00:00+08:00',
  lastUsedAt: '2026-11-21T02:00:11+08:00',
}

const journalEntry = {
  sequence: 41,
  at: '2026-11-21T09:12:07+08:00',
  actor: 'billing-office',
  scope: 'billing',
  address: '192.0.2.17',
  action: 'batch.acknowledged',
  subject: 'batch 12',
  facts: { hash: '5f0c', releases: 120 },
  factsText: '{"hash":"5f0c","releases":120}',
  before: '1f0e4b9a7d52c3688e1f0e4b9a7d52c3688e1f0e4b9a7d52c3688e1f0e4b9a7d',
  hash: '9b2d60c41a7f35e89b2d60c41a7f35e89b2d60c41a7f35e89b2d60c41a7f35e8',
}

const CLOCK = { now: '2026-11-21T10:00:00+08:00', trusted: true }

const SINK_WHY = { part: 'sink', name: 'mqtt', code: 'SINK_UNREACHABLE', hint: SINK_SILENT.hint, count: 1 }
const STORE_WHY = {
  part: 'store',
  name: null,
  code: 'STORE_FAILED',
  hint: 'the disk or file failed; restart, and replace the disk if it recurs',
  count: 1,
}

const METRICS = `# HELP meterd_line_utilisation Share of the last minutes in which a line was in use.
# TYPE meterd_line_utilisation gauge
meterd_line_utilisation{line="a"} 0.25
`

export const OPERATION_EXAMPLES = {
  'GET /healthz': {
    200: { status: 'alive' },
    503: { status: 'stuck', stuck: [{ part: 'line', name: 'a' }] },
  },
  'GET /readyz': {
    200: { status: 'degraded', why: [SINK_WHY] },
    503: { status: 'not ready', why: [STORE_WHY] },
  },
  'GET /metrics': { 200: METRICS },
  'GET /v1/lines': { 200: { lines: [LINE], next: null } },
  'GET /v1/sinks': { 200: { sinks: [sink], next: null } },
  'GET /v1/sinks/{name}/parked': { 200: { sink: 'mqtt', parked: [parked], next: null } },
  'POST /v1/sinks/{name}/resend': { 200: { sink: 'mqtt', cursor: 80000, owed: 1217, parked: null } },
  'GET /v1/clock': { 200: CLOCK },
  'POST /v1/clock/trust': { 200: CLOCK },
  'GET /v1/keys': { 200: { keys: [key], next: null } },
  'GET /v1/audit': { 200: { entries: [journalEntry], next: null } },
}
