/** One bad setting at a time: the exact words are free, the place and the gist are not. */

import { describe, expect, test } from 'vitest'
import { GOOD, load } from './support.ts'

/** The good file with one line of it replaced, or with lines added. */
function withLine(key: string, text: string): string {
  const pattern = new RegExp(`^${key}:.*$`, 'm')
  return pattern.test(GOOD) ? GOOD.replace(pattern, () => text) : `${GOOD}${text}\n`
}

function manyMeters(count: number): string {
  const meters = Array.from({ length: count }, (_, index) => {
    const address = (index + 1).toString().padStart(12, '0')
    return `  - { id: m${index}, line: a, address: "${address}", profile: dlt645-2007-single-phase }`
  })
  return withLine('meters', `meters:\n${meters.join('\n')}`)
    .replace('baud=2400', 'baud=1200')
    .concat('defaults: { polls: [{ every: 1s, points: ["1-0:1.8.0"] }] }\n')
}

const BOMB = `a: &a [x,x,x,x,x,x,x,x,x]
b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]
c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]
d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]
e: [*d,*d,*d,*d,*d,*d,*d,*d,*d]`

const meter = (settings: string) => withLine('meters', `meters: [{ id: m1, line: a, ${settings} }]`)
const GOOD_METER = 'address: "000000000161", profile: dlt645-2007-single-phase'

