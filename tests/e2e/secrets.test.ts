/** PR-73: a canary for a password, and everything that leaves the daemon searched for it. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { testDaemon, until } from '../support/daemon.ts'
import { FEEDERS, play } from '../support/meters.ts'
import { startMosquitto } from '../support/mosquitto.ts'
import { freePort, requireService } from '../support/services.ts'

const mosquitto = requireService('mosquitto')
const CANARY = 'canary-5f1d7c'

let undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.reverse()) await one()
  undo = []
})

describe.skipIf(mosquitto.missing)(`secrets${mosquitto.note}`, () => {
  test('PR-73 a password is in no log, metric, status, answer of the API or kept file', async () => {
    const { simulator, lines, meters } = await play([FEEDERS])
    const folder = mkdtempSync(join(tmpdir(), 'meterd-secret-'))
    const secret = join(folder, 'secret')
    writeFileSync(secret, `${CANARY}\n`, { mode: 0o600 })
    const broker = await startMosquitto({ settings: ['allow_anonymous false'] })
    const daemon = await testDaemon({
      lines,
      meters,
      log: { level: 'trace', format: 'json' },
      mqtt: { url: broker.url, username: 'meterd', passwordFile: secret },
      influx: {
        url: `http://127.0.0.1:${await freePort()}`,
        database: 'meterd',
        username: 'meterd',
        passwordFile: secret,
      },
    })
    undo.push(
      () => simulator.stop(),
      () => rmSync(folder, { recursive: true }),
      () => broker.dispose(),
      () => daemon.dispose(),
    )
    await daemon.start()
    await until(() => daemon.output().includes('correct mqtt.username'))
    await until(() => daemon.output().includes('influx'))
    const description = await daemon.json<{ paths: Record<string, { get?: object }> }>('/openapi.json')
    const paths = Object.keys(description.paths).filter(path => description.paths[path]?.get)
    expect(paths.length).toBeGreaterThan(8)
    const answers: string[] = []
    for (const path of ['/openapi.json', '/no-such-place', ...paths]) {
      const response = await daemon.get(path.replaceAll(/\{\w+\}/g, meters[0]?.id ?? ''))
      answers.push(await response.text(), JSON.stringify([...response.headers]))
    }
    expect(answers.join('\n')).toContain('SINK_REFUSED')
    const { code } = await daemon.stop()
    expect(code).toBe(0)
    const kept = join(daemon.folder, 'data')
    const files = readdirSync(kept, { recursive: true, encoding: 'utf8', withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    for (const text of [daemon.output(), ...answers, ...files])
      expect(text.includes(CANARY), text.slice(0, 2_000)).toBe(false)
  })
})
