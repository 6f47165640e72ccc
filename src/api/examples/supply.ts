/** Answers about accounts' money. */

const PAYMENT = {
  sequence: 812,
  account: '0004711',
  kind: 'payment',
  about: 'P-2026-0815',
  from: '2026-11-21T09:12:00+08:00',
  to: null,
  amount: '100.00',
  balance: '131.682475',
  facts: {},
  recordedAt: '2026-11-21T09:12:03+08:00',
  by: 'billing-office',
}
const CHARGE = {
  ...{ sequence: 790, account: '0004711', kind: 'charge', about: 'm1' },
  from: '2026-11-19T00:00:00+08:00',
  to: '2026-11-20T00:00:00+08:00',
  ...{ amount: '-4.125483', balance: '31.682475' },
  facts: { obis: '1-0:1.8.0', quantity: '7.81', price: '0.528231', releases: [61, 118] },
  recordedAt: '2026-11-21T00:00:31+08:00',
  by: 'rule',
}
const TERMS = {
  from: '2026-11-01T00:00:00+08:00',
  mode: 'prepaid-here',
  agreement: 'A-2026-113',
  balance: 'here',
  currency: 'CNY',
  prices: 'homes',
}
const { from: TERMS_FROM, ...AGREED } = TERMS
const REGISTERS = { '1-0:1.8.0': '0.528231' }
const LADDER = {
  ...{ register: '1-0:1.8.0', every: 'year', begins: '01-01' },
  steps: [
    { above: '0', price: '0' },
    { above: '2160', price: '0.05' },
    { above: '4200', price: '0.30' },
  ],
}
const STANDING_CHARGE = { every: 'month', amount: '3.50', due: '01' }

const LIMITS = { alarm1: '50.00', alarm2: '20.00', overdraft: '0.00' }
const THRESHOLDS = { from: TERMS_FROM, ...LIMITS }
const PROPOSAL = {
  ...{ ...PAYMENT, sequence: 814, kind: 'thresholds', about: '', from: '2026-12-01T00:00:00+08:00' },
  ...{ amount: null, facts: LIMITS, by: 'operations' },
}

const balance = {
  account: '0004711',
  terms: TERMS,
  allTerms: [TERMS],
  balance: '131.682475',
  because: null,
  damaged: null,
  asOf: '2026-11-21T09:12:03+08:00',
  chargedTo: '2026-11-20T00:00:00+08:00',
  level: 'L0',
  thresholds: THRESHOLDS,
  proposed: [{ sequence: 814, by: 'operations', ...THRESHOLDS, from: '2026-12-01T00:00:00+08:00' }],
  daysLeft: { days: '31', perDay: '4.125483', over: 7 },
  notCharged: [
    {
      meter: 'm1',
      obis: '1-0:1.8.0',
      from: '2026-11-20T00:00:00+08:00',
      to: '2026-11-21T00:00:00+08:00',
      code: 'NOT_RELEASED',
      text: 'nothing of it is released yet',
      quantity: null,
      amount: null,
    },
  ],
  inMeter: null,
}

export const SUPPLY_EXAMPLES = {
  'GET /v1/accounts/{id}/balance': { 200: balance },
  'GET /v1/accounts/{id}/ledger': { 200: { account: '0004711', entries: [CHARGE, PAYMENT], next: 812 } },
  'POST /v1/accounts/{id}/thresholds': { 200: PROPOSAL },
  'POST /v1/accounts/{id}/thresholds/confirm': {
    200: { ...PROPOSAL, sequence: 815, kind: 'confirmed', about: '814', by: 'supervisor' },
  },
  'GET /v1/events': {
    200: {
      ...{ gateway: 'gw-01', epoch: 1, next: 790 },
      events: [
        {
          ...{ sequence: 790, type: 'account.level', account: '0004711', level: 'L1', event: 'reached' },
          ...{ threshold: '50.00', balance: '47.118', perDay: '4.125483', at: '2026-11-21T00:00:31+08:00' },
        },
      ],
    },
  },
  'GET /v1/prices': {
    200: {
      lists: [
        {
          ...{ list: 'homes', currency: 'CNY' },
          tables: [{ from: TERMS_FROM, registers: REGISTERS, ladder: LADDER, standing: STANDING_CHARGE }],
        },
      ],
    },
  },
  'POST /v1/accounts/{id}/terms': {
    200: {
      ...{ ...PAYMENT, sequence: 3, kind: 'terms', about: AGREED.agreement, from: TERMS_FROM },
      ...{ amount: null, balance: null, facts: AGREED, by: 'office' },
    },
  },
  'POST /v1/prices/{id}': {
    200: {
      ...{ ...PAYMENT, sequence: 1, account: '', kind: 'prices', about: 'homes', from: TERMS_FROM },
      ...{ amount: null, balance: null, facts: { currency: 'CNY', registers: REGISTERS }, by: 'office' },
    },
  },
  'POST /v1/accounts/{id}/payments': { 200: PAYMENT },
  'POST /v1/accounts/{id}/reversals': {
    200: {
      ...{ ...PAYMENT, sequence: 830, kind: 'reversal', amount: '-100.00', balance: '31.682475' },
      facts: { reason: 'returned by the bank', payment: 812 },
    },
  },
  'PUT /v1/accounts/{id}/balance': {
    200: { ...PAYMENT, sequence: 813, kind: 'balance', about: '', amount: '57.20', balance: '57.20' },
  },
}
