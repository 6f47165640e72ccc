/**
 * The second wall (PR-67): behind the last encoder, on every line, bytes leave that are a read, or what a pass was given
 * out for. Anything else is a broken promise of our own.
 */

import { Fault } from '../../core/faults.ts'
import { toHex } from '../../core/hex.ts'
import type { Driver, Request } from '../../driver-api/driver.ts'
import { isRead, toldIn } from './leaving.ts'
import { type Pass, usePass } from './pass.ts'
import type { Told } from './told.ts'

/** Of the bytes shown, no more than a header: what stands behind it may be a password. */
const SHOWN_BYTES = 10

export interface Guard {
  /** By whom a request is asked, told before it is. */
  asks(request: Request, by: AskedBy): void
  /** Throws GUARD_HELD where these bytes must not leave. Uses up the pass they leave by. */
  mustMayLeave(bytes: Uint8Array, request: Request): void
}

interface AskedBy {
  readonly driver: Pick<Driver, 'protocol'>
  readonly pass?: Pass | undefined
}

/** `broken` is told before it throws: who asked may be one who takes errors for the meter's. */
export function createGuard(line: string, broken: (error: unknown) => void = () => undefined): Guard {
  const askedBy = new WeakMap<Request, AskedBy>()

  function whyHeld(bytes: Uint8Array, { driver: { protocol }, pass }: AskedBy): string | null {
    const told = toldIn(bytes)
    const [first] = told
    if (!first) return isRead(bytes, protocol) === false ? `bytes that are no read of ${protocol}` : null
    const why = pass ? whyNotBy(pass, bytes, told, first) : 'there is no order of it'
    return why === null ? null : `${wordsOf(first)}: ${why}`
  }

  return {
    asks: (request, by) => void askedBy.set(request, by),
    mustMayLeave(bytes, request) {
      const by = askedBy.get(request)
      const what = by ? whyHeld(bytes, by) : 'what nobody asked'
      if (what === null) return
      const shown = toHex(bytes.subarray(0, SHOWN_BYTES))
      const more = bytes.length > SHOWN_BYTES ? ` and ${bytes.length - SHOWN_BYTES} more` : ''
      const text = `broken promise: line ${line} was about to send ${what} (${shown}${more})`
      const fault = new Fault('GUARD_HELD', text)
      broken(fault)
      throw fault
    },
  }
}

/** Only what wakes receivers may stand before it, and nothing behind it. */
function whyNotBy(pass: Pass, bytes: Uint8Array, told: readonly Told[], first: Told): string | null {
  const before = bytes.subarray(0, first.from)
  if (told.length > 1 || first.to !== bytes.length || before.some(byte => byte !== 0xfe))
    return 'it is not all that would leave'
  return usePass(pass, first)
}

function wordsOf({ family, address, code }: Told): string {
  const named = code.toString(16).toUpperCase().padStart(2, '0')
  return `function ${named} of ${family === 'modbus' ? 'Modbus' : 'DL/T 645'} to ${address}`
}
