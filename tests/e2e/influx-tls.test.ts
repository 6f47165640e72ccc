/** The whole daemon on an InfluxDB with TLS, whose certificate and authority change while it runs. */

import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { folderWith } from '../config/support.ts'
import { type Authority, createCertificates } from '../support/certificates.ts'
import { testDaemon, until } from '../support/daemon.ts'
import { startInflux } from '../support/influx.ts'
import { FEEDERS, play } from '../support/meters.ts'
import { requireService } from '../support/services.ts'

const influxd = requireService('influxd')
const openssl = requireService('openssl')

describe.skipIf(influxd.missing || openssl.missing)(`TLS${influxd.note}${openssl.note}`, () => {
  test('PR-75 FT-3A another authority: not a point, said once; trusted by its file: all of them, without a restart', async () => {
    const folder = folderWith({})
    const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map(name => join(folder, name)) as [
      string,
      string,
      string,
    ]
    const pki = createCertificates()
    onTestFinished(() => pki.dispose())
    const certify = (by: Authority) => {
      const pair = by.issue('server')
      copyFileSync(pair.cert, cert)
      copyFileSync(pair.key, key)
    }
    const [first, second] = [pki.authority('first'), pki.authority('second')]
    certify(first)
    copyFileSync(first.ca, ca)
    const influx = await startInflux({ tls: { cert, key, ca } })
    onTestFinished(() => influx.dispose())
    const played = await play([{ ...FEEDERS, addresses: ['1'] }])
    onTestFinished(() => played.simulator.stop())
    const daemon = await testDaemon({
      lines: played.lines,
      meters: played.meters,
      influx: {
        url: `https://127.0.0.1:${influx.port}`,
        database: 'meterd',
        tls: { ca },
        batch: { lines: 100, age: '200ms' },
      },
    })
    onTestFinished(() => daemon.dispose())
    const points = async () => {
      const [row] = await influx.query('meterd', 'select count(id) from reading').catch(() => [])
      return Number(row?.['count'] ?? 0)
    }
    await daemon.start()
    await until(async () => (await points()) > 10)

    await influx.stop()
    certify(second)
    await influx.start()
    await until(() => daemon.output().includes('not trusted here'))
    copyFileSync(second.ca, ca)
    const before = await points()
    await until(async () => (await points()) > before + 10)
    expect(daemon.output().match(/not trusted here/g)).toHaveLength(1)
    await until(() => daemon.output().includes('influx is there again'))
  }, 90_000)
})
