/** Answers about meters, their readings and what was expected of them. */

const MEASURED = {
  obis: '1-0:1.8.0',
  kind: 'freeze',
  slot: '2026-11-21T00:00:00+08:00',
  value: '12345.67',
  unit: 'kWh',
  readAt: '2026-11-21T00:00:00+08:00',
  receivedAt: '2026-11-21T00:04:31+08:00',
  quality: 'good',
  codes: ['2.0.1'],
  findings: [],
}

export const READING = { id: '006b006e801d7e4f5a90b2c3d4e5f6a7', version: 1, meter: 'm1', ...MEASURED }

const METER = {
  id: 'm1',
  line: 'a',
  address: '000000000161',
  protocol: 'dlt645-2007',
  profile: 'dlt645-2007-three-phase',
  state: 'ok',
  lastAskedAt: '2026-11-21T09:59:58+08:00',
  lastAnswerAt: '2026-11-21T09:59:59+08:00',
  answerAgeSeconds: 1,
  nextAt: '2026-11-21T10:15:00+08:00',
  answered: 412,
  unanswered: 0,
  fault: null,
  numbers: {
    requests: 3296,
    timeouts: 0,
    damaged: 2,
    lates: 0,
    strays: 0,
    responseMs: { p50: 120, p90: 160, p99: 240 },
  },
  acceptance: null,
}

const ACCEPTANCE = {
  accepted: true,
  at: '2026-11-21T10:00:00+08:00',
  by: 'J. Li',
  because: 'compared with the display',
  identity: 'SN 20161',
  held: null,
}

const evidence = {
  reading: READING,
  line: 'a',
  duplicates: 1,
  versions: [],
  exchanges: [
    {
      request: '68 61 01 00 00 00 00 68 11 04 33 33 37 38 C0 16',
      reply: '68 61 01 00 00 00 00 68 91 08 33 33 37 38 9A 78 56 34 DC 16',
      sentAt: '2026-11-21T00:04:31+08:00',
      receivedAt: '2026-11-21T00:04:31+08:00',
      outcome: 'answered',
      carried: true,
    },
  ],
  releases: [{ sequence: 61, batch: 12, version: 1, as: 'register', boundary: '2026-11-21T00:00:00+08:00' }],
}

const intervals = {
  meter: 'm1',
  obis: '1-0:1.8.0',
  unit: 'kWh',
  intervals: [
    {
      from: '2026-11-20T00:00:00+08:00',
      to: '2026-11-20T00:15:00+08:00',
      mark: 'measured',
      value: '0.25',
      method: null,
      rules: [],
      codes: [],
    },
    {
      from: '2026-11-20T00:15:00+08:00',
      to: '2026-11-20T00:30:00+08:00',
      mark: 'missing',
      value: null,
      method: null,
      rules: [],
      codes: [],
    },
  ],
  findings: [],
  next: null,
}

const expectation = {
  meter: 'm1',
  line: 'a',
  plan: 'poll-15m',
  every: '15m',
  day: '2026-11-21',
  due: 40,
  accepted: 38,
  suspect: 0,
  rejected: 0,
  missed: 2,
  open: 0,
  unexplained: 0,
  gaps: [
    {
      first: '2026-11-21T03:00:00+08:00',
      last: '2026-11-21T03:15:00+08:00',
      periods: 2,
      state: 'missed',
      cause: 'LINE_SILENT',
      tries: 3,
      lastTriedAt: '2026-11-21T03:29:40+08:00',
    },
  ],
  moreGaps: 0,
}

const FINDING = {
  rule: 'V-T2',
  verdict: 'suspect',
  severity: 2,
  codes: ['2.5.258'],
  evidence: 'the clock of the meter is 412 s ahead, 300 s are allowed',
}

const alarm = {
  sequence: 12,
  event: 'raised',
  scope: 'meter',
  of: 'm1',
  line: 'a',
  rule: 'V-T2',
  version: 1,
  about: '',
  severity: 2,
  blocks: false,
  codes: ['2.5.258'],
  at: '2026-11-21T09:15:00+08:00',
  opened: 1,
  text: FINDING.evidence,
  reads: [
    { meter: 'm1', at: '2026-11-21T09:00:04+08:00', finding: FINDING },
    { meter: 'm1', at: '2026-11-21T09:15:00+08:00', finding: FINDING },
  ],
  failing: [],
}

export const METER_EXAMPLES = {
  'GET /v1/meters': { 200: { meters: [METER], next: null } },
  'GET /v1/meters/{id}': {
    200: {
      ...METER,
      clock: { deviationSeconds: 1.2, measuredAt: '2026-11-21T00:04:31+08:00', ageSeconds: 35729 },
      latest: [{ ...READING, ageSeconds: 36000, stale: false }],
      neverRead: ['1-0:32.7.0'],
    },
  },
  'POST /v1/meters/{id}/acceptance': { 200: ACCEPTANCE },
  'GET /v1/meters/{id}/readings': { 200: { meter: 'm1', readings: [READING], next: null } },
  'GET /v1/meters/{id}/intervals': { 200: intervals },
  'POST /v1/meters/{id}/read': {
    200: {
      meter: 'm1',
      askedAt: '2026-11-21T10:00:00+08:00',
      readings: [{ ...MEASURED, kind: 'poll', slot: '2026-11-21T10:00:00+08:00' }],
      stored: 1,
      duplicates: 0,
      conflicts: 0,
    },
  },
  'GET /v1/readings/{id}/evidence': { 200: evidence },
  'GET /v1/expectations': { 200: { expectations: [expectation], next: null } },
  'GET /v1/alarms': { 200: { alarms: [alarm], next: null } },
}
