/**
 * What the journal was at a time, signed: a text that leaves this machine, against which a journal shortened or written
 * anew is found out (PR-65). A signed note of C2SP (c2sp.org/signed-note, tlog-checkpoint) with Ed25519; in the place of
 * a tree's root it carries the hash of the last entry.
 */

import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import type { Head } from '../../core/hash-chain.ts'

export interface Checkpoint extends Head {
  /** Whose journal: `meterd/GATEWAY/audit`. */
  readonly origin: string
  /** Of the store; a restored one goes on in another. */
  readonly epoch: number
  /** ISO 8601. */
  readonly time: string
}

export interface SignedCheckpoint extends Checkpoint {
  /** Names the key: its hash, eight hexadecimal digits. */
  readonly keyId: string
  isSignedBy(publicKey: KeyObject): boolean
}

/** Of Ed25519, in signed notes. */
const ALGORITHM = 1
const KEY_ID_BYTES = 4
/** Before the 32 bytes of an Ed25519 key (RFC 8410, 4). */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex')

const NOTE =
  /^(meterd\/[^\s+]+\/audit)\n([1-9]\d{0,14}|0)\n([A-Za-z0-9+/]{43}=)\nepoch (\d{1,12})\ntime (\S{20,35})\n\n— \1 ([A-Za-z0-9+/=]{92})$/gmu

export function originOf(gateway: string): string {
  return `meterd/${gateway}/audit`
}

export function writeCheckpoint(checkpoint: Checkpoint, privateKey: KeyObject): string {
  const { origin } = checkpoint
  const text = bodyOf(checkpoint)
  const publicKey = createPublicKey(privateKey)
  const signature = Buffer.concat([
    Buffer.from(keyIdOf(origin, publicKey), 'hex'),
    sign(null, Buffer.from(text), privateKey),
  ])
  return `${text}\n— ${origin} ${signature.toString('base64')}\n`
}

/** All checkpoints in a text, whatever stands between them. */
export function checkpointsIn(text: string): SignedCheckpoint[] {
  return [...text.replaceAll('\r\n', '\n').matchAll(NOTE)].map(
    ([, origin = '', size, root = '', epoch, time = '', signed = '']) => {
      const checkpoint = {
        ...{ origin, time, size: Number(size), epoch: Number(epoch) },
        hash: Buffer.from(root, 'base64').toString('hex'),
      }
      const bytes = Buffer.from(signed, 'base64')
      return {
        ...checkpoint,
        keyId: bytes.subarray(0, KEY_ID_BYTES).toString('hex'),
        isSignedBy: publicKey =>
          keyIdOf(origin, publicKey) === bytes.subarray(0, KEY_ID_BYTES).toString('hex') &&
          verify(null, Buffer.from(bodyOf(checkpoint)), publicKey, bytes.subarray(KEY_ID_BYTES)),
      }
    },
  )
}

/** How a public key is written down and handed on: `meterd/GATEWAY/audit+0a1b2c3d+BASE64`. */
export function publicKeyText(origin: string, key: KeyObject): string {
  const bytes = Buffer.concat([Buffer.of(ALGORITHM), rawOf(key)])
  return `${origin}+${keyIdOf(origin, key)}+${bytes.toString('base64')}`
}

/** Null where it is no such text. */
export function publicKeyIn(text: string): KeyObject | null {
  const [origin, id, encoded] =
    /^(\S+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]{44})$/.exec(text.trim())?.slice(1) ?? []
  const bytes = Buffer.from(encoded ?? '', 'base64')
  if (origin === undefined || bytes.length !== 33 || bytes[0] !== ALGORITHM) return null
  const der = Buffer.concat([SPKI_HEAD, bytes.subarray(1)])
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
  return keyIdOf(origin, key) === id ? key : null
}

function bodyOf({ origin, size, hash, epoch, time }: Checkpoint): string {
  return `${origin}\n${size}\n${Buffer.from(hash, 'hex').toString('base64')}\nepoch ${epoch}\ntime ${time}\n`
}

function keyIdOf(name: string, key: KeyObject): string {
  const hashed = createHash('sha256').update(`${name}\n`).update(Buffer.of(ALGORITHM)).update(rawOf(key))
  return hashed.digest('hex').slice(0, 2 * KEY_ID_BYTES)
}

function rawOf(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'spki' }).subarray(SPKI_HEAD.length)
}
