/** How every encrypted connection is made: with the certificates of this moment, and always verified (PR-75). */

import type { TlsFiles } from '../config/config.ts'
import { type Pems, readTls } from '../config/tls.ts'
import type { SinkFault } from './sink.ts'
import { type TlsDialled, untrusted } from './tls-words.ts'

/** Where a file is no good there is no connection, and no lesser one instead. */
export async function readPems(files: TlsFiles, { place, section }: TlsDialled): Promise<Pems | SinkFault> {
  const { pems, troubles } = await readTls(files)
  const [first] = troubles
  if (!first) return pems
  const { of, text, remedy } = first
  return untrusted(`no connection to ${place}: ${section}.tls.${of}: ${text}; ${remedy}`)
}

export function isSame(a: Pems, b: Pems): boolean {
  return a.ca === b.ca && a.cert === b.cert && a.key === b.key
}
