/** FT-3A: who cannot be verified is not talked to, in words with a remedy; what is renewed is used without a restart. */

import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { TlsFiles } from '../../src/config/config.ts'
import { seededRandom } from '../../src/core/random.ts'
import { createDispatcher } from '../../src/publish/dispatcher.ts'
import { createMqttSink } from '../../src/publish/mqtt.ts'
import {
  type Authority,
  type Certificates,
  createCertificates,
  type Leaf,
  renew,
} from '../support/certificates.ts'
import { startMosquitto } from '../support/mosquitto.ts'
import { requireService } from '../support/services.ts'
import { arrayStore, hastyClock, listLog, until } from './changes.ts'
import { MQTT } from './mqtt-parts.ts'

const mosquitto = requireService('mosquitto')
const openssl = requireService('openssl')
const endings: (() => Promise<unknown>)[] = []
let pki: Certificates
let ours: Authority
let others: Authority
let server: Leaf
/** For a broker that lets in nobody without a certificate. */
let askClients: readonly string[]

beforeAll(() => {
  if (openssl.missing) return
  pki = createCertificates()
  ours = pki.authority('ours')
  others = pki.authority('others')
  server = ours.issue('server')
  askClients = [`cafile ${ours.ca}`, 'require_certificate true', 'use_identity_as_username true']
})

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})
afterAll(() => pki?.dispose())

async function broker(leaf: Leaf, settings: readonly string[] = []) {
  const files = [`certfile ${leaf.cert}`, `keyfile ${leaf.key}`]
  const started = await startMosquitto({ settings: [...files, ...settings] })
  endings.push(() => started.dispose())
  return started
}

async function publish(port: number, files: Partial<TlsFiles>) {
  const log = listLog()
  const clock = hastyClock(20)
  const tls = { ca: ours.ca, cert: null, key: null, ...files }
  const sink = createMqttSink({
    ...MQTT,
    url: `mqtts://127.0.0.1:${port}`,
    tls,
    clock,
    random: seededRandom(3),
  })
  const parts = { sink, store: arrayStore(3), clock, random: seededRandom(5), log }
  const dispatcher = createDispatcher(parts)
  endings.push(() => dispatcher.stop())
  await dispatcher.start()
  return { dispatcher, log, delivered: () => until(() => dispatcher.status().owed === 0) }
}

/** Nothing is delivered, the fault is said once and holds the words. */
async function refused({ dispatcher, log }: Awaited<ReturnType<typeof publish>>, words: RegExp) {
  expect(await until(() => dispatcher.status().state === 'failing')).toBe(true)
  await hastyClock(1).sleep(300)
  expect(dispatcher.status()).toMatchObject({ cursor: 0, owed: 3, fault: { code: 'SINK_UNTRUSTED' } })
  expect(log.lines).toHaveLength(1)
  expect(log.lines[0]?.text).toMatch(words)
}

describe.skipIf(mosquitto.missing || openssl.missing)(
  `PR-75 FT-3A MQTT over TLS${mosquitto.note}${openssl.note}`,
  () => {
    test('delivers to a broker of the authority named', async () => {
      const { port } = await broker(server)
      expect(await (await publish(port, {})).delivered()).toBe(true)
    })

    test.each([
      ['expired', () => ours.issue('old', { from: -9, to: -2 }), /has expired.*; renew it/],
      ['not yet valid', () => ours.issue('young', { from: 2 }), /not valid yet.*; correct the clock/],
      [
        'for another name',
        () => ours.issue('other', { names: 'DNS:elsewhere.example' }),
        /another name.*; dial it by/,
      ],
      [
        'from another authority',
        () => others.issue('server'),
        /authority that is not trusted.*mqtt\.tls\.ca/,
      ],
      ['signed by itself', () => pki.selfSigned('self'), /signed by nobody else.*mqtt\.tls\.ca/],
    ])('a certificate that is %s: no connection', async (_what, make, words) => {
      const { port } = await broker(make())
      await refused(await publish(port, {}), words)
    })

    test('without an authority named, one of our own making is not believed', async () => {
      const { port } = await broker(server)
      await refused(await publish(port, { ca: null }), /authority that is not trusted.*mqtt\.tls\.ca/)
    })

    test('a broker that speaks no TLS is not spoken to in the clear', async () => {
      const plain = await startMosquitto()
      endings.push(() => plain.dispose())
      const { dispatcher, log } = await publish(plain.port, {})
      expect(await until(() => dispatcher.status().state === 'failing')).toBe(true)
      expect(dispatcher.status().owed).toBe(3)
      expect(log.lines[0]?.text).toMatch(/check that it speaks TLS there/)
    })

    test('TLS 1.1 is refused', async () => {
      const old = createServer({
        cert: readFileSync(server.cert),
        key: readFileSync(server.key),
        minVersion: 'TLSv1.1',
        maxVersion: 'TLSv1.1',
        ciphers: 'ALL:@SECLEVEL=0',
      })
      endings.push(() => new Promise(resolve => old.close(resolve)))
      await new Promise<void>(resolve => old.listen(0, '127.0.0.1', resolve))
      const address = old.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      await refused(await publish(port, {}), /older than 1\.2/)
    })

    test('a client certificate opens the door that asks for one', async () => {
      const { port } = await broker(server, askClients)
      expect(await (await publish(port, ours.issue('gateway'))).delivered()).toBe(true)
    })

    test('none, where one is asked for: no connection', async () => {
      const { port } = await broker(server, askClients)
      const { dispatcher, log } = await publish(port, {})
      expect(await until(() => dispatcher.status().state === 'failing')).toBe(true)
      expect(dispatcher.status().owed).toBe(3)
      expect(log.lines[0]?.text).toMatch(/mqtt\.tls\.cert/)
    })

    test('one that was revoked: no connection', async () => {
      const leaf = ours.issue('thief')
      const { port } = await broker(server, [...askClients, `crlfile ${ours.revoke(leaf)}`])
      const { dispatcher, log } = await publish(port, leaf)
      expect(await until(() => dispatcher.status().state === 'failing')).toBe(true)
      expect(dispatcher.status().owed).toBe(3)
      expect(log.lines[0]?.text).toMatch(/mqtt\.tls\.cert/)
    })

    test('an authority renewed while we run heals without a restart', async () => {
      const ca = `${pki.folder}/rotating.crt`
      copyFileSync(others.ca, ca)
      const { port } = await broker(server)
      const { dispatcher, log, delivered } = await publish(port, { ca })
      await until(() => dispatcher.status().state === 'failing')
      copyFileSync(ours.ca, ca)
      expect(await delivered()).toBe(true)
      expect(log.lines.map(({ level }) => level)).toEqual(['warn', 'info'])
    })

    test('a client certificate renewed heals without a restart, also over a half-written file', async () => {
      const mine = others.issue('stranger')
      const { port } = await broker(server, askClients)
      const { dispatcher, delivered } = await publish(port, mine)
      expect(await until(() => dispatcher.status().state === 'failing')).toBe(true)
      writeFileSync(mine.cert, '-----BEGIN CERTIFICATE-----\nMIIB')
      expect(
        await until(() =>
          /mqtt\.tls\.cert: .* holds no certificate/.test(dispatcher.status().fault?.text ?? ''),
        ),
      ).toBe(true)
      rmSync(mine.key)
      writeFileSync(mine.cert, 'x')
      renew(mine, ours.issue('gateway'))
      expect(await delivered()).toBe(true)
    })
  },
)
