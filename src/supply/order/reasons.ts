/** Every reason an order is in its state, and every refusal of what somebody asks of one. The codes stay what they are. */

/** Why an order is where it is. */
export const BECAUSES = {
  CANCELLED: 'somebody took it back',
  PAID: 'a payment came in',
  HELD: 'a hold was entered',
  DISPUTED: 'a dispute was entered',
  PROTECTION_ENTERED: 'a protection was entered',
  REPORTED_WRONGFUL: 'the cut was reported as wrong',
  RESTORE_ASKED: 'somebody asked for a restore',
  EXCHANGED: 'meter or account were exchanged',
  POLICY_CHANGED: 'the policy is another than was approved by',
  CLOCK_STEPPED: "the gateway's clock was set",
  CHECK_FAILED: 'the final check found what time does not mend',
  CHECK_WAITS: 'the final check found what may be mended',
  CHECK_TOO_OLD: 'the final check was too long ago when the order was about to leave',
  DEADLINE_WRONG: 'the deadline for the meter is over, or further off than an order may be valid',
  NOT_APPROVED_IN_TIME: 'nobody approved it in time',
  NOT_SENT_IN_TIME: 'it could not be sent in time',
  SECOND_NOTICE_OVER: 'the second notice is too long ago',
  STOPPED: 'the kill switch was set',
  FUSE_BLOWN: 'more cuts than the policy allows',
  BATCH_FROZEN: 'another cut of the batch was wrong or could not be verified',
  RELEASED: 'it was released from quarantine, to be approved anew',
  NOT_ONE_BYTE: 'nothing of it left',
  METER_REFUSED: 'the meter refused',
  METER_KEEPS_POWER: 'the meter refused, and says that it keeps power',
  NO_ANSWER: 'it left, and no answer came',
  RESTARTED_WHILE_SENDING: 'the daemon was restarted while it was being sent',
  NO_PROOF_IN_TIME: 'nothing proved it in time',
  UNCONFIRMED_TOO_LONG: 'looking did not tell in time; a person decides',
  PROVED_BY_RECORD: 'the meter recorded it, by our operator code',
  PROVED_BY_LOAD: 'state and load show it',
  PROVED_NEVER_OPEN: 'the relay is closed, and the meter recorded no trip since before the cut',
  PROVED_NOT_DONE: 'the meter did not do it, and will not any more',
  TOLD_BY_PERSON: 'a person told it',
  PERMITTED: 'it may be closed by its button',
  CANNOT_BE_TOLD: 'its relay knows no such order: somebody confirms a direct close, or drives there',
  OPEN_AGAIN: 'the relay is open again',
  OTHER_METER: 'another meter answered, or none that tells its number',
  METER_SILENT: 'the meter did not answer',
  EARLIER_FRAME_HOLDS: 'an earlier frame of it may still be obeyed',
  STILL_CLOSED: 'the relay is closed, and a late frame of the cut may still open it',
  REPLACED: 'another order took its place',
  REHEARSED: 'all was gone through but the frame',
} as const

export type BecauseCode = keyof typeof BECAUSES

/** Why something asked of an order, or for one, is refused, and what to do. */
export const REFUSALS = {
  ORDER_STANDS: 'wait for the order of this meter that is under way, or cancel it',
  RESTORE_STANDS: 'wait until the restore of this meter is done',
  CONFIRMATION_MISSING:
    'a direct close needs: who says that nobody is endangered, how it is known, since when',
  CONFIRMATION_IN_FUTURE: 'find out which of the clocks is wrong',
  NOTHING_CONFIRMED: 'a confirmation is of a direct close only',
  APPROVER_IS_REQUESTER: 'have it approved by another person, with another key',
  NOT_SHOWN: 'look at the order first; after a restart once more',
  SHOWN_TOO_LONG_AGO: 'look at the order again, and approve what it shows then',
  DIGEST_DIFFERS: 'look at the order again: this is the digest of other facts',
  FACTS_CHANGED: 'look at the order again: these facts are others since',
  NOT_APPROVED: 'have the order approved first',
  APPROVED_ALREADY: 'nothing is left to approve',
  NOTICE_IN_FUTURE: 'find out which of the clocks is wrong',
  NOTICE_BEFORE_ORDER: 'give the second notice of this order',
  NOTICED_ALREADY: 'one second notice of an order is enough',
  NOT_NOTICED: 'wait until the second notice is delivered',
  NOTICE_TOO_RECENT: 'wait',
  UNDER_CHECK: 'wait for the final check',
  SENT_ALREADY:
    'a frame of it may be out: what became of it is looked for, and a payment or a restore undoes it',
  IN_QUARANTINE: 'decide about it: release or cancel it',
  NOT_IN_QUARANTINE: 'only what is in quarantine is released',
  RELEASER_IS_REQUESTER: 'have it released by another person, with another key',
  NOT_SENT_YET: 'nothing of it left; cancel it instead',
  ORDER_CONFIRMED: 'it was carried out; a restore undoes it',
  ORDER_REFUSED: 'the meter refused it; make a new order once the reason is mended',
  ORDER_NOT_SENT: 'nothing of it left; make a new order if it still holds',
  ORDER_NOT_EXECUTED: 'the meter did not do it; make a new order if it still holds',
  ORDER_WITHDRAWN: 'it was taken back; make a new order if it is right',
  ORDER_OVER: 'its time is over; make a new order if it still holds',
  ORDER_SUPERSEDED: 'ask the order that took its place',
  ORDER_REHEARSED: 'it was a rehearsal, and is over',
  ORDER_RESTORED: 'it is restored',
  RESTORE_GOES_ON: 'what a person can tell of a restore is that it is done',
  RESTORE_STAYS: 'restores are not taken back; whoever is to be cut again is cut by a new order',
  LOOK_TOO_OLD: 'look again right before sending',
} as const

/** The same of who asks, and of all orders at once. */
export const DOOR_REFUSALS = {
  KEY_NEEDED: 'present a key of your own',
  ROLES_TOGETHER: 'have one of the two scopes in another key, held by another person',
  NOT_STOPPED: 'there is nothing to resume; meterd orders state says what stands against cuts',
  STOP_FILE_THERE: 'remove the file of the kill switch from the data directory first',
  FUSE_WHOLE: 'no fuse has blown',
  RESET_BY_ANOTHER: 'have the fuse reset by another person, with another key',
} as const

export const REMEDIES = { ...REFUSALS, ...DOOR_REFUSALS }

export type RefusalCode = keyof typeof REMEDIES
