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
  /** Memory of parts that have left, for parts to come: fresh memory for each costs a tenth of the time (bench export). */
  readonly memory: readonly ArrayBuffer[]
}

export interface ExportPart {
  readonly page: Uint8Array<ArrayBuffer>
  /** Null where it is wanted no more. */
  readonly head: ExportHead | null
  /** With the last part. */
  readonly manifest: ExportManifest | null
}

interface UnderWay {
  readonly begun: Begun
  nth: number
  readonly memory: ArrayBuffer[]
}

export type ExportParting = (asked: ExportPartAsked) => Promise<ExportPart>

const NOTHING = { head: null, manifest: null }

export function createExports(parts: ExportParts): ExportParting {
  const underWay = new Map<string, UnderWay>()

  async function begin({ export: name, asked }: ExportPartAsked): Promise<void> {
    const begun = await beginExport(parts, asked)
    underWay.set(name, { begun, nth: 0, memory: [] })
  }

  function end(name: string): void {
    for (const memory of underWay.get(name)?.memory ?? []) giveBack(memory)
    underWay.delete(name)
  }

  return async wanted => {
    const { export: name, nth, isForManifest } = wanted
    underWay.get(name)?.memory.push(...wanted.memory)
    if (nth === null) {
      end(name)
      return { page: new Uint8Array(0), ...NOTHING }
    }
    if (nth === 0) await begin(wanted)
    const own = underWay.get(name)
    if (own?.nth !== nth) throw new Fault('ASK_FAILED', 'the export was broken off; ask for it again')
    own.nth += 1
    const { bytes, manifest } = await own.begun.next(own.memory.pop()).catch((error: unknown) => {
      end(name)
      throw error
    })
    if (isForManifest) own.memory.push(bytes.buffer)
    if (manifest !== null) end(name)
    return { page: isForManifest ? new Uint8Array(0) : bytes, head: own.begun.head, manifest }
  }
}
