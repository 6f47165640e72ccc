/** Settings of an InfluxDB sink, for tests to change one thing of. */

import type { InfluxConfig } from '../../src/config/config.ts'
import { NO_FILES } from '../../src/config/tls.ts'

/** As resolved for a server on this machine of which nothing but the port is said. */
export function influxAt(port: number, over: Partial<InfluxConfig> = {}): InfluxConfig {
  return {
    host: '127.0.0.1',
    port,
    protocol: 'http',
    database: 'meters',
    retentionPolicy: null,
    username: null,
    password: null,
    token: null,
    tls: NO_FILES,
    gzip: false,
    batch: { lines: 1000, ageMs: 1000 },
    ...over,
  }
}
