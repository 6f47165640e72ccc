/** Every way an operation can fail: one table, branched on by code, never by text. */

export type Retry = 'now' | 'later' | 'never'

interface FaultKind {
  /** Whether the caller may try again. */
  readonly retry: Retry
  /** What the API answers when a request ends in this fault. */
  readonly status: number
  /** What the engineer should do. */
  readonly hint: string
}

export const FAULTS = {
  LINE_UNREACHABLE: {
    retry: 'later',
    status: 503,
    hint: 'check that the port or host exists, is powered and not in use by another program',
  },
  LINE_CLOSED: {
    retry: 'later',
    status: 503,
    hint: 'the link went down during the conversation; it is reopened by itself',
  },
  LINE_SILENT: {
    retry: 'later',
    status: 504,
    hint: 'no answer: check power, wiring A/B, address, baud and parity, then `meterd read --trace`',
  },
  LINE_GARBLED: {
    retry: 'now',
    status: 502,
    hint: 'bytes came but no good frame: check parity (8E1 or 8N1), baud, termination',
  },
  LINE_MUTE: {
    retry: 'later',
    status: 504,
    hint: 'no meter of the line answers: check the cable, the converter, the power of the whole row; it is opened anew by itself',
  },
  LINE_BUSY: {
    retry: 'later',
    status: 503,
    hint: 'the queue of this line is full; poll less often or spread meters over more lines',
  },
  LINE_OWNED: {
    retry: 'never',
    status: 409,
    hint: 'a daemon or another meterd verb owns this line; ask the daemon through its API, or wait for the verb',
  },
  DTU_AWAITED: {
    retry: 'later',
    status: 503,
    hint: 'check the DTU: power, SIM, signal, the server address and port set in it, and that it registers as the listener says; docs/operations.md has the steps',
  },
  DTU_UNKNOWN: {
    retry: 'later',
    status: 503,
    hint: 'where the box is ours, give it a line (url: "tcp-listen://0.0.0.0:PORT?dtu=IDENTITY") or correct listeners[].registration; keep strangers out with listeners[].from',
  },

  FRAME_TRUNCATED: {
    retry: 'now',
    status: 502,
    hint: 'the frame ends too early: inter-byte gaps, a cut by a serial server, noise',
  },
  FRAME_START: { retry: 'now', status: 502, hint: 'a start byte is missing: noise, or another protocol' },
  FRAME_END: {
    retry: 'now',
    status: 502,
    hint: 'the end byte is not where the length says: noise, or a damaged length',
  },
  FRAME_CHECKSUM: {
    retry: 'now',
    status: 502,
    hint: 'bytes were damaged on the way: parity, baud, termination, collision',
  },
  FRAME_LENGTH: {
    retry: 'now',
    status: 502,
    hint: 'the data are longer or shorter than this item allows: wrong profile, or a meter with its own layout',
  },
  FRAME_NONE: {
    retry: 'now',
    status: 502,
    hint: 'no start of a frame in these bytes: is the protocol right?',
  },

  METER_REFUSED: {
    retry: 'never',
    status: 502,
    hint: 'the meter answered that it will not: see its error word',
  },
  METER_NOT_AUTHORISED: {
    retry: 'never',
    status: 502,
    hint: 'the meter took offence at password or level; several wrong ones lock it for a day, so correct them before anything else is sent',
  },
  METER_NO_DATA: { retry: 'never', status: 502, hint: 'the meter does not hold this item' },
  ITEM_UNANSWERED: {
    retry: 'later',
    status: 504,
    hint: 'the meter answers other questions and is silent to this one: take the item out of the profile if the model has none such',
  },
  METER_BUSY: { retry: 'later', status: 503, hint: 'the meter or gateway is busy; it is asked again later' },

  FREEZE_AMBIGUOUS: {
    retry: 'never',
    status: 502,
    hint: 'two freezes of one minute, and a stamp has no seconds: nothing tells them apart; freeze again, a minute after the last',
  },
  SETTLES_OTHERWISE: {
    retry: 'never',
    status: 502,
    hint: 'the meter told another settlement than was asked for: its days, or its clock, are not as configured; compare them (04000B01 to 04000B03, C117) and correct the one or the other',
  },
  SETTLEMENT_IN_DOUBT: {
    retry: 'never',
    status: 502,
    hint: "the meter's settlement days or clock were set after this was kept, so nothing tells of which moment it is; bill by a daily freeze, and by settlements from the next on",
  },
  ORDER_EXPIRED: {
    retry: 'never',
    status: 409,
    hint: 'nothing was sent: the order was over before it could leave; make a new one if it still holds',
  },
  ORDER_SPENT: {
    retry: 'never',
    status: 409,
    hint: 'nothing was sent: one frame is all an order has; look at the meter to learn what became of it',
  },
  GUARD_HELD: {
    retry: 'never',
    status: 500,
    hint: 'nothing was sent, and meterd ends: this is a defect of its own. Keep the log, report it, and run no orders until it is found',
  },

  VALUE_NOT_DIGITS: {
    retry: 'now',
    status: 502,
    hint: 'the bytes are not decimal digits; kept as evidence, never turned into a number',
  },
  VALUE_NOT_HELD: {
    retry: 'never',
    status: 502,
    hint: 'the meter filled this place with its marker for "no value"',
  },
  VALUE_OUT_OF_TYPE: {
    retry: 'now',
    status: 502,
    hint: 'the value is not legal for its type, for example month 13',
  },

  PROFILE_INVALID: {
    retry: 'never',
    status: 500,
    hint: 'correct the profile; `meterd check` names the place',
  },
  PROFILE_UNKNOWN_ITEM: {
    retry: 'never',
    status: 400,
    hint: 'give an OBIS code, a data identifier (4 or 8 hex digits) or fc:address:type',
  },

  CONFIG_INVALID: {
    retry: 'never',
    status: 500,
    hint: 'correct the lines named; `meterd check --config FILE` shows all of them',
  },

  STORE_UNSAFE: {
    retry: 'never',
    status: 500,
    hint: 'the data directory cannot keep a promise; the text says which',
  },
  STORE_OWNED: {
    retry: 'never',
    status: 409,
    hint: 'another meterd uses this data directory; stop it first',
  },
  STORE_FULL: {
    retry: 'later',
    status: 507,
    hint: 'free space in the data directory; reading goes on and catches up from the meters',
  },
  STORE_FILLING: {
    retry: 'later',
    status: 507,
    hint: 'see that every sink takes what it is owed, free the disk, or raise store.maxBytes; docs/operations.md says what goes when',
  },
  STORE_BUSY: {
    retry: 'later',
    status: 503,
    hint: 'close the program that holds the store open, or use a faster disk; nothing was kept, it is tried again',
  },
  STORE_FAILED: {
    retry: 'never',
    status: 500,
    hint: 'the disk or file failed; restart, and replace the disk if it recurs',
  },
  STORE_DAMAGED: {
    retry: 'never',
    status: 500,
    hint: 'part of the store no longer checks; it is withheld, and read again from the meters where they still hold it',
  },
  STORE_UNREADABLE: {
    retry: 'later',
    status: 503,
    hint: 'nothing to do: the damaged file is put aside, what still checks is rescued into a new store, and reading goes on',
  },
  STORE_RESCUED: {
    retry: 'never',
    status: 500,
    hint: 'look at report.json in its folder and at the disk; then delete the folder, or keep it and put an empty file named "acknowledged" into it',
  },
  STORE_NEWER: {
    retry: 'never',
    status: 500,
    hint: 'the store was written by a newer meterd; install that version',
  },
  BACKUP_TARGET: {
    retry: 'never',
    status: 500,
    hint: 'name a new file in a folder that exists, can be written and has room for a copy of the store',
  },
  EXPORT_TARGET: {
    retry: 'never',
    status: 500,
    hint: 'name a new file in a folder that exists, can be written and has room for it',
  },

  SINK_UNREACHABLE: {
    retry: 'later',
    status: 503,
    hint: 'check the address, that the server runs, and the way to it; readings wait in the store',
  },
  SINK_UNTRUSTED: {
    retry: 'later',
    status: 503,
    hint: 'check that the server speaks TLS at this port, and of the certificates their dates, names and who signed them; nothing is sent until they pass',
  },
  SINK_REFUSED: {
    retry: 'never',
    status: 502,
    hint: 'the server will not take this item; its words are in the text',
  },

  PART_STUCK: {
    retry: 'later',
    status: 503,
    hint: 'restart meterd, as systemd does by itself where WatchdogSec is set; keep the log of the last minutes',
  },

  ACCEPTANCE_UNKEPT: {
    retry: 'later',
    status: 507,
    hint: 'see whether the data directory is full or read-only; what is not kept must be accepted again after a restart',
  },
  ASK_INVALID: { retry: 'never', status: 400, hint: 'correct the request; the text names the field' },
  ASK_UNKNOWN: { retry: 'never', status: 404, hint: 'nothing by that name; list the collection first' },
  ASK_TOO_OFTEN: {
    retry: 'later',
    status: 429,
    hint: 'wait as long as Retry-After says; ask for larger pages, or raise api.rate',
  },
  BATCH_DIFFERS: {
    retry: 'never',
    status: 409,
    hint: 'what was taken in is not what was released: pull the batch again from its `first`, then acknowledge what you then have',
  },
  ASK_STALE: { retry: 'never', status: 412, hint: 'get it anew, and repeat the change on what it is now' },
  LEDGER_REFUSED: {
    retry: 'never',
    status: 409,
    hint: 'nothing was entered; the text says what stands against it',
  },
  SAFEGUARD_REFUSED: {
    retry: 'never',
    status: 409,
    hint: 'nothing was entered; the text says what stands against it',
  },
  ORDER_REFUSED: {
    retry: 'never',
    status: 409,
    hint: 'nothing was ordered; `reason` is the code of what stands against it, `remedy` what to do',
  },
  ORDERS_OFF: {
    retry: 'never',
    status: 404,
    hint: 'nobody is cut here: the configuration has no `supply.orders`; docs/supply.md says what that needs, and what goes on without',
  },
  KEY_REUSED: {
    retry: 'never',
    status: 422,
    hint: 'this Idempotency-Key was sent with another request before; take a new key for each thing to be done',
  },
  ASK_RUNNING: {
    retry: 'later',
    status: 409,
    hint: 'a request with this Idempotency-Key is being answered; send it again, it is not done twice',
  },
  ASK_FAILED: {
    retry: 'later',
    status: 500,
    hint: 'a defect of meterd itself; the log holds it under the request id of `instance`',
  },
  KEY_MISSING: {
    retry: 'never',
    status: 401,
    hint: 'send `Authorization: Bearer KEY`; make a key with `meterd keys add NAME --scope read`',
  },
  KEY_SCOPE: {
    retry: 'never',
    status: 403,
    hint: 'this key does not hold the scope; `meterd keys list` shows scopes',
  },
} as const satisfies Record<string, FaultKind>

