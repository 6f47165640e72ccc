/**
 * Money or energy that a meter keeps for its customer, as readings and profiles name it. C = 19 is payment metering (IEC 62056-6-1): credits from D = 10 on, tokens
 * from 40 on; E from 128 on is free for makers, and ours.
 */

export const CREDIT = {
  /** What is left. */
  remaining: '0-0:19.10.0',
  /** What is owed: a meter in debt shows nothing left, and the debt here. */
  overdraft: '0-0:19.11.0',
  /** How often it was topped up. */
  purchases: '0-0:19.40.0',
  /** What was topped up in all. */
  bought: '0-0:19.40.128',
} as const

/**
 * Amounts at which a meter acts by itself: it warns at the alarms, opens its relay where the debt reaches `overdraftLimit`, takes no top-up
 * beyond `hoardLimit`, and once it has opened stays open until more than `closesAbove` is left.
 */
export const CREDIT_THRESHOLDS = ['alarm1', 'alarm2', 'overdraftLimit', 'hoardLimit', 'closesAbove'] as const
export type CreditThreshold = (typeof CREDIT_THRESHOLDS)[number]

/** For people. */
export const THRESHOLD_WORDS: Readonly<Record<CreditThreshold, string>> = {
  alarm1: 'alarm amount 1',
  alarm2: 'alarm amount 2',
  overdraftLimit: 'overdraft limit',
  hoardLimit: 'hoard limit',
  closesAbove: 'allow-close amount',
}
