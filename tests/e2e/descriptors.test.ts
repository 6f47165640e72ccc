/** PR-25: with clients taking every descriptor they can get, lines and store keep theirs. */

import { readdirSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { clientsAllowed } from '../../src/running/descriptors.ts'
import { testDaemon, until } from '../support/daemon.ts'
import { FEEDERS, PANEL, play } from '../support/meters.ts'

const LIMIT = 128

let undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.reverse()) await one()
  undo = []
})

async function crowd(api: string, count: number): Promise<readonly Socket[]> {
  const { hostname, port } = new URL(api)
  const sockets = Array.from({ length: count }, () => connect(Number(port), hostname))
  for (const socket of sockets) socket.on('error', () => undefined)
  undo.push(() => {
    for (const socket of sockets) socket.destroy()
  })
  await until(() => sockets.every(socket => !socket.connecting))
  return sockets
}

describe('descriptors', () => {
  test('PR-25 FT-26 a crowd of clients is refused before a line or the store goes without', async () => {
    const played = await play([PANEL, FEEDERS].map(bus => ({ ...bus, every: '1s' })))
    undo.push(() => played.simulator.stop())
    const daemon = await testDaemon({ lines: played.lines, meters: played.meters }, 'read', {}, [
      'prlimit',
      `--nofile=${LIMIT}`,
    ])
    undo.push(() => daemon.dispose())
    await daemon.start()
    const sockets = await crowd(daemon.api, LIMIT)
    await until(() => sockets.some(socket => socket.closed))
    expect(readdirSync(`/proc/${daemon.pid()}/fd`).length).toBeLessThan(LIMIT - 16)

    const since = Date.now()
    for (const socket of sockets) if (!socket.closed) setTimeout(() => socket.destroy(), 3_000)
    await until(async () => {
      const response = await daemon.get('/v1/meters').catch(() => null)
      if (!response?.ok) return false
      const { meters } = (await response.json()) as { meters: readonly { lastAnswerAt: string | null }[] }
      return meters.every(({ lastAnswerAt }) => Date.parse(lastAnswerAt ?? '') > since)
    })
    expect(daemon.output()).not.toContain('EMFILE')
  })

  test('PR-25 the fewer there are, the fewer clients; but never none', () => {
    expect(clientsAllowed(null, 3, 1)).toBe(100)
    expect(clientsAllowed(1024, 3, 1)).toBe(100)
    expect(clientsAllowed(128, 2, 1)).toBe(44)
    expect(clientsAllowed(128, 2, 2)).toBe(22)
    expect(clientsAllowed(64, 2, 1)).toBe(4)
  })
})
