/** Settings of an MQTT sink as delivered, for tests to change one thing of. */

import { NO_FILES } from '../../src/config/tls.ts'
import { silentLog } from '../../src/core/log.ts'

export const MQTT = {
  username: null,
  password: null,
  tls: NO_FILES,
  topicPrefix: 'meterd/v1',
  gateway: 'gw',
  epoch: 1,
  offsetMinutes: 480,
  topic: '{prefix}/{gateway}/{meter}/{stream}',
  protocol: null,
  session: 'clean',
  watermark: false,
  homeAssistant: null,
  lineOf: () => null,
  meters: [],
  onWatermark: () => {},
  log: silentLog,
  cycleMs: () => 900_000,
} as const
