/** API keys as text: `mk_`, 256 random bits in hex, and a checksum by which scanners and we tell a key from noise. */

import { crc32 } from 'node:zlib'
import { toHex } from '../core/hex.ts'
import type { Random } from '../core/random.ts'

const KEY_BYTES = 32
const KEY = /^mk_([0-9a-f]{64})([0-9a-f]{8})$/

export function newKey(random: Random): string {
  const secret = toHex(random.bytes(KEY_BYTES), '').toLowerCase()
  return `mk_${secret}${checksum(secret)}`
}

/** True for text that has the form of a key and its own checksum; says nothing about whether we gave it out. */
export function isKeyText(text: string): boolean {
  const [, secret = '', sum] = KEY.exec(text) ?? []
  return checksum(secret) === sum
}

function checksum(secret: string): string {
  return crc32(secret).toString(16).padStart(8, '0')
}
