/** Why a broker does not have us, in words with a remedy. */

import type { SinkFault } from './sink.ts'
import { type TlsDialled, tlsFault } from './tls-words.ts'

/** CONNACK: this protocol version is not spoken here (MQTT 3.1.1 table 3.1; MQTT 5.0, 3.2.2.2). */
const VERSION_REFUSED = [1, 132]
/** CONNACK: not with these credentials. */
const LOGIN_REFUSED = [4, 5, 134, 135]
/** DISCONNECT: another client came with our client id (MQTT 5.0, 3.14.2.1). */
const TAKEN_OVER = 142

export interface Refusal {
  readonly fault: SinkFault
  /** True when it may be only the protocol version the broker dislikes. */
  readonly tryOlder: boolean
}

/** The address without what may be secret in it. */
export function placeOf(url: string): string {
  const parsed = URL.parse(url)
  return parsed === null ? 'the address configured' : `${parsed.protocol}//${parsed.host}`
}

export interface Dialled extends TlsDialled {
  readonly username: string | null
}

export function refusalOf(error: Error, dialled: Dialled): Refusal {
  const { place, section, username } = dialled
  const code = 'code' in error ? error.code : undefined
  if (typeof code === 'number') {
    if (!LOGIN_REFUSED.includes(code))
      return refusal('SINK_REFUSED', `${place} refused: ${error.message}`, VERSION_REFUSED.includes(code))
    const who = username === null ? 'a client without a user name' : `user "${username}"`
    return refusal(
      'SINK_REFUSED',
      `${place} refused ${who}; correct ${section}.username and its password`,
      false,
    )
  }
  const mistrust = tlsFault(error, dialled)
  if (mistrust) return { fault: mistrust, tryOlder: false }
  if (code === 'ECONNRESET') return hungUp(dialled)
  const words = `no connection to ${place} (${typeof code === 'string' ? code : error.message})`
  return refusal(
    'SINK_UNREACHABLE',
    `${words}; start the broker there or correct ${section}.url`,
    code === undefined,
  )
}

/** Brokers that do not know MQTT 5 do so as well. */
export function hungUp({ place, section }: TlsDialled): Refusal {
  const what = `${place} hung up before the connection was complete`
  const tls = `check that it speaks TLS there, and whether it takes our certificate (${section}.tls.cert)`
  return refusal('SINK_UNREACHABLE', place.startsWith('mqtts:') ? `${what}; ${tls}` : what, true)
}

export function disconnectWords(place: string, reasonCode: number, clientId: string): string {
  return reasonCode === TAKEN_OVER
    ? `${place} dropped us for another client named "${clientId}"; give each gateway its own name`
    : `${place} ended the connection (reason 0x${reasonCode.toString(16)})`
}

export function refusal(code: SinkFault['code'], text: string, tryOlder: boolean): Refusal {
  return { fault: { code, text }, tryOlder }
}
