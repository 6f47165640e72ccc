/** A port boxes dial in to, and how they tell who they are. */

import type { IdentityForm, Packet } from './packet.ts'

export interface DialInSettings {
  readonly host: string
  readonly port: number
  readonly registration: {
    readonly packet: Packet
    readonly identity: IdentityForm
    /** Null: it is not answered. */
    readonly answer: Uint8Array | null
    /** A connection that has not told who it is by then is closed. */
    readonly withinMs: number
  }
  readonly heartbeats: readonly {
    readonly packet: Packet
    readonly answer: Uint8Array | null
    /** Null where it is not known. */
    readonly everyMs: number | null
  }[]
  /** Networks and addresses boxes may dial from; empty: any. */
  readonly from: readonly string[]
  /** Connections at once, in all and of one address. */
  readonly connections: number
  readonly perAddress: number
}
