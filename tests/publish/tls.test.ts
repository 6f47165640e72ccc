/** What holds of every encrypted connection, whichever sink makes it. */

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createServer, type TlsOptions } from 'node:tls'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { TlsFiles } from '../../src/config/config.ts'
import { NO_FILES } from '../../src/config/tls.ts'
import { seededRandom } from '../../src/core/random.ts'
import { createInfluxSink } from '../../src/publish/influx.ts'
import { createMqttSink } from '../../src/publish/mqtt.ts'
import type { Sink, SinkFault } from '../../src/publish/sink.ts'
import { createSparkplugSink } from '../../src/publish/sparkplug.ts'
import { type Authority, type Certificates, createCertificates, type Leaf } from '../support/certificates.ts'
import { requireService } from '../support/services.ts'
import { changeOf, hastyClock, listLog } from './changes.ts'
import { influxAt } from './influx-place.ts'
import { MQTT } from './mqtt-parts.ts'

const openssl = requireService('openssl')

let pki: Certificates
let ours: Authority
let others: Authority

beforeAll(() => {
  if (openssl.missing) return
  pki = createCertificates()
  ours = pki.authority('ours')
  others = pki.authority('others')
})
afterAll(() => pki?.dispose())

/** Takes every connection and says to each the same; what it heard in the clear of TLS is counted. */
async function server({ cert, key }: Leaf, options: TlsOptions = {}) {
  const seen = { bytes: 0, reused: [] as boolean[], port: 0 }
  const files = { cert: readFileSync(cert), key: readFileSync(key) }
  const listening = createServer({ ...files, ...options }, socket => {
    seen.reused.push(socket.isSessionReused())
    socket.on('error', () => {})
    socket.on('data', data => {
      seen.bytes += data.length
      socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n')
    })
  })
  listening.on('tlsClientError', () => {})
  await new Promise<void>(done => listening.listen(0, '127.0.0.1', done))
  onTestFinished(() => void listening.close())
  const address = listening.address()
  seen.port = typeof address === 'object' && address !== null ? address.port : 0
  return seen
}

const clock = hastyClock(20)
const random = seededRandom(3)
const url = (port: number) => `mqtts://127.0.0.1:${port}`

const SINKS: Readonly<Record<string, (port: number, tls: TlsFiles) => Sink>> = {
  mqtt: (port, tls) => createMqttSink({ ...MQTT, url: url(port), tls, clock, random }),
  sparkplug: (port, tls) => {
    const store = { latestOf: async () => [] }
    const parts = { ...MQTT, group: 'g', store, isHistorical: () => false, clock, random }
    return createSparkplugSink({ ...parts, url: url(port), tls })
  },
  influx: (port, tls) => {
    const parts = { gateway: 'gw', epoch: 1, clock: hastyClock(1), log: listLog() }
    return createInfluxSink({ ...influxAt(port, { protocol: 'https', tls }), ...parts })
  },
}

/** The first thing it says of its server. */
async function heardOf(sink: Sink): Promise<SinkFault | null> {
  onTestFinished(() => sink.stop())
  return new Promise(heard => void sink.start(heard))
}

const trusting = () => ({ ...NO_FILES, ca: ours.ca })

