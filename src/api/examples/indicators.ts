/** Answers of `/v1/indicators/…`. */

const SPAN = { gateway: 'demo', from: '2026-11-20T00:00:00+08:00', to: '2026-11-21T00:00:00+08:00' }

const voltage = {
  meter: 'm1',
  obis: '1-0:32.7.0',
  nominal: '220',
  low: '198.0',
  high: '235.4',
  expected: 96,
  received: 96,
  valid: 96,
  within: 94,
  over: 2,
  under: 0,
  overMinutes: 30,
  underMinutes: 0,
  lowest: { value: '214.1', slot: '2026-11-20T19:15:00+08:00' },
  highest: { value: '236.0', slot: '2026-11-20T03:30:00+08:00' },
  completeness: '100.00',
  verdict: 'sufficient',
  compliance: '97.91',
  piledUpAt: [],
  samples:
    '/v1/meters/m1/readings?obis=1-0:32.7.0&kind=poll&from=2026-11-20T00:00:00%2B08:00&to=2026-11-21T00:00:00%2B08:00',
}

const clock = {
  meter: 'm1',
  measurements: 24,
  rate: {
    secondsADay: '0.42',
    uncertain: '0.03',
    from: '2026-11-20T00:04:31+08:00',
    to: '2026-11-20T23:04:30+08:00',
    samples: 24,
  },
}

export const INDICATOR_EXAMPLES = {
  'GET /v1/indicators/voltage': {
    200: {
      ...SPAN,
      limits: { below: '10.00', above: '7.00', complete: '90.00' },
      entries: [voltage],
      next: null,
    },
  },
  'GET /v1/indicators/points': {
    200: {
      areas: [
        {
          area: 'T-0407',
          classes: [{ class: 'dwelling', meters: 61, points: ['m1', 'm2'] }],
          missing: [],
        },
      ],
      next: null,
    },
  },
  'GET /v1/indicators/clocks': { 200: { ...SPAN, entries: [clock], next: null } },
}
