/** The golden frames, typed. */

import { readFileSync } from 'node:fs'
import { fromHex } from '../../../src/core/hex.ts'

export interface Vector {
  readonly id: string
  readonly hex: string
  readonly kind: 'frame' | 'stream'
  readonly valid: boolean
  readonly preamble?: number | null
  readonly reason?: string
  readonly version?: '2007' | '1997'
  readonly address?: string
  readonly control?: string
  readonly direction?: 'request' | 'reply'
  readonly error?: boolean
  readonly more?: boolean
  readonly function?: string
  readonly payload?: string
  readonly di?: string
  readonly err?: string
  readonly unit?: string
  readonly value?: unknown
  readonly write?: Readonly<Record<string, string>>
  readonly expected_frames?: readonly ExpectedFrame[]
}

export interface ExpectedFrame {
  readonly offset: number
  readonly hex: string
  readonly version: '2007' | '1997'
  readonly address: string
  readonly control: string
  readonly di?: string
  readonly err?: string
  readonly value: number | null
}

export interface Damaged {
  readonly id: string
  readonly hex: string
  readonly expect: string
  readonly why: string
}

const golden = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../golden/dlt645/${name}`, import.meta.url), 'utf8'))

export const vectors: readonly Vector[] = golden('vectors.json').vectors
export const damaged: readonly Damaged[] = golden('damaged.json').dlt645
export const goodFrames = vectors.filter(vector => vector.kind === 'frame' && vector.valid)

export function bytesOf(hex: string): Uint8Array {
  const bytes = fromHex(hex)
  if (!bytes) throw new Error(`not hex: ${hex}`)
  return bytes
}
