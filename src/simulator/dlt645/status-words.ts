/** Run status words 1 to 7 of a DL/T 645-2007 meter (Annex C); word 3 as the later rules extend it. */

import { total } from '../truth.ts'
import type { Device } from './device.ts'
import { switchesDone } from './freeze-moments.ts'

export const STATUS_WORDS = 7

export function statusWord(number: number, device: Device, now: number): number {
  const { centiwatts } = device.meter.flowAt(now)
  const reverse = (watts: number | undefined) => ((watts ?? 0) < 0 ? 1 : 0)
  switch (number) {
    case 1:
      return reverse(total(centiwatts)) * 0b110000
    case 2:
      return centiwatts.reduce((word, watts, phase) => word | ((reverse(watts) * 0b10001) << phase), 0)
    case 3:
      return word3(device, now)
    default:
      return 0
  }
}

const PREPAID = { none: 0, energy: 1, money: 2 } as const

function word3(device: Device, now: number): number {
  const { meter, quirks } = device
  const { relay } = meter
  const lies = quirks['relay-lies'] === 'status-stays'
  const mirrors = quirks['relay-lies'] === 'mirrors-command'
  const isTurned = (kind: number) => switchesDone(kind, device, now).length % 2 === 1
  return [
    [0, isTurned(0x03)],
    [3, meter.isProgrammable],
    [4, mirrors ? relay.commandedOpen : relay.isOpenAt(now) && !lies],
    [5, isTurned(0x02)],
    [6, relay.commandedOpen && !lies],
    [7, relay.isTripAhead(now)],
    [10, isTurned(0x05)],
    [11, isTurned(0x07)],
    [12, relay.keepsPower],
    [13, (device.authenticatedUntil ?? now) > now],
  ].reduce((word, [bit, isSet]) => (isSet ? word | (1 << Number(bit)) : word), PREPAID[quirks.prepaid] << 8)
}

/** 16 bits, low byte first. */
export function statusBytes(number: number, device: Device, now: number): readonly number[] {
  const word = statusWord(number, device, now)
  return [word & 0xff, word >> 8]
}
