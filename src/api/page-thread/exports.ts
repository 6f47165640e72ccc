/**
 * The exports under way: each is asked for part by part, in order, and nothing is made before it is asked for. None is dropped
 * for another's sake: who begins one says when it is wanted no more.
 */

import { Fault } from '../../core/faults.ts'
import {
  type Begun,
  beginExport,
  type ExportAsked,
  type ExportHead,
  type ExportManifest,
  type ExportParts,
} from './export-begun.ts'
import { giveBack } from './text.ts'

export interface ExportPartAsked {
  /** Names the export among those under way. */
  readonly export: string
  /** 0, 1, 2 … in order; null when it is wanted no more. */
  readonly nth: number | null
  readonly asked: ExportAsked
  /** Only the manifest is wanted: parts come empty. */
  readonly isForManifest: boolean
}

export interface ExportPart {
  readonly page: Uint8Array<ArrayBuffer>
  /** Null where it is wanted no more. */
  readonly head: ExportHead | null
  /** With the last part. */
  readonly manifest: ExportManifest | null
}

export type ExportParting = (asked: ExportPartAsked) => Promise<ExportPart>

const NOTHING = { head: null, manifest: null }

export function createExports(parts: ExportParts): ExportParting {
  const underWay = new Map<string, { readonly begun: Begun; nth: number }>()

  async function begin({ export: name, asked }: ExportPartAsked): Promise<void> {
    const begun = await beginExport(parts, asked)
    underWay.set(name, { begun, nth: 0 })
  }

  return async wanted => {
    const { export: name, nth, isForManifest } = wanted
    if (nth === null) {
      underWay.delete(name)
      return { page: new Uint8Array(0), ...NOTHING }
    }
    if (nth === 0) await begin(wanted)
    const own = underWay.get(name)
    if (own?.nth !== nth) throw new Fault('ASK_FAILED', 'the export was broken off; ask for it again')
    own.nth += 1
    const { bytes, manifest } = await own.begun.next().catch((error: unknown) => {
      underWay.delete(name)
      throw error
    })
    if (manifest !== null) underWay.delete(name)
    if (isForManifest) giveBack(bytes)
    return { page: isForManifest ? new Uint8Array(0) : bytes, head: own.begun.head, manifest }
  }
}
