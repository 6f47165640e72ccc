/** What account, meter and gateway must show: trusted time, enough owed, a fresh actual read, a meter's clock that is right. */

import { compareScaled, formatScaled } from '../../core/scaled.ts'
import { HOUR, SECOND } from '../../core/time.ts'
import type { Facts } from './facts.ts'
import { type Interlock, pass, refuse, showTime } from './interlock.ts'
import type { Policy } from './policy.ts'

export function gatewayTime({ gatewayTime: trust }: Facts): Interlock {
  const no = refuse.bind(null, 'gateway_time')
  if (trust === null)
    return no('TIME_TRUST_UNKNOWN', null, "nobody knows whether the gateway's time is right")
  if (trust === 'doubted') return no('TIME_DOUBTED', null, "the gateway's time is doubted")
  return pass('gateway_time', null, "the gateway's time is trusted")
}

/** One for each that is on or unknown; one that passes where all are known to be off. */
export function declared({ declared: conditions }: Policy, facts: Facts): readonly Interlock[] {
  const met = conditions.flatMap(({ name, source }) => {
    const isOn = facts.declared.get(name)
    if (isOn === undefined)
      return [refuse('declared', 'DECLARED_UNKNOWN', source, `nobody knows whether ${name} is declared`)]
    return isOn ? [refuse('declared', 'DECLARED', source, `${name} is declared`)] : []
  })
  return met.length > 0
    ? met
    : [pass('declared', null, `none of ${conditions.length} conditions is declared`)]
}

export function arrears({ arrears: rule }: Policy, { arrears: owed }: Facts): Interlock {
  const no = refuse.bind(null, 'arrears')
  const { source, least, currency } = rule
  if (owed === null) return no('ARREARS_UNKNOWN', source, 'nobody knows what is owed')
  const text = `${formatScaled(owed.amount)} ${owed.currency} owed, the least is ${formatScaled(least)} ${currency}`
  if (owed.currency !== currency) return no('ARREARS_OTHER_CURRENCY', source, text)
  if (compareScaled(owed.amount, least) < 0) return no('ARREARS_TOO_SMALL', source, text)
  return pass('arrears', source, text)
}

export function read({ read: rule, zone }: Policy, { read: newest }: Facts, now: number): Interlock {
  const no = refuse.bind(null, 'read')
  const { source, mostAgeMs } = rule
  if (newest === null) return no('READ_UNKNOWN', source, 'nobody knows what the balance rests on')
  const { at, quality } = newest
  const text = `${quality}, read ${showTime(zone, at)}; ${mostAgeMs / HOUR} hours are the most`
  if (quality !== 'actual') return no('READ_NOT_ACTUAL', source, text)
  if (at > now) return no('READ_IN_FUTURE', source, text)
  if (!(now - at <= mostAgeMs)) return no('READ_TOO_OLD', source, text)
  return pass('read', source, text)
}

export function meterClock({ meterClock: rule }: Policy, { meterClockErrorMs: error }: Facts): Interlock {
  const no = refuse.bind(null, 'meter_clock')
  const { source, mostErrorMs } = rule
  if (error === null) return no('METER_CLOCK_UNKNOWN', source, "nobody knows what the meter's clock shows")
  const text = `the meter's clock is off by ${error / SECOND} s; ${mostErrorMs / SECOND} s are the most`
  // So that not a number is off, too.
  if (!(Math.abs(error) <= mostErrorMs)) return no('METER_CLOCK_OFF', source, text)
  return pass('meter_clock', source, text)
}
