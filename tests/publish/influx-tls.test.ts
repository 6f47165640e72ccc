import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type ServerOptions } from 'node:https'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { InfluxConfig } from '../../src/config/config.ts'
import { FAULTS } from '../../src/core/faults.ts'
import { folderWith, GOOD, load } from '../config/support.ts'
import { type Authority, type Certificates, createCertificates, type Leaf } from '../support/certificates.ts'
import { freePort, requireService, serverProcess } from '../support/services.ts'
import { arrayStore, changeOf, hastyClock, until } from './changes.ts'
import { influx, influxAt, serverThat, sinkAt, writeTo } from './influx-support.ts'

const openssl = requireService('openssl')
const influxd = requireService('influxd')

interface Scene {
  readonly pki: Certificates
  readonly ours: Authority
  readonly others: Authority
}

let scene: Scene

beforeAll(() => {
  if (openssl.missing) return
  const pki = createCertificates()
  scene = { pki, ours: pki.authority('ours'), others: pki.authority('others') }
})

afterAll(() => scene?.pki.dispose())

function secure(port: number, ca: string | null, over: Partial<InfluxConfig> = {}): InfluxConfig {
  return influxAt(port, { protocol: 'https', tls: { ca, cert: null, key: null }, ...over })
}

/** A server that takes every write; `requests` counts what reached it. */
async function takingAll(options: ServerOptions) {
  const seen = { requests: 0, server: null as unknown as Server, port: 0 }
  const server = createServer(options, (request, response) => {
    seen.requests += 1
    request.resume().on('end', () => response.writeHead(204).end())
  })
  server.on('tlsClientError', () => {})
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  seen.server = server
  seen.port = typeof address === 'object' && address !== null ? address.port : 0
  return seen
}

function pems({ cert, key }: Leaf) {
  return { cert: readFileSync(cert), key: readFileSync(key) }
}

