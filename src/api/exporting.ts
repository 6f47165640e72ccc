/** Exports as they leave: part by part from the thread that makes them, one made ahead while the last is on its way. */

import { assert } from '../core/faults.ts'
import type { ExportAsked, ExportHead, ExportManifest } from './page-thread/export-begun.ts'
import type { Pages } from './page-thread/pages.ts'

export interface Exporter {
  /** Rejects before anything is sent, with the faults of `Pages.exportPart`. */
  start(asked: ExportAsked): Promise<Exporting>
  /** What would be told of it before its first byte. */
  head(asked: ExportAsked): Promise<ExportHead>
  manifest(asked: ExportAsked): Promise<ExportManifest>
}

export interface Exporting {
  readonly head: ExportHead
  /** Throws where it cannot go on: what was sent is not the whole, and must not look like it. */
  readonly parts: AsyncGenerator<Uint8Array, ExportManifest>
}

/** Of files sent lately the manifest is asked for next. */
const MOST_REMEMBERED = 32

export function createExporter({ exportPart }: Pick<Pages, 'exportPart'>): Exporter {
  /** Only of what can never change. */
  const remembered = new Map<string, ExportManifest>()
  let count = 0

  function remember(asked: ExportAsked, { batchId, through }: ExportHead, manifest: ExportManifest): void {
    if (through === null) return
    remembered.set(keyOf(asked, batchId), manifest)
    for (const oldest of remembered.keys()) if (remembered.size > MOST_REMEMBERED) remembered.delete(oldest)
  }

  async function begin(asked: ExportAsked, isForManifest: boolean) {
    const name = String(++count)
    const ask = (nth: number | null) => exportPart({ export: name, nth, asked, isForManifest })
    const first = await ask(0)
    assert(first.head !== null, 'an export that is begun says what it is')
    return { ask, first, head: first.head }
  }

  type Begun = Awaited<ReturnType<typeof begin>>

  async function* partsOf(asked: ExportAsked, { ask, first, head }: Begun) {
    let isDone = false
    try {
      let part = first
      for (let nth = 1; part.manifest === null; nth++) {
        const ahead = ask(nth)
        // Where nobody waits for it any more it may fail unheard.
        ahead.catch(() => undefined)
        if (part.page.length > 0) yield part.page
        part = await ahead
      }
      isDone = true
      remember(asked, head, part.manifest)
      if (part.page.length > 0) yield part.page
      return part.manifest
    } finally {
      if (!isDone) void ask(null).catch(() => undefined)
    }
  }

  return {
    async start(asked) {
      const begun = await begin(asked, false)
      return { head: begun.head, parts: partsOf(asked, begun) }
    },
    async head(asked) {
      const { ask, head } = await begin(asked, true)
      await ask(null)
      return head
    },
    async manifest(asked) {
      const { ask, first, head } = await begin(asked, true)
      const known = remembered.get(keyOf(asked, head.batchId))
      if (known !== undefined) {
        await ask(null)
        return known
      }
      let { manifest } = first
      for (let nth = 1; manifest === null; nth++) manifest = (await ask(nth)).manifest
      remember(asked, head, manifest)
      return manifest
    },
  }
}

function keyOf({ format, variant }: ExportAsked, batchId: string): string {
  return JSON.stringify([batchId, format, variant])
}
