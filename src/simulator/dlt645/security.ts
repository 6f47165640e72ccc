/**
 * Security authentication, function 03 (of the later rules). There is no key here: a master's identity is taken as
 * proved, since nothing can be checked, and whatever needs a message authentication code is refused.
 */

import { mix } from '../../core/random.ts'
import { MINUTE } from '../../core/time.ts'
import type { Device } from './device.ts'
import { fromBcd, type Reply645 } from './frame.ts'

/** Bits of SERR, two bytes, low first. */
const SERR = { other: [0x01, 0x00], esam: [0x04, 0x00], authentication: [0x08, 0x00] } as const

const IDENTIFIER_AND_OPERATOR = 8
const PROOF = 24
const DEFAULT_MINUTES = 5

/** DI0 DI1 DI2 DI3, C0…C3, then what the identifier wants. */
export function obeySecurity(data: Uint8Array, device: Device, now: number): Reply645 {
  const item = [...data.subarray(0, 4)]
  const [di0, di1, di2, di3] = item
  const rest = [...data.subarray(IDENTIFIER_AND_OPERATOR)]
  if (data.length < IDENTIFIER_AND_OPERATOR || di0 !== 0xff || di3 !== 0x07) return { refused: SERR.other }
  const isProved = (device.authenticatedUntil ?? 0) > now
  if (di2 === 0 && di1 === 0) {
    if (rest.length !== PROOF) return { refused: SERR.authentication }
    device.authenticatedUntil = now + DEFAULT_MINUTES * MINUTE
    return { data: [...item, ...random(device, now), ...serial(device)] }
  }
  if (!isProved) return { refused: SERR.authentication }
  if (di2 === 0 && di1 === 1) {
    const minutes = rest.length >= 2 ? fromBcd(Uint8Array.from(rest.slice(0, 2))) : null
    if (minutes === null) return { refused: SERR.other }
    device.authenticatedUntil = now + minutes * MINUTE
    return { data: item }
  }
  if (di2 === 0 && di1 === 2) {
    device.authenticatedUntil = now
    return { data: item }
  }
  return { refused: SERR.esam }
}

/** Four bytes of the meter's choosing. */
function random({ meter }: Device, now: number): readonly number[] {
  const draw = mix(meter.nature.lot ^ Math.floor(now / 1000))
  return [draw & 0xff, (draw >>> 8) & 0xff, (draw >>> 16) & 0xff, draw >>> 24]
}

/** Of the security chip, eight bytes. */
function serial({ address }: Device): readonly number[] {
  return [...address, 0, 0]
}
