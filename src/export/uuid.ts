/** Names that stay: UUIDs of version 5 (RFC 9562), made of what they name and nothing else. */

import { createHash } from 'node:crypto'

/** The namespace of names that are URLs (RFC 9562, appendix A). */
const URLS = Buffer.from('6ba7b8119dad11d180b400c04fd430c8', 'hex')

/** `6ba7b811-9dad-51d1-80b4-00c04fd430c8`, of a resource by its path. */
export function uuidOf(path: string): string {
  const bytes = createHash('sha1').update(URLS).update(path).digest().subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
