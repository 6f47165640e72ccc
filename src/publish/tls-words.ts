/** What it means when an encrypted connection does not come about, and what to do. */

import type { SinkFault } from './sink.ts'

export interface TlsDialled {
  readonly place: string
  /** The section of the settings that names the certificates, for the remedy. */
  readonly section: string
}

type Row = readonly [code: RegExp, wrong: string, remedy: (section: string) => string]

/**
 * OpenSSL's verdicts on the server's certificate (X509_V_ERR_*, without the prefix), Node's on its name, and how the
 * handshake ended → what is wrong → what to do. The first that fits is told.
 */
const VERDICTS: readonly Row[] = [
  [
    /^CERT_HAS_EXPIRED$/,
    'its certificate has expired',
    () => 'renew it there, or correct the clock of this machine',
  ],
  [
    /^CERT_NOT_YET_VALID$/,
    'its certificate is not valid yet',
    () => 'correct the clock of this machine, or the certificate there',
  ],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    'its certificate is for another name',
    section => `dial it by a name its certificate holds (${section}.url), or renew it with this one`,
  ],
  [
    /^DEPTH_ZERO_SELF_SIGNED_CERT$/,
    'its certificate is signed by nobody else',
    section => `name its file, or that of the authority it should have, in ${section}.tls.ca`,
  ],
  [
    /^(UNABLE_TO_|SELF_SIGNED_CERT|CERT_SIGNATURE|CERT_UNTRUSTED|INVALID_CA|CERT_CHAIN)/,
    'its certificate comes from an authority that is not trusted here',
    section => `name the file of that authority in ${section}.tls.ca`,
  ],
  [
    /^INVALID_PURPOSE$/,
    'its certificate is not one for servers',
    () => 'make one there with the extended key usage serverAuth',
  ],
  [
    /^UNSPECIFIED$/,
    'its certificate is weak or malformed',
    () => 'make it anew there, with RSA keys of 2048 bits or more and SHA-256',
  ],
  [
    /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|RECORD_LAYER|HTTP_REQUEST/,
    'it does not speak TLS',
    section => `turn TLS on there, or correct the port in ${section}.url`,
  ],
  [
    /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/,
    'it speaks only TLS older than 1.2',
    () => 'let it speak TLS 1.2 or 1.3',
  ],
  [
    /_ALERT_|HANDSHAKE_FAILURE/,
    'it does not take our certificate, or misses one',
    section => `name in ${section}.tls.cert and key a certificate it knows`,
  ],
  [
    /^(ERR_SSL|ERR_OSSL|ERR_TLS|CERT_|CRL_|EPROTO)/,
    'TLS came to no end',
    () => 'compare the certificates of both sides',
  ],
]

/** The fault when TLS is why there is no connection; null when it is not. Never a reason to go on without (PR-75). */
export function tlsFault(error: unknown, { place, section }: TlsDialled): SinkFault | null {
  const code = codeOf(error)
  const verdict = VERDICTS.find(([pattern]) => pattern.test(code))
  if (!verdict) return null
  const [, wrong, remedy] = verdict
  return untrusted(`no connection to ${place}: ${wrong} (${code}); ${remedy(section)}`)
}

export function untrusted(text: string): SinkFault {
  return { code: 'SINK_UNTRUSTED', text }
}

/** Of a failed handshake Node may say EPROTO, and what OpenSSL calls it only in the text. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error && 'code' in error)) return ''
  const said = error.code === 'EPROTO' ? /SSL routines:[^:]*:([^:\n]+)/.exec(error.message)?.[1] : undefined
  return said === undefined ? String(error.code) : `ERR_SSL_${said.trim().replaceAll(' ', '_').toUpperCase()}`
}