export type FaultCode = keyof typeof FAULTS

/** Why something does not do its work, as status and logs carry it: a fault nobody has to throw. */
export interface Failure {
  readonly code: FaultCode
  readonly text: string
}

/** A failed operation. `text` says what happened and where, `hint` what to do. */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly code: FaultCode
  readonly text: string

  constructor(code: FaultCode, text: string, cause?: unknown) {
    super(`${text} (${code})`, cause === undefined ? undefined : { cause })
    this.code = code
    this.text = text
  }

  get retry(): Retry {
    return FAULTS[this.code].retry
  }

  get status(): number {
    return FAULTS[this.code].status
  }

  get hint(): string {
    return FAULTS[this.code].hint
  }
}

/** True for a fault that passes: nothing was done, and it may be tried again later. */
export function isPassing(error: unknown): error is Fault {
  return error instanceof Fault && error.retry === 'later'
}

/** What an error of somebody else's code says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** A fault as other systems see it; never carries a stack. */
export function describeFault(
  code: FaultCode,
  text: string,
): { code: FaultCode; text: string; hint: string } {
  return { code, text, hint: FAULTS[code].hint }
}

/** A broken promise of our own: stops the daemon (see docs/architecture.md, faults). */
export function assert(holds: boolean, promise: string): asserts holds {
  if (!holds) throw new Error(`broken promise: ${promise}`)
}
