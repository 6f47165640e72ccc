/** Exports as they leave: part by part from the thread that makes them, one made ahead while the last is on its way. */

import { assert } from '../core/faults.ts'
import type { ExportAsked, ExportHead, ExportManifest } from './page-thread/export-begun.ts'
import type { Pages } from './page-thread/pages.ts'
import { giveBack } from './page-thread/text.ts'

/** `gone` is aborted when nobody waits for the answer any more; what was begun for it alone is given up. */
export interface Exporter {
  /** Rejects before anything is sent, with the faults of `Pages.exportPart`. */
  start(asked: ExportAsked, gone?: AbortSignal): Promise<Exporting>
  /** What would be told of it before its first byte. */
  head(asked: ExportAsked): Promise<ExportHead>
  /** Null where nobody waits for it any more. Of those who ask for the same at once it is made once. */
  manifest(asked: ExportAsked, gone?: AbortSignal): Promise<ExportManifest | null>
}

export interface Exporting {
  readonly head: ExportHead
  /** Throws where it cannot go on: what was sent is not the whole, and must not look like it. */
  readonly parts: AsyncGenerator<Uint8Array<ArrayBuffer>, ExportManifest>
  /** Of a part that has left and nobody reads any more, for one to come. */
  takeBack(memory: ArrayBuffer): void
}

interface Making {
  readonly made: Promise<ExportManifest | null>
  waiting: number
}

/** Of files sent lately the manifest is asked for next. */
const MOST_REMEMBERED = 32

export function createExporter({ exportPart }: Pick<Pages, 'exportPart'>): Exporter {
  /** Only of what can never change. */
  const remembered = new Map<string, ExportManifest>()
  const underWay = new Map<string, Making>()
  let count = 0

  function remember(asked: ExportAsked, { batchId, through }: ExportHead, manifest: ExportManifest): void {
    if (through === null) return
    remembered.set(keyOf(asked, batchId), manifest)
    for (const oldest of remembered.keys()) if (remembered.size > MOST_REMEMBERED) remembered.delete(oldest)
  }

  async function begin(asked: ExportAsked, isForManifest: boolean) {
    const name = String(++count)
    const memory = createReturned()
    const ask = (nth: number | null) =>
      exportPart({ export: name, nth, asked, isForManifest, memory: memory.taken() })
    const first = await ask(0)
    assert(first.head !== null, 'an export that is begun says what it is')
    const leave = () => void ask(null).catch(() => undefined)
    return { ask, first, head: first.head, leave, memory }
  }

  type Begun = Awaited<ReturnType<typeof begin>>

  async function* partsOf(asked: ExportAsked, { ask, first, head, leave, memory }: Begun) {
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
      if (!isDone) leave()
      memory.end()
    }
  }

  function make(asked: ExportAsked, begun: Begun): Making {
    const key = keyOf(asked, begun.head.batchId)
    const finish = async () => {
      try {
        let { manifest } = begun.first
        for (let nth = 1; manifest === null && making.waiting > 0; nth++)
          manifest = (await begun.ask(nth)).manifest
        if (manifest === null) begun.leave()
        else remember(asked, begun.head, manifest)
        return manifest
      } finally {
        underWay.delete(key)
      }
    }
    const making: Making = { waiting: 0, made: Promise.resolve().then(finish) }
    underWay.set(key, making)
    return making
  }

  return {
    async start(asked, gone) {
      const begun = await begin(asked, false)
      // Of parts nobody begins to read nothing ends.
      onceGone(gone, begun.leave)
      return { head: begun.head, parts: partsOf(asked, begun), takeBack: begun.memory.takeBack }
    },
    async head(asked) {
      const { leave, head } = await begin(asked, true)
      leave()
      return head
    },
    async manifest(asked, gone) {
      const begun = await begin(asked, true)
      // Only now it is known what the newest is.
      const key = keyOf(asked, begun.head.batchId)
      const [known, other] = [remembered.get(key), underWay.get(key)]
      if (known !== undefined || other !== undefined || gone?.aborted) begun.leave()
      if (gone?.aborted) return null
      if (known !== undefined) return known
      const making = other ?? make(asked, begun)
      making.waiting += 1
      onceGone(gone, () => {
        making.waiting -= 1
      })
      return making.made
    },
  }
}

/** Memory of parts that have left, until a part is asked for. */
function createReturned() {
  const returned: ArrayBuffer[] = []
  let isOver = false
  return {
    takeBack(memory: ArrayBuffer): void {
      if (isOver) giveBack(memory)
      else returned.push(memory)
    },
    taken: () => returned.splice(0),
    end(): void {
      isOver = true
      for (const memory of returned.splice(0)) giveBack(memory)
    },
  }
}

function onceGone(gone: AbortSignal | undefined, leave: () => void): void {
  if (gone?.aborted) leave()
  else gone?.addEventListener('abort', leave, { once: true })
}

function keyOf({ format, variant }: ExportAsked, batchId: string): string {
  return JSON.stringify([batchId, format, variant])
}
