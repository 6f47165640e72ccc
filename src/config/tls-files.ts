/** The certificates a connection is to use, looked at before they are needed. */

import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Complain, Path } from './complaint.ts'
import type { TlsFiles } from './config.ts'
import type { WrittenTls } from './schema.ts'

const PEM = 'write it as PEM, the text that begins with -----BEGIN'

/** Dates and names are left to the connection: they are about a moment and a server, and certificates are renewed. */
export async function resolveTls(
  written: WrittenTls | undefined,
  path: Path,
  folder: string,
  complain: Complain,
): Promise<TlsFiles> {
  const full = (file: string | undefined) => (file === undefined ? null : resolve(folder, file))
  const files = { ca: full(written?.ca), cert: full(written?.cert), key: full(written?.key) }
  if ((files.cert === null) !== (files.key === null))
    complain(path, 'our certificate and its key go together', 'name both cert and key, or neither')
  const look = <Made>(name: keyof TlsFiles, make: (pem: Buffer) => Made) =>
    readPem(files[name], make, [...path, name], complain)
  await look('ca', pem => new X509Certificate(pem))
  const cert = await look('cert', pem => new X509Certificate(pem))
  const key = await look('key', createPrivateKey)
  if (cert && key && !belongTogether(cert, key))
    complain([...path, 'key'], `this is not the key of ${files.cert}`, 'name the two that were made together')
  return files
}

/** Null where no file is named, or where it is no good and has been complained about. */
async function readPem<Made>(
  file: string | null,
  make: (pem: Buffer) => Made,
  path: Path,
  complain: Complain,
): Promise<Made | null> {
  if (file === null) return null
  const pem = await readFile(file).catch((error: NodeJS.ErrnoException) => error)
  if (!Buffer.isBuffer(pem)) {
    const why = pem.code === 'ENOENT' ? 'does not exist' : `cannot be read (${pem.code})`
    complain(path, `the file ${file} ${why}`, 'create it, readable by the user of meterd')
    return null
  }
  try {
    return make(pem)
  } catch {
    const what = path.at(-1) === 'key' ? 'private key without a passphrase' : 'certificate'
    complain(path, `the file ${file} holds no ${what}`, PEM)
    return null
  }
}

function belongTogether(cert: X509Certificate, key: KeyObject): boolean {
  return cert.checkPrivateKey(key)
}