/** Name, text of the file, what the one complaint holds. */
const CASES: readonly (readonly [name: string, text: string, expected: RegExp])[] = [
  ['empty', '', /^gateway\.yaml: the file is empty; see config\/gateway\.example\.yaml/],
  ['only comments', '# nothing\n', /the file is empty/],
  ['no map', '- 1\n- 2\n', /expected a section/],
  ['tab', 'lines:\n\t- id: a', /^gateway\.yaml:2:1: a tab indents/],
  ['unclosed quote', 'gateway: "abc\nsite: 1\n', /quote, bracket, comma or space is missing/],
  ['two documents', 'version: 1\n---\nversion: 1\n', /^gateway\.yaml:2:1: a second document/],
  ['tag', withLine('gateway', 'gateway: !!js/function x'), /tags \(!…\) are not used/],
  [
    'version-2',
    'version: 2\nwhatever: 1\n',
    /^gateway\.yaml:1:1 version: .*version 2.*install a newer meterd/,
  ],
  ['version as text', withLine('version', 'version: "1"'), /version: "1" is not right; expected the version/],
  ['dup-key', `version: 1\n${GOOD}`, /^gateway\.yaml:2:1: this key is written twice/],
  ['unknown key', withLine('country', 'country: no'), /^gateway\.yaml:7:1 country: unknown key in this file/],
  [
    'unknown-key-deep',
    withLine('lines', 'lines: [{ id: a, url: "tcp://h:1", baudrat: 9600 }]'),
    /lines\[0\]\.baudrat: unknown key/,
  ],
  [
    'unknown key, nearly right',
    withLine('log', 'log: { leval: info }'),
    /log\.leval: unknown key in log; did you mean "level"\?/,
  ],
  [
    'dup-port',
    withLine(
      'lines',
      'lines: [{ id: a, url: "serial:///dev/ttyS9" }, { id: b, url: "serial:///dev/ttyS9?baud=9600" }]',
    ),
    /lines\[1\]\.url: this port is already used by the line listed on line 5/,
  ],
  [
    'dup line id',
    withLine('lines', 'lines: [{ id: a, url: "tcp://h:1" }, { id: a, url: "tcp://h:2" }]'),
    /lines\[1\]\.id: the line "a" is already listed/,
  ],
  [
    'dup-address',
    withLine(
      'meters',
      `meters:\n  - { id: m1, line: a, ${GOOD_METER} }\n  - { id: m2, line: a, ${GOOD_METER.replace('000000000161', '161')} }`,
    ),
    /^gateway\.yaml:8:24 meters\[1\]\.address: the meter on line 7 has the address/,
  ],
  [
    'dup meter id',
    withLine(
      'meters',
      `meters: [{ id: m1, line: a, ${GOOD_METER} }, { id: m1, line: a, address: "2", profile: dlt645-2007-single-phase }]`,
    ),
    /meters\[1\]\.id: the id "m1" is taken/,
  ],
  [
    'address-octal',
    meter('address: 000000000161, profile: dlt645-2007-single-phase'),
    /meters\[0\]\.address: 000000000161 is not in quotes, so YAML makes the number 161.*"000000000161"/,
  ],
  [
    'address-exponent',
    meter('address: 1.23E+11, profile: dlt645-2007-single-phase'),
    /1\.23E\+11 is not in quotes/,
  ],
  [
    'address-exponent quoted',
    meter('address: "1.23E+11", profile: dlt645-2007-single-phase'),
    /a spreadsheet made the number 1\.23E\+11/,
  ],
  [
    'address-sexagesimal',
    meter('address: 12:34:56, profile: dlt645-2007-single-phase'),
    /meters\[0\]\.address: .*not a digit.*in quotes/,
  ],
  ['address too long', meter('address: "1234567890123", profile: dlt645-2007-single-phase'), /at most 12/],
  ['address wildcard', meter('address: "AAAAAAAAAAAA", profile: dlt645-2007-single-phase'), /is a wildcard/],
  [
    'address broadcast',
    meter('address: "999999999999", profile: dlt645-2007-single-phase'),
    /speaks to all meters/,
  ],
  ['unit 248', meter('address: "248", profile: eastron-sdm630'), /meters\[0\]\.address/],
  ['unknown line', meter(GOOD_METER).replace('line: a', 'line: b'), /no line "b" is listed; lines are a/],
  ['no profile', meter('address: "161"'), /meters\[0\]: no profile is named; add profile/],
  ['unknown profile', meter('address: "161", profile: eastron-sdm631'), /did you mean "eastron-sdm630"\?/],
  [
    'unknown default profile',
    withLine('meters', 'defaults: { profile: x }\nmeters: [{ id: m1, line: a, address: "161" }]'),
    /defaults\.profile: no profile "x" exists/,
  ],
  [
    'wrong line for a protocol',
    withLine('lines', 'lines: [{ id: a, url: "modbus-tcp://h:502" }]'),
    /speaks dlt645-2007, which a modbus-tcp:\/\/ line does not carry/,
  ],
  [
    'daily without freezes',
    meter('address: "1", profile: eastron-sdm630, daily: true'),
    /meters\[0\]\.daily: .*no daily freeze/,
  ],
  [
    'hourly without freezes',
    meter('address: "1", profile: eastron-sdm630, hourly: true'),
    /meters\[0\]\.hourly: .*no hourly freeze of this meter; remove hourly, or choose a profile that has one/,
  ],
  [
    'a voltage figure of half of its samples, or less',
    `${GOOD}indicators: { voltage: { complete: 49.9 } }\n`,
    /indicators\.voltage\.complete: 49\.9 is not right.*a percentage from 50 to 100/,
  ],
  [
    'bills that are settled at once',
    `${GOOD}billing: { settle: 5m }\n`,
    /billing\.settle: 5m is not between an hour and 31 days; write 24h unless/,
  ],
  [
    'a month of estimates in a row',
    `${GOOD}billing: { mostEstimatedDays: 31 }\n`,
    /billing\.mostEstimatedDays: 31 is not right.*a number of days in a row from 0/,
  ],
  [
    'settlement without any',
    meter('address: "1", profile: eastron-sdm630, settlement: ["01T00"]'),
    /meters\[0\]\.settlement: .*no settlement freeze of this meter; remove settlement, or choose a profile that has one/,
  ],
  [
    'a settlement day not every month has',
    meter(`${GOOD_METER}, settlement: ["31T00"]`),
    /meters\[0\]\.settlement\[0\]: "31T00" is not right.*a day of each month, 1 to 28, and its full hour/,
  ],
  [
    'settlement as true',
    meter(`${GOOD_METER}, settlement: true`),
    /meters\[0\]\.settlement: true is not right.*a list of up to 3 days .* for example \["01T00", "15T00"\]/,
  ],
  [
    'more settlement days than a meter has',
    meter(`${GOOD_METER}, settlement: ["01T00", "08T00", "15T00", "22T00"]`),
    /meters\[0\]\.settlement: .*a list of up to 3 days of each month/,
  ],
  [
    'hourly as a length of time',
    meter(`${GOOD_METER}, hourly: 1h`),
    /meters\[0\]\.hourly: "1h" is not right.*true or false/,
  ],
  [
    'point not in the profile',
    meter(`${GOOD_METER}, polls: [{ every: 1m, points: ["1-0:1.8.9"] }]`),
    /meters\[0\]\.polls\[0\]\.points\[0\]: the profile has no point "1-0:1\.8\.9"; did you mean/,
  ],
  [
    'point of no profile in defaults',
    withLine('defaults', 'defaults: { polls: [{ every: 1m, points: ["9-9:9.9.9"] }] }'),
    /defaults\.polls\[0\]\.points\[0\]/,
  ],
  [
    'two polls of the rest',
    meter(`${GOOD_METER}, polls: [{ every: 1m }, { every: 15m }]`),
    /meters\[0\]\.polls\[1\]: a second poll without points/,
  ],
  [
    'interval-neg',
    withLine('defaults', 'defaults: { polls: [{ every: -5m }] }'),
    /defaults\.polls\[0\]\.every: "-5m" is not right; expected a length of time/,
  ],
  [
    'duration without a unit',
    withLine('store', 'store: { keep: { curves: 5 } }'),
    /store\.keep\.curves: 5 has no unit; expected a length of time.*; write 5ms or 5s or 5m or 5h or 5d$/,
  ],
  [
    'duration that is a fraction',
    withLine('store', 'store: { keep: { curves: 1.5 } }'),
    /store\.keep\.curves: 1\.5 is not right; expected a length of time.*; write for example 15m$/,
  ],
  [
    'size without a unit',
    withLine('store', 'store: { maxBytes: 4 }'),
    /store\.maxBytes: 4 has no unit; expected a size.*; write 4MB or 4GB or 4TB$/,
  ],
  [
    'line port too high',
    withLine('lines', 'lines: [{ id: a, url: "tcp://127.0.0.1:99999" }]'),
    /lines\[0\]\.url: "tcp:\/\/127\.0\.0\.1:99999": a port is a number from 1 to 65535/,
  ],
  [
    'interval zero',
    withLine('defaults', 'defaults: { polls: [{ every: 0s }] }'),
    /does not divide the day.*write 1s/,
  ],
  [
    'interval off the day',
    withLine('defaults', 'defaults: { polls: [{ every: 7m }] }'),
    /does not divide the day.*write 5m/,
  ],
  [
    'interval-overload',
    manyMeters(500),
    /^gateway\.yaml:5:9 lines\[0\]: the polls of its 500 meters need at least \d{5,} % of this line's time: 30000\.0 exchanges a minute x \d+ ms/,
  ],
  ['baud-inf', withLine('lines', 'lines: [{ id: a, url: .inf }]'), /lines\[0\]\.url: \.inf is not in quotes/],
  ['baud unknown', GOOD.replace('baud=2400', 'baud=9601'), /baud is one of/],
  [
    'replyWithin too long',
    GOOD.replace('even" }', 'even", replyWithin: 1h }'),
    /lines\[0\]\.replyWithin: 1h is not from 50 ms/,
  ],
  [
    'inFlight on a bus',
    GOOD.replace('even" }', 'even", inFlight: 2 }'),
    /lines\[0\]\.inFlight: only modbus-tcp/,
  ],
  [
    'seven bits for what needs eight',
    GOOD.replace('even" }', 'even&data=7" }'),
    /lines\[0\]\.url: of all protocols only Modbus ASCII makes do with 7 data bits; write modbus: ascii/,
  ],
  [
    'ASCII on Modbus TCP',
    withLine('lines', 'lines: [{ id: a, url: "modbus-tcp://h:502", modbus: ascii }]'),
    /lines\[0\]\.modbus: on modbus-tcp:\/\/ Modbus is neither RTU nor ASCII; remove modbus/,
  ],
  [
    'a mode nobody knows',
    GOOD.replace('even" }', 'even", modbus: plus }'),
    /lines\[0\]\.modbus: .*how Modbus frames are written on a line of bytes, rtu or ascii/,
  ],
  ['anchors-bomb', BOMB, /more than 100 uses of anchors/],
  ['merge-proto', '<<: {__proto__: {a: 1}}', /"<<" cannot be a key/],
  ['proto', 'version: 1\n__proto__: { polluted: 1 }', /^gateway\.yaml:2:1: "__proto__" cannot be a key/],
  ['deep', `a: ${'['.repeat(10_000)}${']'.repeat(10_000)}`, /nested deeper than/],
  [
    'deep blocks',
    Array.from({ length: 200 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
    /nested deeper than/,
  ],
  ['not utf-8', 'latin1', /not UTF-8/],
  [
    'secret-file-missing',
    withLine('mqtt', 'mqtt: { url: "mqtt://h", username: u, passwordFile: missing }'),
    /mqtt\.passwordFile: the password file missing does not exist/,
  ],
  [
    'secret-empty',
    withLine('mqtt', 'mqtt: { url: "mqtt://h", username: u, passwordFile: empty }'),
    /the password file empty is empty/,
  ],
  [
    'secret-env-unset',
    withLine('mqtt', 'mqtt: { url: "mqtt://h", username: u, passwordEnv: NOT_SET }'),
    /environment variable NOT_SET is not set/,
  ],
  [
    'secret twice',
    withLine('mqtt', 'mqtt: { url: "mqtt://h", username: u, passwordEnv: SET, passwordFile: full }'),
    /keep one of the two/,
  ],
  [
    'password without a name',
    withLine('mqtt', 'mqtt: { url: "mqtt://h", passwordEnv: SET }'),
    /no user name/,
  ],
  [
    'bind-any',
    withLine('api', 'api: { listen: "0.0.0.0:8645" }'),
    /api\.listen: 0\.0\.0\.0:8645 can be reached.*TLS proxy/,
  ],
  [
    'bind-any-ipv6',
    withLine('api', 'api: { listen: "[::]:8645" }'),
    /api\.listen: \[::\]:8645 can be reached/,
  ],
  ['broker for all', withLine('broker', 'broker: { listen: "192.168.0.1:1883" }'), /broker\.listen/],
  [
    'port too high',
    withLine('api', 'api: { listen: "127.0.0.1:70000" }'),
    /api\.listen: "127\.0\.0\.1:70000" is not right/,
  ],
  ['mqtt scheme', withLine('mqtt', 'mqtt: { url: "http://h" }'), /mqtt\.url: "http:\/\/h" is not right/],
  [
    'topic with wildcard',
    withLine('mqtt', 'mqtt: { url: "mqtt://h", topicPrefix: "a/#" }'),
    /mqtt\.topicPrefix/,
  ],
  [
    'certificates for a connection in the clear',
    withLine('mqtt', 'mqtt: { url: "mqtt://h", tls: { ca: missing } }'),
    /mqtt\.tls: .*mqtt\.url is not encrypted; write mqtts:\/\/ in mqtt\.url/,
  ],
  [
    'certificate missing',
    withLine('mqtt', 'mqtt: { url: "mqtts://h", tls: { ca: missing } }'),
    /mqtt\.tls\.ca: the file missing does not exist; put a PEM file there/,
  ],
  [
    'certificate of another kind',
    withLine('mqtt', 'mqtt: { url: "mqtts://h", tls: { cert: full, key: full } }'),
    /mqtt\.tls\.cert: the file full holds no certificate; write it as PEM/,
  ],
  [
    'certificate without its key',
    withLine('mqtt', 'mqtt: { url: "mqtts://h", tls: { cert: full } }'),
    /mqtt\.tls: a client certificate needs cert and key; add key/,
  ],
  [
    'verification cannot be turned off',
    withLine('mqtt', 'mqtt: { url: "mqtts://h", tls: { insecure: true } }'),
    /mqtt\.tls\.insecure: unknown key/,
  ],
  ['influx path', withLine('influx', 'influx: { url: "http://h:1/write", database: d }'), /influx\.url/],
  [
    'influx token and user',
    withLine('influx', 'influx: { url: "http://h:1", database: d, username: u, tokenEnv: SET }'),
    /influx\.username: there is a token as well; keep the token or the user/,
  ],
  [
    'influx token of two lines',
    withLine('influx', 'influx: { url: "http://h:1", database: d, tokenFile: ./lines }'),
    /influx: the token holds spaces, line breaks/,
  ],
  [
    'influx tls without https',
    withLine('influx', 'influx: { url: "http://h:1", database: d, tls: {} }'),
    /influx\.tls: .*influx\.url is not encrypted; write https:\/\/ in influx\.url/,
  ],
  [
    'influx certificate without key',
    withLine('influx', 'influx: { url: "https://h:1", database: d, tls: { cert: ./full } }'),
    /influx\.tls: a client certificate needs cert and key; add key/,
  ],
  [
    'influx authority missing',
    withLine('influx', 'influx: { url: "https://h:1", database: d, tls: { ca: ./missing } }'),
    /influx\.tls\.ca: the file missing does not exist/,
  ],
  [
    'influx authority that is none',
    withLine('influx', 'influx: { url: "https://h:1", database: d, tls: { ca: ./full } }'),
    /influx\.tls\.ca: the file full holds no certificate; write it as PEM/,
  ],
  [
    'influx insecure',
    withLine('influx', 'influx: { url: "https://h:1", database: d, tls: { insecure: true } }'),
    /influx\.tls\.insecure: unknown key/,
  ],
  [
    'influx batch of none',
    withLine('influx', 'influx: { url: "http://h:1", database: d, batch: { lines: 0 } }'),
    /influx\.batch\.lines: 0 is not right; expected a number of points from 1 to 10000/,
  ],
  [
    'influx batch too old',
    withLine('influx', 'influx: { url: "http://h:1", database: d, batch: { age: 2m } }'),
    /influx\.batch\.age: 2m is longer than 1m; write 1m or less/,
  ],
  [
    'influx database missing',
    withLine('influx', 'influx: { url: "http://h:1" }'),
    /influx\.database: is missing.*add database: meterd/,
  ],
  [
    'zone unknown',
    GOOD.replace('Asia/Shanghai', 'Asia/Atlantis'),
    /site\.zone: "Asia\/Atlantis" is no time zone/,
  ],
  [
    'offset not of the zone',
    GOOD.replace('Asia/Shanghai', 'Europe/Berlin'),
    /site\.offset: \+08:00 is not the standard time of Europe\/Berlin.*"\+01:00"/,
  ],
  ['site missing', GOOD.replace(/^site.*\n/m, ''), /site: is missing.*add site: \{ offset/],
  ['no meters', GOOD.replace(/^meters.*\n/m, ''), /meters: no meter is listed/],
  [
    'no lines',
    withLine('lines', 'lines: []').replace(/^meters.*\n/m, 'meters: []\n'),
    /lines: no line is listed/,
  ],
  [
    'log level',
    withLine('log', 'log: { level: loud }'),
    /log\.level: "loud" is not right; expected trace, debug/,
  ],
  [
    'driver unknown',
    withLine('drivers', 'drivers: [dlt645, modbus, ../../etc]'),
    /drivers\[2\]: .*neither the name of a shipped driver nor an absolute path/,
  ],
  [
    'profile folder missing',
    withLine('profiles', 'profiles: [./nowhere]'),
    /profiles\[0\]: there is no folder/,
  ],
  [
    'meter list missing',
    withLine('meterList', 'meterList: ./nowhere.csv'),
    /nowhere\.csv: there is no such file/,
  ],
  [
    'simulator open to others',
    withLine('simulator', 'simulator: { lines: [{ listen: "tcp://0.0.0.0:1", meters: [] }] }'),
    /simulated meters would be open/,
  ],
  [
    'simulator share',
    withLine(
      'simulator',
      'simulator: { lines: [{ listen: "tcp://127.0.0.1:1", meters: [], faults: { noise: 2 } }] }',
    ),
    /faults\.noise: 2 is not right; expected a share/,
  ],
  [
    'simulator protocol',
    withLine(
      'simulator',
      'simulator: { lines: [{ listen: "tcp://127.0.0.1:1", meters: [{ protocol: dlt645-2008, address: "1" }] }] }',
    ),
    /did you mean "dlt645-2007"\?/,
  ],
  [
    'simulator quirk unknown',
    withLine('simulator', simulatedWith('dlt645-2007', 'quirks: { block-mark: aa }')),
    /quirks\.block-mark: unknown key .*; did you mean "block-marks"\?/,
  ],
  [
    'simulator quirk value',
    withLine('simulator', simulatedWith('dlt645-2007', 'quirks: { relay-level: 2 }')),
    /quirks\.relay-level: 2 is not right; .*; write "02" or "03" or "00"/,
  ],
  [
    'simulator quirk of another protocol',
    withLine('simulator', simulatedWith('modbus-rtu', 'profile: pzem-016, quirks: { echo: "yes" }')),
    /quirks\.echo: a simulated modbus-rtu meter has no such quirk; its quirks are beyond-limit, /,
  ],
  [
    'simulated Modbus meter of a profile that is not there',
    withLine('simulator', simulatedWith('modbus-rtu', 'profile: pzem-16')),
    /profile: there is no profile "pzem-16" to play; did you mean "pzem-016"\?/,
  ],
  [
    'simulator turn-around beyond the standard',
    withLine(
      'simulator',
      'simulator: { lines: [{ listen: "tcp://127.0.0.1:1", meters: [], turnAround: 2s }] }',
    ),
    /turnAround: 2s is not what the standard allows an answer; write 20ms to 500ms/,
  ],
  [
    'a meter’s own turn-around beyond the standard',
    withLine('simulator', simulatedWith('dlt645-2007', 'turnAround: 5ms')),
    /turnAround: 5ms is not what the standard allows an answer; write 20ms to 500ms/,
  ],
  [
    'a turn-around of its own for a Modbus meter',
    withLine('simulator', simulatedWith('modbus-rtu', 'turnAround: 50ms')),
    /turnAround: only DL\/T 645 meters have a time of their own; write it at the line/,
  ],
]

function simulatedWith(protocol: string, more: string): string {
  const meter = `{ protocol: ${protocol}, address: "1", ${more} }`
  return `simulator: { lines: [{ listen: "tcp://127.0.0.1:1", meters: [${meter}] }] }`
}

describe('PR-80 a bad setting is told with its place and a remedy', () => {
  test.each(CASES)('%s', async (name, text, expected) => {
    const bytes = name === 'not utf-8' ? Uint8Array.of(0x67, 0xff, 0xfe, 0x0a) : text
    const { printed } = await load(bytes, { empty: '', full: 'x', lines: 'a\nb' }, { SET: 'x' })
    expect(
      printed.filter(line => expected.test(line)),
      printed.join('\n'),
    ).toHaveLength(1)
    for (const line of printed) expect(line).toMatch(/^[^\n]+; [^\n]+$/)
  })

  test('a bomb is refused at once', async () => {
    const from = performance.now()
    await load(BOMB)
    expect(performance.now() - from).toBeLessThan(1000)
    expect(Reflect.get(Object.prototype, 'polluted')).toBeUndefined()
  })

  test('a byte order mark is no mistake', async () => {
    expect((await load(`\uFEFF${GOOD}`)).printed).toEqual([])
  })

  test('"no" is text: YAML 1.2 has no Norway problem', async () => {
    const { right } = await load(withLine('gateway', 'gateway: no'))
    expect(right?.config.gateway).toBe('no')
  })

  test('two names of one port are one port', async () => {
    const { printed } = await load(
      withLine(
        'lines',
        'lines: [{ id: a, url: "serial:///dev/stdin" }, { id: b, url: "serial:///proc/self/fd/0" }]',
      ),
    )
    expect(printed).toEqual([expect.stringContaining('lines[1].url: this port is already used')])
  })
})

describe('PR-73 no complaint prints a secret', () => {
  const CANARY = 'canary-7f3a'
  const SLIPS = [
    `mqtt: { url: "mqtt://h", password: ${CANARY} }`,
    `mqtt: { url: "mqtt://h", password: [${CANARY}] }`,
    `mqtt: { url: "mqtt://h", pasword: ${CANARY} }`,
    `mqtt: { url: "mqtt://u:${CANARY}@h" }`,
    `mqtt: { url: "mqtts://u:${CANARY}/x@h:port" }`,
    `mqtt: { url: "http://u:${CANARY}@h" }`,
    `mqtt: { url: "mqtt://h", passwordEnv: ${CANARY} }`,
    `mqtt: { url: "mqtt://h", passwordEnv: [${CANARY}] }`,
    `mqtt: { url: "mqtt://h", passwordFile: { a: ${CANARY} } }`,
    `mqtt: "password ${CANARY}"`,
    `mqtt: { url: "mqtt://h", password: "${CANARY} }`,
    `mqtt: { url: "mqtt://h", password: ${CANARY}] }`,
    `mqtt: { url: "mqtt://h", password: @${CANARY} }`,
    `mqtt: { url: "mqtt://h", password: !${CANARY} x }`,
    `mqtt: { url: "mqtt://h" }\nmqtt: { password: ${CANARY} }`,
    `influx: { url: "http://u:${CANARY}@h:1", database: d }`,
    `influx: { url: "http://h:1", database: d, password: ${CANARY} }`,
    `influx: { url: "http://h:1", database: d, token: ${CANARY} }`,
    `influx: { url: "http://h:1", database: d, tokenFile: [${CANARY}] }`,
    `influx: { url: "http://h:1", database: d, tokne: ${CANARY} }`,
    `password: ${CANARY}`,
    `lines: [{ id: b, url: "tcp://u:${CANARY}@h:1" }]`,
    `simulator: { lines: [{ listen: "tcp://u:${CANARY}@h:1", meters: [] }] }`,
    `meterList: "http://u:${CANARY}@h/m.csv"`,
    `api: { listen: "u:${CANARY}//u:p@h" }`,
  ]
  test('nor one that YAML takes for a number', async () => {
    const { printed } = await load(`${GOOD}mqtt: { url: "mqtt://h", username: u, passwordEnv: 73573573 }\n`)
    expect(printed).toEqual([expect.stringContaining('mqtt.passwordEnv: this is not right')])
  })

  test.each(SLIPS)('%s', async text => {
    const { printed } = await load(`${GOOD}${text}\n`)
    expect(printed.length).toBeGreaterThan(0)
    expect(printed.join('\n')).not.toContain(CANARY)
  })
})
