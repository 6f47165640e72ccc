/** Answers about notices, visits and protections. */

const ACCOUNT = '0004711'
const BY = { recordedAt: '2026-11-16T11:20:04+08:00', by: 'billing-office' }
const NOTICE = {
  ...{ which: 'first', channels: ['sms', 'app'], tries: 3, template: 'stop-notice-4', order: null },
}
const NAMED = { notice: 'N-2026-0077', ...NOTICE, requiredAt: '2026-11-16T11:20:04+08:00' }
const ENTRY = {
  ...{ sequence: 31, account: ACCOUNT, kind: 'notice', about: 'N-2026-0077', at: BY.recordedAt },
  ...{ facts: NOTICE, ...BY, standing: 'required' },
}
const RECEIPT = { receipt: 'SMS-88121', channel: 'sms', result: 'delivered' }
const DELIVERED = '2026-11-16T11:21:30+08:00'
const VISIT = { visit: 'V-2026-0003', result: 'posted', photo: 'visits/2026/11/0003.jpg', who: 'Li Wei' }
const VISITED = '2026-11-17T09:10:00+08:00'
const PROTECTION = {
  ...{ class: 'important_user', from: '2026-01-01', to: '2026-12-31' },
  ...{ source: 'list of the authority, 2026/4', authorityReference: null },
}
const CHANGE = { to: '2026-11-20', reason: 'taken off the list, 2026/9' }
const PROPOSED = {
  ...{ ...ENTRY, sequence: 35, kind: 'change', about: 'S-2026-0009', facts: CHANGE, standing: null },
}
const WHOLE = { source: 'customer register, 2026-11-20', epoch: 1 }
const SAID_WHOLE = {
  ...ENTRY,
  sequence: 37,
  account: '',
  kind: 'list',
  about: '',
  facts: WHOLE,
  standing: null,
}

const DECLARED = { is: true, until: '2026-11-17T08:00:00+08:00', source: 'weather office, bulletin 12' }

export const SAFEGUARD_EXAMPLES = {
  'GET /v1/accounts/{id}/safeguards': {
    200: {
      ...{ account: ACCOUNT, isWhole: true, protectionsKnown: true },
      notices: [
        {
          ...{
            ...NAMED,
            standing: 'delivered',
            deliveredAt: DELIVERED,
            visitRequiredAt: null,
            clearedAt: null,
          },
          receipts: [{ ...RECEIPT, at: DELIVERED, receivedAt: '2026-11-16T11:21:31+08:00' }],
        },
      ],
      visits: [{ ...VISIT, notice: null, at: VISITED }],
      protections: [
        { protection: 'S-2026-0009', ...PROTECTION, by: 'office', enteredAt: '2026-01-02T09:30:12+08:00' },
      ],
      proposed: [{ sequence: 35, protection: 'S-2026-0009', ...CHANGE, by: 'office' }],
    },
  },
  'GET /v1/accounts/{id}/facts': {
    200: {
      customer: 'residents',
      arrears: { amount: '128.40', currency: 'CNY' },
      read: { at: '2026-11-23T00:00:00+08:00', quality: 'actual' },
      meterClock: { offBySeconds: 4 },
      gatewayTime: 'trusted',
      firstNotice: { delivered: DELIVERED },
      secondNotice: 'none',
      protections: [{ class: 'important_user', from: '2026-01-01', to: '2026-12-31', visited: VISITED }],
    },
  },
  'GET /v1/notices': {
    200: {
      ...{ gateway: 'gw-01', epoch: 1, next: 31 },
      notices: [{ sequence: 31, type: 'notice.required', account: ACCOUNT, ...NAMED, standing: 'required' }],
    },
  },
  'GET /v1/visits': {
    200: {
      visits: [
        {
          ...{ sequence: 33, account: ACCOUNT, notice: 'N-2026-0077', which: 'first' },
          because: 'every channel was tried in vain, 3 times',
          ...{ requiredAt: '2026-11-16T18:40:00+08:00', points: ['P-17'] },
        },
      ],
      next: 33,
    },
  },
  'POST /v1/accounts/{id}/notices': { 200: ENTRY },
  'POST /v1/notices/{id}/receipts': {
    200: {
      ...{ ...ENTRY, sequence: 32, kind: 'receipt', at: DELIVERED },
      ...{ facts: { ...RECEIPT, remark: null }, standing: 'delivered' },
    },
  },
  'POST /v1/accounts/{id}/visits': {
    200: {
      ...{ ...ENTRY, sequence: 34, kind: 'visit', at: VISITED },
      ...{ facts: VISIT, standing: 'delivered' },
    },
  },
  'POST /v1/accounts/{id}/protections': {
    200: {
      ...{ ...ENTRY, sequence: 30, kind: 'protection', about: 'S-2026-0009' },
      ...{ facts: PROTECTION, standing: null },
    },
  },
  'POST /v1/protections/{id}/changes': { 200: PROPOSED },
  'POST /v1/protections/{id}/changes/confirm': {
    200: {
      ...{ ...PROPOSED, sequence: 36, kind: 'changed', by: 'supervisor' },
      facts: { ...CHANGE, proposal: 35 },
    },
  },
  'GET /v1/supply/declared': {
    200: { declared: [{ name: 'heat', ...DECLARED, at: ENTRY.at, by: 'weather' }] },
  },
  'POST /v1/supply/declared': {
    200: {
      ...{ ...ENTRY, sequence: 39, account: '', kind: 'declared', about: 'heat', by: 'weather' },
      ...{ facts: { ...DECLARED, epoch: 1 }, standing: null },
    },
  },
  'POST /v1/protections/whole': { 200: SAID_WHOLE },
  'POST /v1/protections/whole/confirm': {
    200: { ...SAID_WHOLE, sequence: 38, kind: 'listed', facts: { ...WHOLE, proposal: 37 }, by: 'supervisor' },
  },
}