describe.skipIf(openssl.missing)(`PR-75 FT-3A every sink over TLS${openssl.note}`, () => {
  describe.each(Object.entries(SINKS))('%s', (section, sinkAt) => {
    test('no environment variable turns verification off', async () => {
      process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
      onTestFinished(() => void delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'])
      const seen = await server(others.issue('server'))
      expect(await heardOf(sinkAt(seen.port, trusting()))).toMatchObject({
        code: 'SINK_UNTRUSTED',
        text: expect.stringContaining(`name the file of that authority in ${section}.tls.ca`),
      })
      expect(seen.bytes).toBe(0)
    })

    test('a certificate that is not one for servers', async () => {
      const seen = await server(ours.issue('client', { usage: 'clientAuth' }))
      expect(await heardOf(sinkAt(seen.port, trusting()))).toMatchObject({
        code: 'SINK_UNTRUSTED',
        text: expect.stringContaining('make one there with the extended key usage serverAuth'),
      })
      expect(seen.bytes).toBe(0)
    })

    test('a certificate with a key too weak', async () => {
      const seen = await server(ours.issue('weak', { rsa: 1024 }), { ciphers: 'ALL:@SECLEVEL=0' })
      expect(await heardOf(sinkAt(seen.port, trusting()))).toMatchObject({
        code: 'SINK_UNTRUSTED',
        text: expect.stringContaining('RSA keys of 2048 bits or more'),
      })
      expect(seen.bytes).toBe(0)
    })

    test('files of ours that are no good are told with their key in the settings', async () => {
      const seen = await server(ours.issue('server'))
      const [one, two] = [ours.issue('one'), ours.issue('two')]
      const weak = ours.issue('weak', { rsa: 1024 })
      for (const [files, words] of [
        [{ ca: join(pki.folder, 'gone') }, /tls\.ca: the file .*gone does not exist; put a PEM file there/],
        [{ ca: pki.folder }, /tls\.ca: the file .* cannot be read \(EISDIR\)/],
        [{ cert: one.cert, key: two.key }, /tls\.key: the file .* does not hold the key of/],
        [
          { cert: one.cert, key: one.cert },
          /tls\.key: the file .* holds no private key without a passphrase/,
        ],
        [weak, /tls\.cert: OpenSSL does not take the file .*\(ERR_SSL_EE_KEY_TOO_SMALL\)/],
      ] as const) {
        const fault = await heardOf(sinkAt(seen.port, { ...trusting(), ...files }))
        expect(fault).toMatchObject({ code: 'SINK_UNTRUSTED', text: expect.stringMatching(words) })
        expect(fault?.text).toContain(`: ${section}.tls.`)
      }
      expect(seen.reused).toEqual([])
    })

    test.each(['TLSv1.2', 'TLSv1.3'] as const)('no session is resumed (%s)', async version => {
      const seen = await server(ours.issue('server'), { minVersion: version, maxVersion: version })
      const sink = sinkAt(seen.port, trusting())
      void heardOf(sink)
      while (seen.reused.length < 4) {
        await sink.deliver([changeOf(1)])
        await clock.sleep(200)
      }
      expect(seen.reused).not.toContain(true)
    })
  })

  /** Dials in a process of its own and prints what came of it. */
  const DIALS: Readonly<Record<string, (port: number, ca: string) => string>> = {
    mqtt: (port, ca) => `
      import { openConnection } from '${resolve('src/publish/mqtt-connection.ts')}'
      const will = { topic: 't', payload: Buffer.of(), retain: false }
      const who = { username: null, password: null, clientId: 'c', section: 'mqtt', protocol: null, session: 'clean' }
      const tls = { ca: ${JSON.stringify(ca)}, cert: null, key: null }
      const parts = { ...who, url: '${url(port)}', tls, will, heard() {}, clock: systemClock }
      console.log(JSON.stringify(await openConnection(parts, new AbortController().signal)))`,
    influx: (port, ca) => `
      import { createInfluxHttp } from '${resolve('src/publish/influx-http.ts')}'
      const tls = { ca: ${JSON.stringify(ca)}, cert: null, key: null }
      const to = { protocol: 'https', host: '127.0.0.1', port: ${port}, tls }
      const http = createInfluxHttp(to, systemClock, new AbortController().signal)
      const answer = await http.ask({ method: 'GET', path: '/ping', withinMs: 20_000 })
      console.log(JSON.stringify(answer.fault ?? answer))`,
  }

  test.each(Object.entries(DIALS))(
    '%s: TLS 1.1 is not spoken, though Node be told to',
    async (_name, dial) => {
      const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const
      const seen = await server(ours.issue('server'), old)
      const lax = ['--tls-min-v1.0', '--tls-cipher-list=ALL:@SECLEVEL=0', '--input-type=module']
      const run = async (script: string) =>
        (await promisify(execFile)(process.execPath, [...lax, '-e', script])).stdout
      const clock = `import { systemClock } from '${resolve('src/core/clock.ts')}'\n`
      expect(JSON.parse(await run(clock + dial(seen.port, ours.ca)))).toMatchObject({
        code: 'SINK_UNTRUSTED',
        text: expect.stringContaining('older than 1.2'),
      })
      expect(seen.reused).toEqual([])
      // That way of Node would have spoken it.
      const bare = `import { connect } from 'node:tls'
      connect({ port: ${seen.port}, host: '127.0.0.1', rejectUnauthorized: false }, function () {
        console.log(this.getProtocol())
        this.destroy()
      })`
      expect((await run(bare)).trim()).toBe('TLSv1.1')
    },
  )
})