describe.skipIf(openssl.missing)(`PR-75 TLS to InfluxDB${openssl.note}`, () => {
  test.skipIf(influxd.missing)(
    `a real InfluxDB with a certificate of our authority${influxd.note}`,
    async () => {
      const server = await influx({ tls: { ...scene.ours.issue('server'), ca: scene.ours.ca } })
      const { dispatcher, sinkLog } = await writeTo(secure(server.port, scene.ours.ca), arrayStore(300))
      expect(await until(() => dispatcher.status().owed === 0)).toBe(true)
      expect(await server.query('meters', 'select count(id) from reading')).toMatchObject([{ count: 300 }])
      expect(sinkLog.lines.map(line => line.text)).toEqual([
        expect.stringMatching(/^influx is InfluxDB 1\..* at https:\/\/127\.0\.0\.1:\d+$/),
      ])
    },
  )

  test.skipIf(influxd.missing)(
    'a real InfluxDB is not trusted, nor told to create anything, without its authority',
    async () => {
      const server = await influx({ tls: { ...scene.ours.issue('server'), ca: scene.ours.ca } })
      const { dispatcher, log } = await writeTo(secure(server.port, null), arrayStore(3))
      expect(await until(() => dispatcher.status().state === 'failing')).toBe(true)
      expect(log.lines[0]?.text).toContain('name the file of that authority in influx.tls.ca')
      expect(await server.query('', 'show databases')).not.toContainEqual({ name: 'meters' })
    },
  )

  const WRONG: readonly (readonly [string, (scene: Scene) => Leaf, RegExp])[] = [
    ['expired', ({ ours }) => ours.issue('server', { from: -9, to: -1 }), /has expired .*renew it there/],
    [
      'not yet valid',
      ({ ours }) => ours.issue('server', { from: 2, to: 9 }),
      /not valid yet .*correct the clock/,
    ],
    [
      'for another name',
      ({ ours }) => ours.issue('server', { names: 'DNS:elsewhere.example,IP:127.0.0.2' }),
      /for another name .*influx\.url/,
    ],
    [
      'of another authority',
      ({ others }) => others.issue('server'),
      /authority that is not trusted.*influx\.tls\.ca/,
    ],
    ['signed by itself', ({ pki }) => pki.selfSigned('self'), /signed by nobody else.*influx\.tls\.ca/],
  ]

  test.each(WRONG)(
    'FT-3A a certificate that is %s: no request leaves, said once',
    async (_what, make, words) => {
      const server = await takingAll(pems(make(scene)))
      const { dispatcher, log } = await writeTo(
        secure(server.port, scene.ours.ca),
        arrayStore(3),
        hastyClock(50),
      )
      expect(await until(() => dispatcher.status().state === 'failing')).toBe(true)
      await hastyClock(1).sleep(200)
      expect(log.lines).toHaveLength(1)
      expect(log.lines[0]).toMatchObject({ level: 'warn', context: { code: 'SINK_UNTRUSTED' } })
      expect(log.lines[0]?.text).toMatch(words)
      expect(server.requests).toBe(0)
      expect(dispatcher.status()).toMatchObject({ owed: 3, rejected: 0 })
    },
  )

  test('a server without TLS gets nothing, and the address is not tried without TLS', async () => {
    let requests = 0
    const port = await serverThat((_request, response) => {
      requests += 1
      response.writeHead(204).end()
    })
    const { sink } = sinkAt(secure(port, scene.ours.ca))
    const { fault } = await sink.deliver([changeOf(1)])
    expect(fault).toMatchObject({
      code: 'SINK_UNTRUSTED',
      text: expect.stringContaining('does not speak TLS'),
    })
    expect(FAULTS.SINK_UNTRUSTED.hint).toContain('speaks TLS at this port')
    expect(requests).toBe(0)
  })

  describe('a server that wants to know who we are', () => {
    const asking = (minVersion: 'TLSv1.2' | 'TLSv1.3') =>
      takingAll({
        ...pems(scene.ours.issue('server')),
        ca: readFileSync(scene.ours.ca),
        requestCert: true,
        rejectUnauthorized: true,
        minVersion,
        maxVersion: minVersion,
      })

    test.each(['TLSv1.2', 'TLSv1.3'] as const)('takes our certificate (%s)', async version => {
      const server = await asking(version)
      const us = scene.ours.issue('server', { names: 'DNS:gateway-1' })
      const { sink } = sinkAt(secure(server.port, null, { tls: { ca: scene.ours.ca, ...us } }))
      expect(await sink.deliver([changeOf(1)])).toEqual({ accepted: [1], rejected: [] })
    })

    /** openssl itself, which says why it refuses. */
    async function strict(version: '-tls1_2' | '-tls1_3') {
      const port = await freePort()
      const { cert, key } = scene.ours.issue('server')
      const files = ['-cert', cert, '-key', key, '-CAfile', scene.ours.ca]
      const args = ['-accept', `127.0.0.1:${port}`, version, '-Verify', '2', '-verify_return_error', '-quiet']
      const server = serverProcess(openssl.path, ['s_server', ...args, ...files], port)
      await server.start()
      onTestFinished(() => server.kill())
      return port
    }

    test.each(['-tls1_2', '-tls1_3'] as const)(
      'FT-3A refuses us without a certificate, with a strange and with an expired one (%s)',
      async version => {
        const port = await strict(version)
        const none = { cert: null, key: null }
        for (const us of [
          none,
          scene.others.issue('server'),
          scene.ours.issue('server', { from: -9, to: -1 }),
        ]) {
          const { sink } = sinkAt(secure(port, null, { tls: { ca: scene.ours.ca, ...us } }))
          const delivery = await sink.deliver([changeOf(1)])
          expect(delivery).toMatchObject({ accepted: [], rejected: [], fault: { code: 'SINK_UNTRUSTED' } })
          expect(delivery.fault?.text).toContain('name in influx.tls.cert and key a certificate it knows')
        }
      },
    )

    test('one that hangs up instead of saying why', async () => {
      const server = await asking('TLSv1.3')
      const us = scene.others.issue('server')
      const { sink } = sinkAt(secure(server.port, null, { tls: { ca: scene.ours.ca, ...us } }))
      const { fault } = await sink.deliver([changeOf(1)])
      expect(fault?.text).toContain('check influx.tls.cert and key')
      expect(server.requests).toBe(0)
    })
  })

  test('FT-3A certificates renewed while running are taken up: authority, our own, and back', async () => {
    const folder = folderWith({})
    const at = (name: string) => join(folder, name)
    const server = await takingAll({
      ...pems(scene.ours.issue('server')),
      ca: [readFileSync(scene.ours.ca), readFileSync(scene.others.ca)],
      requestCert: true,
    })
    const wear = (us: Leaf, ca: string) => {
      copyFileSync(us.cert, at('us.pem'))
      copyFileSync(us.key, at('us.key'))
      copyFileSync(ca, at('ca.pem'))
    }
    const us = scene.ours.issue('server', { names: 'DNS:old' })
    const renewed = scene.others.issue('server', { names: 'DNS:new' })
    wear(us, scene.ours.ca)
    const tls = { ca: at('ca.pem'), cert: at('us.pem'), key: at('us.key') }
    const { sink } = sinkAt(secure(server.port, null, { tls }))
    expect(await sink.deliver([changeOf(1)])).toMatchObject({ accepted: [1] })
    // The server moves to the other authority; connections open until now stay as they are.
    server.server.setSecureContext({
      ...pems(scene.others.issue('server')),
      ca: readFileSync(scene.others.ca),
    })
    wear(us, scene.others.ca)
    const stale = await sink.deliver([changeOf(2)])
    expect(stale).toMatchObject({ accepted: [], fault: { text: expect.stringContaining('influx.tls.cert') } })
    wear(renewed, scene.others.ca)
    expect(await sink.deliver([changeOf(2)])).toMatchObject({ accepted: [2] })
    // Half way through a renewal the two do not fit.
    copyFileSync(us.key, at('us.key'))
    const { fault } = await sink.deliver([changeOf(3)])
    expect(fault).toMatchObject({
      code: 'SINK_UNTRUSTED',
      text: expect.stringContaining('influx.tls.key: the file'),
    })
    copyFileSync(renewed.key, at('us.key'))
    expect(await sink.deliver([changeOf(3)])).toMatchObject({ accepted: [3] })
    writeFileSync(at('ca.pem'), 'nothing')
    expect(await sink.deliver([changeOf(4)])).toMatchObject({
      accepted: [],
      fault: { code: 'SINK_UNTRUSTED' },
    })
  })

  test('the settings refuse a key of another certificate, and one that is no key', async () => {
    const [one, two] = [scene.ours.issue('server'), scene.ours.issue('server')]
    const tls = (key: string) =>
      load(`${GOOD}influx: { url: "https://h", database: d, tls: { cert: "${one.cert}", key: "${key}" } }\n`)
    expect((await tls(two.key)).printed).toEqual([
      expect.stringMatching(/influx\.tls\.key: .* does not hold the key of/),
    ])
    expect((await tls(one.cert)).printed).toEqual([expect.stringMatching(/holds no private key without/)])
    expect((await tls(one.key)).right?.config.influx?.tls).toEqual({ ca: null, ...one })
  })

  test('a certificate file that vanishes ends the connection, not the readings', async () => {
    const server = await takingAll(pems(scene.ours.issue('server')))
    const { sink } = sinkAt(secure(server.port, join(folderWith({}), 'gone.pem')))
    const { fault, rejected } = await sink.deliver([changeOf(1)])
    expect(fault).toMatchObject({
      code: 'SINK_UNTRUSTED',
      text: expect.stringContaining('gone.pem does not exist'),
    })
    expect([rejected, server.requests]).toEqual([[], 0])
  })

  test('a server that is away is told as that, not as a certificate', async () => {
    const { sink } = sinkAt(secure(await freePort(), scene.ours.ca))
    expect((await sink.deliver([changeOf(1)])).fault).toMatchObject({ code: 'SINK_UNREACHABLE' })
  })
})
