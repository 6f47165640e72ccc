/** Certificates for connections that are encrypted: which files, and what is in them at the moment of dialling. */

import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { createSecureContext } from 'node:tls'
import { messageOf } from '../core/faults.ts'
import type { Complain, Path } from './complaint.ts'
import type { TlsFiles } from './config.ts'
import type { WrittenTls } from './schema.ts'

/** PEM texts; what no file is named for is missing. */
export type Pems = { readonly [Name in keyof TlsFiles]?: string }

export interface TlsTrouble {
  readonly of: keyof TlsFiles
  /** What is wrong with which file; never what is in it. */
  readonly text: string
  readonly remedy: string
}

export interface TlsRead {
  /** Complete where there is no trouble. */
  readonly pems: Pems
  readonly troubles: readonly TlsTrouble[]
}

/** Said outright, because the environment or an option of Node could say otherwise. */
export const STRICT = { rejectUnauthorized: true, minVersion: 'TLSv1.2' } as const

export const NO_FILES: TlsFiles = { ca: null, cert: null, key: null }

/**
 * Everything that is wrong with the files is told when the configuration is checked, and again when dialling. Dates and
 * names are left to the connection: they are about a moment and a server.
 */
export async function resolveTls(
  written: WrittenTls | undefined,
  url: URL | null,
  path: Path,
  folder: string,
  complain: Complain,
  urlKey = 'url',
): Promise<TlsFiles> {
  if (!written) return NO_FILES
  const at = [...path, 'tls']
  if (url && !url.protocol.endsWith('s:')) {
    const key = [...path, urlKey].join('.')
    const remedy = `write ${url.protocol.replace(':', 's:')}// in ${key}`
    complain(at, `certificates are of no use while ${key} is not encrypted`, remedy)
  }
  const { ca, cert, key } = written
  if ((cert === undefined) !== (key === undefined)) {
    const missing = cert === undefined ? 'cert' : 'key'
    complain(at, 'a client certificate needs cert and key', `add ${missing}: FILE`)
  }
  const full = (file: string | undefined) => (file === undefined ? null : resolve(folder, file))
  const files = { ca: full(ca), cert: full(cert), key: full(key) }
  for (const { of, text, remedy } of (await readTls(files)).troubles) complain([...at, of], text, remedy)
  return files
}

/** Read anew for each connection, so that a renewed certificate needs no restart. */
export async function readTls(files: TlsFiles): Promise<TlsRead> {
  const pems: { -readonly [Name in keyof Pems]: string } = {}
  const troubles: TlsTrouble[] = []
  for (const name of ['ca', 'cert', 'key'] as const) {
    const file = files[name]
    if (file === null) continue
    try {
      const pem = await readFile(file, 'utf8')
      if (name === 'key') createPrivateKey(pem)
      else new X509Certificate(pem)
      pems[name] = pem
    } catch (error) {
      troubles.push(troubleWith(name, file, error))
    }
  }
  const together = troubles.length === 0 ? troubleTogether(pems, files) : null
  return { pems, troubles: together ? [together] : troubles }
}

function troubleWith(of: keyof TlsFiles, file: string, error: unknown): TlsTrouble {
  const code = codeOf(error)
  if (code === 'ENOENT')
    return {
      of,
      text: `the file ${file} does not exist`,
      remedy: 'put a PEM file there, or correct the path',
    }
  if (/^E[A-Z]+$/.test(code))
    return { of, text: `the file ${file} cannot be read (${code})`, remedy: 'let the user of meterd read it' }
  const what = of === 'key' ? 'private key without a passphrase' : 'certificate'
  const remedy = 'write it as PEM, the text that begins with -----BEGIN'
  return { of, text: `the file ${file} holds no ${what}`, remedy }
}

/** Each is good by itself; OpenSSL also looks at the rest of a chain, and at how strong they are. */
function troubleTogether(pems: Pems, files: TlsFiles): TlsTrouble | null {
  const { ca, cert, key } = pems
  if (cert && key && !new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) {
    const text = `the file ${files.key} does not hold the key of ${files.cert}`
    return { of: 'key', text, remedy: 'name two that were made together' }
  }
  for (const [of, part] of [
    ['ca', ca && { ca }],
    ['cert', cert && key && { ca: [], cert, key }],
  ] as const) {
    if (!part) continue
    try {
      createSecureContext(part)
    } catch (error) {
      const text = `OpenSSL does not take the file ${files[of]} (${codeOf(error)})`
      return { of, text, remedy: 'write it anew, each certificate whole, RSA keys of 2048 bits or more' }
    }
  }
  return null
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : messageOf(error)
}
