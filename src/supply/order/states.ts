/** The states an order can be in (prepaid.md §6); what leads from which to which is in `table.ts`. */

export const CUT_STATES = [
  'requested',
  'approved',
  'armed',
  'checking',
  'sending',
  'confirmed',
  'refused',
  'not-sent',
  'unconfirmed',
  'manual',
  'not-executed',
  'withdrawn',
  'expired',
  'quarantined',
  'superseded',
  'rehearsed',
] as const
export type CutState = (typeof CUT_STATES)[number]

export const RESTORE_STATES = [
  'requested',
  'sending',
  'close-allowed',
  'restored',
  'not-sent',
  'refused',
  'unconfirmed',
  'superseded',
  'rehearsed',
] as const
export type RestoreState = (typeof RESTORE_STATES)[number]

/** A frame of it may be out, and nothing tells yet what became of it. */
export const UNCERTAIN: readonly CutState[] = ['sending', 'unconfirmed', 'manual']

/** By the service of restores (P-16): nineteen of twenty are to be done before `slow`; `late` is an alarm, `unlawful` past the bound of the law. */
export const LATENESSES = ['on-time', 'slow', 'late', 'escalated', 'unlawful'] as const
export type Lateness = (typeof LATENESSES)[number]
