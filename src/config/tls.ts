/** Certificates for connections that are encrypted: which files, and what is in them at the moment of dialling. */

import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { messageOf } from '../core/faults.ts'
import type { Complain, Path } from './complaint.ts'
import type { TlsFiles } from './config.ts'
import type { WrittenTls } from './schema.ts'

export interface TlsMaterial {
  readonly ca?: Buffer
  readonly cert?: Buffer
  readonly key?: Buffer
}

export interface TlsTrouble {
  readonly of: keyof TlsFiles
  /** What is wrong with which file; never what is in it. */
  readonly text: string
  readonly remedy: string
}

/** Everything that is wrong with the files is told when the configuration is checked, and again when dialling. */
export async function resolveTls(
  written: WrittenTls | undefined,
  isEncrypted: boolean,
  path: Path,
  folder: string,
  complain: Complain,
): Promise<TlsFiles | null> {
  if (!written) return null
  const at = [...path, 'tls']
  if (!isEncrypted)
    complain(at, 'there are certificates and the address is not encrypted', 'write mqtts:// in url')
  const { ca, cert, key } = written
  if ((cert === undefined) !== (key === undefined))
    complain(
      at,
      'a client certificate needs cert and key',
      `add ${cert === undefined ? 'cert' : 'key'}: FILE`,
    )
  const full = (file: string | undefined) => (file === undefined ? null : resolve(folder, file))
  const files = { ca: full(ca), cert: full(cert), key: full(key) }
  const read = await readTls(files)
  if ('of' in read) complain([...at, read.of], read.text, read.remedy)
  return files
}

/** Read anew for each connection, so that a renewed certificate needs no restart. */
export async function readTls(files: TlsFiles): Promise<TlsMaterial | TlsTrouble> {
  const material: { ca?: Buffer; cert?: Buffer; key?: Buffer } = {}
  for (const which of ['ca', 'cert', 'key'] as const) {
    const file = files[which]
    if (file === null) continue
    try {
      const bytes = await readFile(file)
      if (which === 'key') createPrivateKey(bytes)
      else new X509Certificate(bytes)
      material[which] = bytes
    } catch (error) {
      return troubleWith(which, file, error)
    }
  }
  const { cert, key } = material
  if (!cert || !key || new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) return material
  const text = `the key ${files.key} does not belong to the certificate ${files.cert}`
  return { of: 'key', text, remedy: 'put the key the certificate was made for next to it' }
}

const WHAT = { ca: 'certificate of the authority', cert: 'client certificate', key: 'key' } as const

function troubleWith(of: keyof TlsFiles, file: string, error: unknown): TlsTrouble {
  const what = `the ${WHAT[of]} ${file}`
  const code = error instanceof Error && 'code' in error ? String(error.code) : messageOf(error)
  if (code === 'ENOENT')
    return { of, text: `${what} does not exist`, remedy: 'put a PEM file there, or correct the path' }
  if (/^E[A-Z]+$/.test(code))
    return { of, text: `${what} cannot be read (${code})`, remedy: 'let the user of meterd read it' }
  return { of, text: `${what} holds no usable PEM`, remedy: 'write a PEM file without a passphrase' }
}
