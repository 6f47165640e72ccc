/** Parts of exports as they leave a real connection: the bytes are whole, though their memory is written anew when they are out. */

import { createHash } from 'node:crypto'
import { get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { createGunzip } from 'node:zlib'
import { expect, test } from 'vitest'
import type { ExportManifest } from '../../src/api/page-thread/export-begun.ts'
import type { ExportPart, ExportPartAsked } from '../../src/api/page-thread/exports.ts'
import { MIDNIGHT, testApi } from '../support/api.ts'

const PARTS = 60
const PART_BYTES = 240_000

const HEAD = {
  ...{ batchId: 'gw-1-1-0123456789abcdef', through: 1, archiveAsOf: null },
  ...{ mediaType: 'application/x-ndjson; charset=utf-8', extension: 'ndjson', fileName: null },
}

/** What is asked for is made here, in memory that comes back wherever there is some; everything else of a page is not of interest. */
async function house() {
  const counted = { fresh: 0, again: 0 }
  const digest = createHash('sha256')
  const rooms: ArrayBuffer[] = []
  const exportPart = async ({ nth, memory }: ExportPartAsked): Promise<ExportPart> => {
    rooms.push(...memory)
    if (nth === null) return { page: new Uint8Array(0), head: null, manifest: null }
    const room = rooms.pop()
    counted[room ? 'again' : 'fresh'] += 1
    const page = new Uint8Array(room ?? new ArrayBuffer(PART_BYTES + PARTS), 0, PART_BYTES + nth)
    for (let at = 0; at < page.length; at += 4) page[at] = (nth * 31 + at / 4) & 0x7f
    digest.update(page)
    return { page, head: HEAD, manifest: nth === PARTS - 1 ? ({} as ExportManifest) : null }
  }
  const api = await testApi({ pages: { exportPart } as never })
  api.time.now = MIDNIGHT
  const key = await api.key(['billing'])
  await api.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = api.app.server.address() as AddressInfo
  return { counted, key, port, hash: () => digest.digest('hex') }
}

test.each([
  ['identity', 'at once'],
  ['identity', 'in jerks'],
  ['gzip', 'in jerks'],
])(
  'D-02 the bytes of an export (%s) taken %s are whole; memory of what has left is used again',
  async (coding, taken) => {
    const { counted, key, port, hash } = await house()
    const received = createHash('sha256')
    await new Promise<void>((resolve, reject) => {
      const headers = { authorization: `Bearer ${key}`, 'accept-encoding': coding }
      get({ host: '127.0.0.1', port, path: '/v1/billing/exports/ndjson', headers }, async reply => {
        const bytes = reply.headers['content-encoding'] === 'gzip' ? reply.pipe(createGunzip()) : reply
        let count = 0
        for await (const chunk of bytes) {
          received.update(chunk as Buffer)
          if (taken === 'in jerks' && ++count % 97 === 0) await wait(2)
        }
        resolve()
      }).on('error', reject)
    })
    expect(received.digest('hex')).toBe(hash())
    if (coding === 'identity') expect(counted.again).toBeGreaterThan(PARTS / 2)
    else expect(counted).toEqual({ fresh: PARTS, again: 0 })
  },
)
