/** Answers of `/v1/billing/…`. */

import { READING } from './meters.ts'

const REGISTER = {
  obis: '1-0:1.8.0',
  codes: ['2.0.1'],
  value: '12345.67',
  unit: 'kWh',
  witnesses: [{ by: 'second-read', evidence: 'read again on 2026-11-21T06:10:12+08:00, no less' }],
  estimate: null,
}

const PLACE = { account: '0004711', point: '31000012', pairedAt: '2025-12-18T09:12:40+08:00' }

const STAMPED = {
  number: 1,
  name: 'origin',
  met: true,
  text: 'frozen by the meter, stamped exactly at the boundary',
}

const reads = {
  gateway: 'demo',
  boundary: '2026-11-21T00:00:00+08:00',
  state: 'provisional',
  counts: { meters: 3, ready: 2, totalsOnly: 0, estimated: 0, edited: 0, missing: 1, final: 1, unpaired: 0 },
  reads: [
    {
      meter: 'm1',
      ...PLACE,
      reasons: [],
      status: 'ready',
      state: 'final',
      version: 1,
      sequence: 1,
      batch: 1,
      releasedAt: '2026-11-22T00:00:21+08:00',
      by: 'rule',
      multiplier: '1',
      segment: 1,
      registers: [{ ...REGISTER, id: READING.id }],
      withheld: [],
    },
    {
      meter: 'm2',
      ...PLACE,
      origin: 'freeze',
      conditions: [STAMPED],
      reasons: [],
      status: 'ready',
      state: 'provisional',
      rounds: [4711],
      registers: [
        {
          obis: '1-0:1.8.0',
          id: '006b006e801d7e4f5a90b2c3d4e5f6a8',
          version: 1,
          quality: 'good',
          codes: ['2.0.1'],
          readAt: '2026-11-21T00:00:00+08:00',
          value: '804.12',
          unit: 'kWh',
        },
      ],
      withheld: [],
    },
  ],
  missing: [
    {
      meter: 'm3',
      ...PLACE,
      origin: 'freeze',
      conditions: [STAMPED, { number: 4, name: 'complete', met: false, text: 'no freeze read of 1-0:1.8.2' }],
      reasons: [
        { condition: 'complete', code: 'NOT_READ', obis: '1-0:1.8.2', text: 'no freeze read of 1-0:1.8.2' },
      ],
      status: 'missing',
      known: [
        {
          obis: '1-0:1.8.0',
          id: '006b006e801d7e4f5a90b2c3d4e5f6a9',
          version: 1,
          quality: 'good',
          codes: ['2.0.1'],
          readAt: '2026-11-21T00:00:00+08:00',
        },
      ],
    },
  ],
  next: null,
}

const releases = {
  gateway: 'demo',
  epoch: 1,
  releases: [
    {
      sequence: 1,
      meter: 'm1',
      boundary: '2026-11-21T00:00:00+08:00',
      version: 1,
      standing: 'actual',
      registers: [{ ...REGISTER, reading: READING.id }],
      withheld: [],
      multiplier: '1',
      segment: 1,
      remarks: [],
      recordedAt: '2026-11-22T00:00:21+08:00',
      by: 'rule',
      batch: 1,
    },
  ],
  gaps: [],
  next: 1,
}

const batch = {
  id: 1,
  recordedAt: '2026-11-22T00:00:21+08:00',
  first: 1,
  last: 1,
  releases: 1,
  standings: { actual: 1 },
  totals: [{ obis: '1-0:1.8.0', unit: 'kWh', count: 1, sum: '12345.67' }],
  previous: '0'.repeat(64),
  hash: '9f2b1c0d7e6a5f4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b',
}

const period = {
  meter: 'm1',
  from: '2026-11-11T00:00:00+08:00',
  to: '2026-11-21T00:00:00+08:00',
  standing: 'actual',
  fromVersion: 1,
  toVersion: 1,
  quantities: [
    {
      obis: '1-0:1.8.0',
      unit: 'kWh',
      value: '83.21',
      estimated: '0.00',
      parts: [
        {
          start: { at: '2026-11-11T00:00:00+08:00', value: '12262.46' },
          end: { at: '2026-11-21T00:00:00+08:00', value: '12345.67' },
        },
      ],
    },
  ],
  without: [],
  past: false,
  reasons: [],
}

const changes = {
  gateway: 'demo',
  epoch: 1,
  changes: [{ sequence: 1, release: releases.releases[0], periods: [period], ended: [] }],
  gaps: [],
  next: 1,
}

const periods = {
  gateway: 'demo',
  epoch: 1,
  asOf: 1,
  meters: [{ meter: 'm1', periods: [period], missing: [] }],
  next: null,
}

const WHY = {
  condition: 'complete',
  code: 'NOT_READ',
  obis: '1-0:1.8.2',
  text: 'no freeze read of 1-0:1.8.2',
}

const completeness = {
  gateway: 'demo',
  boundary: '2026-11-21T00:00:00+08:00',
  asOf: '2026-11-21T10:00:00+08:00',
  settlesAt: '2026-11-22T00:00:00+08:00',
  totals: { meters: 3, notExpected: 0, expected: 3, final: 1, provisional: 1, missing: 1, estimated: 0 },
  causes: [{ cause: 'NOT_READ', waitsFor: 'meter', meters: 1 }],
  meters: [
    {
      meter: 'm3',
      line: 'a',
      status: 'missing',
      cause: 'NOT_READ',
      waitsFor: 'meter',
      reasons: [WHY],
      askedSince: null,
      lastTried: {
        at: '2026-11-21T09:40:12+08:00',
        outcome: 'LINE_SILENT',
        text: 'no answer within 500 ms',
        times: 4,
      },
      meterNow: null,
      supply: null,
      next: [],
    },
  ],
  next: null,
}

const manifest = {
  format: 'billing_reads_v1',
  gateway: 'demo',
  epoch: 1,
  batchId: 'demo-1-61',
  through: 61,
  asOf: '2026-11-22T00:00:21+08:00',
  archiveAsOf: null,
  first: '2026-11-21T00:00:00+08:00',
  last: '2026-11-21T00:00:00+08:00',
  entries: 1,
  values: 1,
  totals: [{ obis: '1-0:1.8.0', unit: 'kWh', count: 1, sum: '12345.67', quantity: '8.21' }],
  bytes: 512,
  sha256: batch.hash,
}

const ACKNOWLEDGED = { by: 'billing-office', at: '2026-11-22T02:00:11+08:00' }

export const BILLING_EXAMPLES = {
  'GET /v1/billing/exports/{format}': {
    '200 text/csv': 'account,point,meter,…\r\n0004711,31000012,m1,…\r\n',
    '200 application/x-ndjson': '{"account":"0004711","point":"31000012","meter":"m1"}\n',
    '200 application/atom+xml': '<feed xmlns="http://www.w3.org/2005/Atom">…</feed>',
  },
  'GET /v1/billing/exports/{format}/manifest': { 200: manifest },
  'GET /v1/billing/changes': { 200: changes },
  'GET /v1/billing/periods': { 200: periods },
  'GET /v1/billing/completeness': { 200: completeness },
  'GET /v1/billing/batches': {
    200: { gateway: 'demo', epoch: 1, batches: [{ batch, acknowledged: [ACKNOWLEDGED] }], next: 1 },
  },
  'POST /v1/billing/batches/{id}/ack': { 200: ACKNOWLEDGED },
  'GET /v1/billing/reads': { 200: reads },
  'GET /v1/billing/releases': { 200: releases },
  'GET /v1/billing/batches/{id}': { 200: batch },
}
