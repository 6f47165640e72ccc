/** Answers of a meter's calendar and of the dossier of a dispute. */

import { READING } from './meters.ts'

const RELEASED = { version: 1, standing: 'actual', releasedAt: '2026-11-22T00:00:21+08:00' }
const START = { at: '2026-11-20T00:00:00+08:00', ...RELEASED, sequence: 60 }
const END = { at: '2026-11-21T00:00:00+08:00', ...RELEASED, sequence: 61 }
const SPAN = { from: START.at, to: END.at }
const TOTAL = { obis: '1-0:1.8.0', unit: 'kWh', quantity: '8.21' }

const calendar = {
  gateway: 'demo',
  meter: 'm1',
  ...SPAN,
  state: 'final',
  days: [
    {
      day: '2026-11-20',
      mark: 'measured',
      ...SPAN,
      registers: [
        {
          ...TOTAL,
          estimated: '0.00',
          parts: [
            { ...SPAN, start: '12337.46', end: '12345.67', rolledOver: null, multiplier: '1', segment: 1 },
          ],
        },
      ],
      without: [],
      reasons: [],
      start: START,
      end: END,
    },
  ],
  spans: [],
  provisional: [],
  total: { ...SPAN, registers: [{ ...TOTAL, ...SPAN, without: [] }] },
}

const boundary = {
  at: END.at,
  version: 1,
  standing: 'actual',
  sequence: END.sequence,
  batch: 12,
  segment: 1,
  multiplier: '1',
  registers: [{ obis: '1-0:1.8.0', value: '12345.67', unit: 'kWh', reading: READING.id, codes: ['2.0.1'] }],
}

const window = {
  from: '2026-11-20T02:00:00+08:00',
  to: '2026-11-20T05:00:00+08:00',
  rounds: 12,
  moved: 0,
  start: '12337.52',
  end: '12337.52',
  counted: '0.00',
  mostKwh: '0.01',
  largestCurrent: '0.000',
  largestPower: '0.0000',
  over: false,
  readings: [READING.id],
}

const dossier = {
  gateway: 'demo',
  meter: 'm1',
  ...SPAN,
  asOf: '2026-11-22T10:00:00+08:00',
  unit: 'kWh',
  quantity: { calendar, boundaries: [boundary] },
  identity: {
    audits: [
      { at: '2026-11-19T00:05:12+08:00', found: 'same', evidence: 'number 000021103655, constant 1200' },
    ],
    exchanges: [],
    status: [],
    clock: {
      measurements: 24,
      furthestSeconds: 1.4,
      furthestAt: '2026-11-20T13:04:31+08:00',
      lastSeconds: 1.2,
      lastAt: '2026-11-20T23:04:30+08:00',
    },
    clockBefore: { at: '2026-11-19T23:04:30+08:00', seconds: 1.2 },
    clockAfter: { at: '2026-11-21T00:04:30+08:00', seconds: 1.3 },
    alarms: [],
    lastCalibration: null,
  },
  creep: { verdict: 'none', quietHours: 3, windows: [window] },
  appliances: {
    hours: [{ hour: 19, days: 1, sum: '1.10', mean: '1.10', most: '1.10' }],
    days: [{ day: '2026-11-20', quantity: '8.21' }],
    standing: '0.08',
    steps: [],
    rise: null,
  },
  test: { advised: false, reasons: [], explained: null, rules: [] },
  pairings: [],
  readings: [
    {
      id: READING.id,
      obis: READING.obis,
      kind: READING.kind,
      slot: READING.slot,
      version: 1,
      value: READING.value,
      unit: READING.unit,
      readAt: READING.readAt,
      receivedAt: READING.receivedAt,
      quality: READING.quality,
      frames: [0],
      carrier: 0,
    },
  ],
  frames: [
    {
      request: '68 61 01 00 00 00 00 68 11 04 33 33 37 38 C0 16',
      reply: '68 61 01 00 00 00 00 68 91 08 33 33 37 38 9A 78 56 34 DC 16',
      sentAt: '2026-11-21T00:04:31+08:00',
      receivedAt: '2026-11-21T00:04:31+08:00',
      outcome: 'answered',
    },
  ],
}

export const DISPUTE_EXAMPLES = {
  'GET /v1/meters/{id}/calendar': { 200: calendar },
  'GET /v1/meters/{id}/dossier': {
    200: dossier,
    '200 text/html': '<!doctype html><html lang="en"><title>m1, 2026-11-20</title>…</html>',
  },
}
