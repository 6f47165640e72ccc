/** Certificates of the way to InfluxDB: read anew each time, always verified, and what their refusals mean in words. */

import { readFile } from 'node:fs/promises'
import { Agent } from 'node:https'
import { createSecureContext } from 'node:tls'
import type { TlsFiles } from '../config/config.ts'
import type { SinkFault } from './sink.ts'

/** The PEM texts as they are now. */
export type Pems = { readonly [Name in keyof TlsFiles]?: string }

/** Throws where a file cannot be read: without it there is no connection, and no lesser one instead. */
export async function readPems({ ca, cert, key }: TlsFiles): Promise<Pems> {
  return {
    ...(ca !== null && { ca: await readFile(ca, 'utf8') }),
    ...(cert !== null && { cert: await readFile(cert, 'utf8') }),
    ...(key !== null && { key: await readFile(key, 'utf8') }),
  }
}

export function isSame(a: Pems, b: Pems): boolean {
  return a.ca === b.ca && a.cert === b.cert && a.key === b.key
}

/**
 * Connections that stay open. Said outright: verification and TLS 1.2, which the environment could turn off, and no
 * resumed sessions, which would not look at the certificate again. Throws where certificate and key do not fit.
 */
export function tlsAgent(pems: Pems): Agent {
  createSecureContext(pems)
  return new Agent({
    keepAlive: true,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    maxCachedSessions: 0,
    ...pems,
  })
}

/** What OpenSSL and Node call it → what is wrong and what to do. */
const REFUSALS: readonly (readonly [code: RegExp, wrong: string, remedy: string])[] = [
  [/^CERT_HAS_EXPIRED$/, 'its certificate has expired', 'renew it there'],
  [
    /^CERT_NOT_YET_VALID$/,
    'its certificate is not valid yet',
    'set the clock of this machine, or renew the certificate',
  ],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    'its certificate is for another name',
    'write the name it holds in influx.url, or renew it with this one',
  ],
  [
    /^(UNABLE_TO_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|CERT_SIGNATURE|CERT_UNTRUSTED|INVALID_CA|CERT_CHAIN)/,
    'its certificate comes from an authority that is not trusted here',
    'name the file of that authority in influx.tls.ca',
  ],
  [
    /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST/,
    'it does not speak TLS',
    'turn TLS on there, or correct influx.url',
  ],
  [/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/, 'it speaks no TLS from 1.2 on', 'update that server'],
  [
    /_ALERT_|HANDSHAKE_FAILURE/,
    'it does not take our certificate, or misses one',
    'name in influx.tls.cert and key a certificate it knows',
  ],
  [/^ENOENT|^EACCES|^EISDIR/, 'a certificate file of ours cannot be read', 'put it back in its place'],
  [
    /KEY_VALUES_MISMATCH|PEM|ASN1|BAD_DECRYPT|UNSUPPORTED$/,
    'our certificate and key are no good, or do not belong together',
    'write both files anew',
  ],
  [
    /^ERR_SSL|^ERR_OSSL|^ERR_TLS|^CERT_|^EPROTO/,
    'TLS came to no end',
    'compare the certificates of both sides',
  ],
]

/** Null where the error is not about certificates or TLS. */
export function tlsFaultOf(error: unknown, place: string): SinkFault | null {
  const code = codeOf(error)
  const refusal = REFUSALS.find(([pattern]) => pattern.test(code))
  if (refusal === undefined) return null
  const [, wrong, remedy] = refusal
  return { code: 'SINK_UNTRUSTED', text: `no connection to ${place}: ${wrong} (${code}); ${remedy}` }
}

/** Of a failed handshake Node says EPROTO, and what OpenSSL calls it only in the text. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error && 'code' in error)) return ''
  const said = error.code === 'EPROTO' ? /SSL routines:[^:]*:([^:\n]+)/.exec(error.message)?.[1] : undefined
  return said === undefined ? String(error.code) : `ERR_SSL_${said.trim().replaceAll(' ', '_').toUpperCase()}`
}
