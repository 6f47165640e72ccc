/** Which event may lead an order from which state to which: a table (prepaid.md §6). What else must hold is in the steps. */

import type { CutEvent, RestoreEvent } from './events.ts'
import type { CutState, RestoreState } from './states.ts'

type Rows<State extends string, Event extends string> = Readonly<
  Record<State, Readonly<Partial<Record<Event, readonly State[]>>>>
>

/** What takes a cut back before a frame of it is written down. */
const BEFORE_SENDING = {
  cancel: ['withdrawn'],
  clear: ['withdrawn'],
  'clock-stepped': ['withdrawn'],
  stopped: ['quarantined'],
  'fuse-blown': ['quarantined'],
  'batch-frozen': ['quarantined'],
} as const

/** It was written down that a frame leaves: from here only looking, or a person, tells what became of it (PR-58). */
const SENT = {
  resolve: ['confirmed', 'not-executed'],
  supersede: ['superseded'],
} as const

export const CUT_TABLE: Rows<CutState, CutEvent['type']> = {
  requested: {
    ...BEFORE_SENDING,
    shown: ['requested'],
    approve: ['approved'],
    noticed: ['requested'],
    restarted: ['requested'],
    time: ['requested', 'expired'],
  },
  approved: {
    ...BEFORE_SENDING,
    noticed: ['armed'],
    restarted: ['approved'],
    time: ['approved', 'expired'],
  },
  armed: {
    ...BEFORE_SENDING,
    check: ['checking', 'expired'],
    unreached: ['armed'],
    restarted: ['armed'],
    time: ['armed', 'expired'],
  },
  checking: {
    ...BEFORE_SENDING,
    check: ['checking', 'expired'],
    send: ['sending', 'armed', 'withdrawn', 'quarantined', 'expired', 'rehearsed'],
    unreached: ['armed'],
    restarted: ['armed'],
    time: ['checking', 'expired'],
  },
  sending: {
    looked: ['sending', 'confirmed', 'not-executed'],
    answered: ['sending', 'confirmed', 'refused', 'not-sent', 'not-executed', 'unconfirmed', 'superseded'],
    unreached: ['sending'],
    supersede: ['sending'],
    restarted: ['unconfirmed', 'superseded'],
    'clock-stepped': ['sending'],
    time: ['sending', 'unconfirmed'],
  },
  unconfirmed: {
    ...SENT,
    unreached: ['unconfirmed'],
    looked: ['unconfirmed', 'confirmed', 'not-executed'],
    restarted: ['unconfirmed'],
    'clock-stepped': ['unconfirmed'],
    time: ['unconfirmed', 'manual'],
  },
  manual: {
    ...SENT,
    unreached: ['manual'],
    looked: ['manual', 'confirmed', 'not-executed'],
    restarted: ['manual'],
    time: ['manual'],
  },
  quarantined: {
    cancel: ['withdrawn'],
    clear: ['withdrawn'],
    'clock-stepped': ['withdrawn'],
    release: ['requested'],
    restarted: ['quarantined'],
    time: ['quarantined', 'expired'],
  },
  confirmed: {},
  refused: {},
  'not-sent': {},
  'not-executed': {},
  withdrawn: {},
  expired: {},
  superseded: {},
  rehearsed: {},
}

/** Every try ends in one of these, and none of them is the end. */
const TRIED = ['sending', 'not-sent', 'unconfirmed', 'close-allowed', 'restored', 'rehearsed'] as const

/** Nothing of a policy is here: no fuse, no window and no switch stops a restore (PR-64). */
export const RESTORE_TABLE: Rows<RestoreState, RestoreEvent['type']> = {
  requested: { ...waiting('requested'), unreached: ['not-sent'] },
  sending: {
    answered: ['close-allowed', 'restored', 'not-sent', 'refused', 'unconfirmed', 'superseded'],
    supersede: ['sending'],
    resolve: ['sending', 'restored'],
    reachable: ['sending'],
    restarted: ['unconfirmed', 'superseded'],
    'clock-stepped': ['sending'],
    time: ['sending', 'unconfirmed'],
  },
  'close-allowed': waiting('close-allowed'),
  restored: {
    looked: ['restored', 'requested'],
    unreached: ['restored'],
    reachable: ['restored'],
    supersede: ['superseded'],
    restarted: ['restored'],
    'clock-stepped': ['restored'],
    time: ['restored'],
  },
  'not-sent': waiting('not-sent'),
  refused: waiting('refused'),
  unconfirmed: waiting('unconfirmed'),
  superseded: {},
  rehearsed: {},
}

function waiting<State extends RestoreState>(state: State) {
  return {
    send: [state, ...TRIED],
    unreached: [state],
    resolve: [state, 'restored'],
    supersede: ['superseded'],
    reachable: [state],
    restarted: [state],
    'clock-stepped': [state],
    time: [state],
  } as const
}

/** Nothing more happens to a cut in one of these. */
export function isOver(state: CutState): boolean {
  return Object.keys(CUT_TABLE[state]).length === 0
}
