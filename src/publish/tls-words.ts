/** What it means when an encrypted connection does not come about, and what to do. */

import type { SinkFault } from './sink.ts'

/** OpenSSL's verdicts on the server's certificate (X509_V_ERR_*, without the prefix) and Node's on its name. */
const VERDICTS: Readonly<Record<string, readonly [what: string, remedy: string]>> = {
  CERT_HAS_EXPIRED: ['has expired', 'renew it there, or correct the clock of this machine'],
  CERT_NOT_YET_VALID: ['is not valid yet', 'correct the clock of this machine, or the certificate there'],
  CERT_REVOKED: ['was revoked', 'renew it there'],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'is for another name',
    'dial it by a name in its certificate, or renew the certificate with this name',
  ],
  DEPTH_ZERO_SELF_SIGNED_CERT: [
    'is signed by nobody else',
    'name it, or the authority it should have, in tls.ca',
  ],
}
const UNKNOWN_AUTHORITY = [
  'comes from an authority not known here',
  'name the file with the certificate of its authority in tls.ca',
] as const
const UNKNOWN_AUTHORITIES = [
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'CERT_UNTRUSTED',
  'CERT_SIGNATURE_FAILURE',
]

/** The fault when TLS is why there is no connection; null when it is not. Never a reason to go on without (PR-75). */
export function tlsFault(error: Error, place: string): SinkFault | null {
  const code = codeOf(error)
  const verdict = VERDICTS[code] ?? (UNKNOWN_AUTHORITIES.includes(code) ? UNKNOWN_AUTHORITY : null)
  if (verdict) return untrusted(`the certificate of ${place} ${verdict[0]} (${code}); ${verdict[1]}`)
  if (!/^(ERR_SSL_|ERR_TLS_|ERR_OSSL_|CERT_|CRL_)/.test(code)) return null
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|RECORD_LAYER/.test(code))
    return untrusted(`${place} does not speak TLS (${code}); correct the port, it is usually 8883`)
  if (/UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION/.test(code))
    return untrusted(`${place} speaks only TLS older than 1.2 (${code}); let it speak TLS 1.2 or 1.3`)
  if (/ALERT/.test(code))
    return untrusted(`${place} does not accept our certificate (${code}); correct tls.cert and tls.key`)
  return untrusted(`no encrypted connection to ${place} (${code}); check its certificate and tls.ca`)
}

/** An alert met while writing comes as EPROTO, with OpenSSL's reason in the text only. */
function codeOf(error: Error): string {
  const code = 'code' in error ? String(error.code) : ''
  const reason = /SSL routines:[^:]*:([^:]+):/.exec(error.message)?.[1]
  return code === 'EPROTO' && reason ? `ERR_SSL_${reason.toUpperCase().replaceAll(' ', '_')}` : code
}

export function untrusted(text: string): SinkFault {
  return { code: 'SINK_UNTRUSTED', text }
}
