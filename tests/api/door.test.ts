/** The control door: verbs on the box reach the daemon that runs on the same data, and nobody else does. */

import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openDoor } from '../../src/api/door.ts'
import { doorOf } from '../../src/api/door-path.ts'
import { askDaemon } from '../../src/cli/ask-daemon.ts'
import { recordingLog, testApi } from '../support/api.ts'
import { runMeterd, testDaemon } from '../support/daemon.ts'

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'meterd-door-'))
  onTestFinished(() => rmSync(made, { recursive: true }))
  return made
}

const NOBODY_TO_ASK = {
  lines: [{ id: 'a', url: 'tcp://127.0.0.1:1' }],
  meters: [{ id: 'm1', line: 'a', address: '000000000001', profile: 'dlt645-2007-single-phase' }],
}
const KEYS = { method: 'GET', path: '/v1/keys' } as const

test('who may open the socket asks everything without a key, over the network nobody does', async () => {
  const directory = folder()
  const { app, key, get } = await testApi()
  await key(['read'])
  await app.ready()
  const close = await openDoor(app, directory, recordingLog())
  expect(statSync(doorOf(directory)).mode & 0o777).toBe(0o600)
  const answer = await askDaemon(directory, KEYS)
  expect(answer).toMatchObject({ status: 200, body: { keys: [{ name: 'key-1' }] } })
  expect(await askDaemon(directory, { method: 'GET', path: '/metrics' })).toMatchObject({
    body: expect.stringContaining('meterd_store_up 1'),
  })
  expect((await get('/v1/keys')).statusCode).toBe(401)
  await close()
  expect(existsSync(doorOf(directory))).toBe(false)
  expect(await askDaemon(directory, KEYS)).toBe(null)
})

test('a body arrives, and a refusal is thrown as the fault it names', async () => {
  const directory = folder()
  const { app } = await testApi()
  await app.ready()
  onTestFinished(await openDoor(app, directory, recordingLog()))
  const read = await askDaemon(directory, { method: 'POST', path: '/v1/meters/m1/read', body: {} })
  expect(read).toMatchObject({ status: 200, body: { meter: 'm1' } })
  const wrong = { method: 'POST', path: '/v1/meters/m1/read', body: { surprise: 1 } } as const
  await expect(askDaemon(directory, wrong)).rejects.toMatchObject({ code: 'ASK_INVALID' })
  const unknown = { method: 'GET', path: '/v1/meters/nobody' } as const
  await expect(askDaemon(directory, unknown)).rejects.toMatchObject({ code: 'ASK_UNKNOWN' })
})

test('a path too long for a socket costs the door, and is said; nobody is found behind it', async () => {
  const directory = join(folder(), 'x'.repeat(120))
  mkdirSync(directory)
  const { app } = await testApi()
  await app.ready()
  const log = recordingLog()
  onTestFinished(await openDoor(app, directory, log))
  expect(log.lines).toEqual([expect.stringContaining("a socket's path is at most 107 bytes")])
  expect(await askDaemon(directory, KEYS)).toBe(null)
})

test('what is no daemon of ours breaks off as a fault, not as nobody', async () => {
  const directory = folder()
  const stranger = createServer(socket => socket.destroy())
  await new Promise<void>(resolve => stranger.listen(doorOf(directory), resolve))
  onTestFinished(() => void stranger.close())
  await expect(askDaemon(directory, KEYS)).rejects.toMatchObject({ code: 'ASK_FAILED' })
})

test('a killed daemon leaves a socket nobody answers at; the next one takes its place', async () => {
  const daemon = await testDaemon(NOBODY_TO_ASK)
  onTestFinished(() => daemon.dispose())
  const data = join(daemon.folder, 'data')
  expect(await askDaemon(data, KEYS)).toBe(null)
  await daemon.start()
  expect(await askDaemon(data, KEYS)).toMatchObject({ status: 200 })
  await daemon.kill()
  expect(existsSync(doorOf(data))).toBe(true)
  expect(await askDaemon(data, KEYS)).toBe(null)
  await daemon.start()
  expect(await askDaemon(data, KEYS)).toMatchObject({ status: 200 })
  expect((await daemon.stop()).code).toBe(0)
  expect(existsSync(doorOf(data))).toBe(false)
})

test('a second daemon on the same data is refused and leaves the door of the first alone', async () => {
  const first = await testDaemon(NOBODY_TO_ASK)
  const second = await testDaemon(NOBODY_TO_ASK)
  onTestFinished(() => first.dispose())
  onTestFinished(() => second.dispose())
  await first.start()
  const data = join(first.folder, 'data')
  const file = join(second.folder, 'gateway.yaml')
  writeFileSync(
    file,
    JSON.stringify({
      version: 1,
      gateway: 'second',
      site: { offset: '+08:00', zone: 'Asia/Shanghai' },
      data,
      api: { listen: '127.0.0.1:1' },
      ...NOBODY_TO_ASK,
    }),
  )
  const refused = await runMeterd(['run', '--config', file])
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('STORE_OWNED') })
  expect(await askDaemon(data, KEYS)).toMatchObject({ status: 200 })
})
