/** What each kind of setting must be, in words, with an example: the one source of complaints and editor hints. */

export const WORDS = {
  version: { is: 'the version of this file format, 1', example: '1' },
  section: { is: 'a section of "key: value"', example: '{ key: value }' },
  site: {
    is: "the site's offset from UTC and its zone",
    example: '{ offset: "+08:00", zone: Asia/Shanghai }',
  },
  lines: {
    is: 'a list of lines',
    example: '[{ id: a, url: "serial:///dev/ttyUSB0?baud=2400&parity=even" }]',
  },
  meterNumber: { is: "the number on the meter's plate, as it tells it", example: '000021103655' },
  assetNumber: { is: 'the asset code a meter tells', example: 'A2019120001' },
  constant: { is: "the pulses of a kWh on the meter's plate, a whole number", example: '1200' },
  generation: {
    is: 'what feeds in behind the meter: none, solar (nothing in the dark) or any',
    example: 'solar',
  },
  nameplate: { is: 'phases, volts and amperes', example: '{ phases: 3, volts: 220, amperes: 60 }' },
  list: { is: 'a list, one entry after each "-"', example: '[…]' },
  name: { is: 'a name of up to 64 letters, digits, ".", "_" and "-"', example: 'substation-12' },
  offset: { is: 'an offset from UTC, in quotes', example: '"+08:00"' },
  zone: { is: 'a time zone of the IANA list', example: 'Asia/Shanghai' },
  folder: { is: 'a folder, absolute or from the folder of this file', example: './data' },
  file: { is: 'a file, absolute or from the folder of this file', example: './meters.csv' },
  driver: { is: 'a driver shipped with meterd, or the absolute path of a driver folder', example: 'dlt645' },
  lineUrl: { is: 'a line URL', example: '"serial:///dev/ttyUSB0?baud=2400&parity=even"' },
  packet: {
    is: "bytes in hex, 'text', {dtu} for the identity and .. for any byte",
    example: '"\'REG:\' {dtu} 0D 0A"',
  },
  identityForm: { is: 'text or hex: how the identity is sent', example: 'text' },
  dtu: {
    is: 'the identity of a DTU, 4 to 64 letters, digits, ".", "_" and "-"',
    example: '"861234567890123"',
  },
  manner: { is: 'one of glued, split, prefix, heartbeat-inside, redials, twice', example: 'glued' },
  network: { is: 'an IP address or a network, in quotes', example: '"10.20.0.0/16"' },
  connections: { is: 'a number of connections from 1 to 100000', example: '2500' },
  requestRate: { is: 'a number of requests a second from 1 to 100000', example: '200' },
  requestBurst: { is: 'a number of requests from 1 to 1000000', example: '5000' },
  address: { is: 'a meter address as text, in quotes', example: '"000000000161"' },
  profile: { is: 'the name of a meter profile', example: 'dlt645-2007-single-phase' },
  duration: { is: 'a length of time: a whole number and ms, s, m, h or d', example: '15m' },
  size: { is: 'a size: a whole number and MB, GB or TB', example: '4GB' },
  obis: { is: 'an OBIS code in quotes', example: '"1-0:1.8.0"' },
  meterClass: { is: 'who is behind the meter: dwelling, shop or industry', example: 'dwelling' },
  parameter: { is: 'a number; meterd rules tells its bounds', example: '1.2' },
  yesNo: { is: 'true or false', example: 'true' },
  monthDay: { is: 'a day of each month, 1 to 28, and its full hour, as DDThh', example: '"01T00"' },
  monthDays: {
    is: 'a list of up to 3 days of each month with their hours, or [] for none',
    example: '["01T00", "15T00"]',
  },
  phases: { is: 'a number of phases, 1 or 3', example: '3' },
  volts: { is: 'a nominal phase voltage from 50 to 1000 V', example: '220' },
  amperes: { is: 'a largest current from 1 to 10000 A', example: '60' },
  inFlight: { is: 'a number of requests under way at once, 1 to 16', example: '4' },
  modbusMode: { is: 'how Modbus frames are written on a line of bytes, rtu or ascii', example: 'ascii' },
  mqttUrl: { is: 'a broker URL, mqtt:// or mqtts://', example: '"mqtt://127.0.0.1:1883"' },
  billingUrl: {
    is: 'the URL billing answers at, https://, or http:// on this machine',
    example: '"https://billing.example/unpaid"',
  },
  billingWay: {
    is: 'who says right before a cut that it is still unpaid: { ask: URL }, { pushed: 15m } or ledger',
    example: '{ ask: "https://billing.example/unpaid", tokenFile: billing.token }',
  },
  httpUrl: { is: 'a server URL, http:// or https://, without a path', example: '"http://127.0.0.1:8086"' },
  topicPrefix: { is: 'a topic without wildcards and without "/" at its ends', example: 'meterd/v1' },
  topic: {
    is: 'a topic with {meter} and {stream} in it',
    example: '"{prefix}/{gateway}/{meter}/{stream}"',
  },
  mqttVersion: { is: 'a version of MQTT, 5 or 3.1.1', example: '5' },
  session: { is: 'clean or persistent', example: 'clean' },
  discoveryPrefix: { is: 'the discovery prefix of Home Assistant', example: 'homeassistant' },
  sparkplugGroup: { is: 'a Sparkplug group, without + # and /', example: 'metering' },
  username: { is: 'a user name', example: 'meterd' },
  password: { is: 'not written here at all', example: 'passwordFile: /run/secrets/mqtt' },
  token: { is: 'not written here at all', example: 'tokenFile: /run/secrets/influx' },
  pem: { is: 'a PEM file, absolute or from the folder of this file', example: './ca.pem' },
  percentOff: { is: 'a percentage of the nominal voltage from 0 to 50, above it to 30', example: '7' },
  percentOf: { is: 'a percentage from 50 to 100', example: '90' },
  estimatedDays: { is: 'a number of days in a row from 0, which estimates nothing, to 30', example: '3' },
  replacePercent: { is: 'a whole percentage from 0 to 100', example: '1' },
  replaceUnits: {
    is: "a whole number of the register's units, kWh or kvarh, from 0 to 1000000",
    example: '1',
  },
  minuteOfDay: { is: 'a time of day in quotes, hh:mm from "00:00" to "23:59"', example: '"23:50"' },
  retentionPolicy: { is: 'the name of a retention policy', example: 'autogen' },
  batchLines: { is: 'a number of points from 1 to 10000', example: '1000' },
  environmentName: { is: 'the name of an environment variable, in capitals', example: 'MQTT_PASSWORD' },
  listen: { is: 'a host and a port to listen on', example: '"127.0.0.1:8645"' },
  database: { is: 'a database name of letters, digits, "_" and "-"', example: 'meterd' },
  logFormat: { is: 'words or json', example: 'words' },
  logLevel: { is: 'trace, debug, info, warn or error', example: 'info' },
  seed: { is: 'a whole number from 0 to 4294967295', example: '1' },
  meterCount: { is: 'a number of meters from 1 to 10000', example: '8' },
  lateMs: { is: 'lateBy, with a unit', example: 'lateBy: 2500ms' },
  quirk: { is: 'one of the values this quirk has, in quotes', example: '"none"' },
  share: { is: 'a share of 1, from 0 to 1', example: '0.01' },
  protocol: { is: 'a protocol of a listed driver', example: 'dlt645-2007' },
  item: { is: 'an item in the notation of the protocol, in quotes', example: '"00010000"' },
  encoding: { is: 'an encoding of the driver, in quotes', example: '"u32 ABCD e-2"' },
  unit: { is: 'a unit', example: 'kWh' },
  text: { is: 'some text', example: '"forward active energy"' },
  source: {
    is: 'the document, edition and page the facts were taken from',
    example: '"Acme manual, ed. 3, table 4"',
  },
  capacity: { is: 'a decimal number in quotes', example: '"1000000.00"' },
  place: { is: 'a whole number from 0 to 255', example: '0' },
  loadClass: { is: 'a class of load records, 1 to 6', example: '4' },
  depth: { is: 'a number of days from 1 to 400', example: '62' },
  hours: { is: 'a number of hours from 1 to 1000', example: '254' },
  registers: { is: 'a number of registers from 1 to 125', example: '60' },
  hole: { is: 'a number of registers from 0 to 124', example: '0' },
  vendor: { is: 'the maker of the meter', example: 'Eastron' },
  model: { is: "a model's name as its plate has it", example: 'SDM630-Modbus' },
  confidence: { is: 'two-or-more-sources or one-source', example: 'one-source' },
  doubt: { is: 'one line on what sources disagree on or nobody has checked', example: '"sign unverified"' },
  baud: { is: 'a speed as delivered, 300 to 115200', example: '9600' },
  lineSpeed: { is: 'a speed a port can be set to, 300 to 115200 baud', example: '1200' },
  parity: { is: 'none, even or odd', example: 'even' },
  dataBits: { is: 'a number of data bits, 7 or 8', example: '8' },
  stopBits: { is: 'a number of stop bits, 1 or 2', example: '1' },
  framing: { is: 'data bits, parity (N, E or O) and stop bits, in quotes', example: '"8E1"' },
  unitNumber: { is: 'a unit number as delivered, 1 to 247', example: '1' },
  sign: { is: 'import-positive, export-positive, unsigned or device', example: 'import-positive' },
  side: { is: 'primary or secondary: the side of the transformers the values are of', example: 'secondary' },
  gap: { is: 'a silence between two requests in ms, from 0 to 5000', example: '60' },
  writeFunction: { is: 'a function that writes: 5, 6, 15 or 16', example: '5' },
  orderHex: { is: 'the bytes of the order in hex without blanks, in quotes', example: '"FF00"' },
  ratio: {
    is: 'a transformer ratio: primary/secondary, or the number they make, which must come out even',
    example: '200/5',
  },
  moment: {
    is: "a date and time, by the site's clock where no offset is written",
    example: '"2026-11-20T10:30"',
  },
  remembered: {
    is: "what an earlier conversation left to be remembered, in the driver's words",
    example: '"sunspec:203@40069"',
  },
  modelQuirk: { is: 'a word for how this model departs from its standard, in quotes', example: '"02"' },
  value: { is: 'the value as text in quotes', example: '"0.26"' },
  policyName: { is: 'the name of this policy', example: 'city-2026' },
  edition: { is: 'the edition of this policy, which every order names', example: '"2026-11"' },
  jurisdiction: { is: 'whose law it follows', example: '"Guangdong, China"' },
  acceptedBy: {
    is: 'who at the supplier answers for this policy, by name; nothing is shipped accepted',
    example: '"A. Person, head of supply"',
  },
  acceptedOn: { is: 'the first day on which this policy holds', example: '2026-11-23' },
  ruleSource: { is: 'the document this rule is from', example: '"Supply rules 1996, art. 67"' },
  leadDays: { is: 'a number of full days from 1 to 400', example: '7' },
  lapseDays: { is: 'a number of days from 2 to 400', example: '30' },
  extraDays: { is: 'a number of days from 0 to 365', example: '14' },
  weekday: { is: 'a weekday in full, monday to sunday', example: 'monday' },
  windowEnd: {
    is: 'a time of day in quotes, later than that from which it is open, to "24:00"',
    example: '"15:00"',
  },
  date: { is: 'a date that exists', example: '2026-12-31' },
  dateOrYearly: {
    is: 'a date that exists, or month and day of every year in quotes',
    example: '"12-31"',
  },
  behaviour: {
    is: 'what protects: block, needs_authority_ref, extra_notice or manual_visit',
    example: 'block',
  },
  money: { is: 'an amount of money in quotes, from "0.01"', example: '"10.00"' },
  owed: { is: 'an amount of money in quotes', example: '"128.40"' },
  currency: { is: 'a currency, three capitals', example: 'CNY' },
  cuts: { is: 'a number of cuts from 0 to 10000', example: '5' },
  times: { is: 'a number from 1 to 100', example: '2' },
  percentOfMeters: { is: 'a percentage of all meters, above 0 to 100', example: '1' },
  canary: { is: 'a number of meters from 1 to 1000', example: '5' },
  fourEyes: { is: 'true: whoever asks for a cut does not approve it', example: 'true' },
  apart: {
    is: 'two of read, billing, operate, approve, restore, admin and audit',
    example: '[operate, approve]',
  },
  restores: { is: 'not written here at all', example: '' },
  customer: { is: 'residents or others', example: 'residents' },
  readQuality: { is: 'actual, estimated or suspect', example: 'actual' },
  trust: { is: 'trusted or doubted', example: 'trusted' },
  notice: {
    is: 'none, sent, or when it was delivered',
    example: '{ delivered: "2026-11-20T10:30+08:00" }',
  },
  protectionClass: { is: 'a protection class, as in docs/supply.md', example: 'life_support' },
  instant: { is: 'a date and time with its offset', example: '"2026-11-20T10:30+08:00"' },
  seconds: { is: 'a number of seconds', example: '4' },
  hex: { is: 'bytes in hex, in quotes', example: '"68 61 01 00 00 00 00 68"' },
} as const satisfies Record<string, { readonly is: string; readonly example: string }>

export type Word = keyof typeof WORDS

export function isWord(text: string): text is Word {
  return Object.hasOwn(WORDS, text)
}

/** The known name most like a mistyped one, when it is like enough to be meant. */
export function nearest(typed: string, known: Iterable<string>): string | null {
  let best: string | null = null
  let least = Math.min(3, Math.floor(typed.length / 2) + 1)
  for (const candidate of known) {
    const steps = distance(typed.toLowerCase().slice(0, 64), candidate.toLowerCase())
    if (steps < least) [best, least] = [candidate, steps]
  }
  return best
}

/** Letters to change, add or drop to turn one word into the other (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [index, letter] of [...a].entries()) {
    const next = [index + 1]
    for (const [column, other] of [...b].entries()) {
      const changed = (row[column] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(changed, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}

/** A value for a complaint: short, on one line, without user names and passwords of URLs. */
export function show(value: unknown): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a section'
  if (typeof value !== 'string') return String(value)
  if (holdsUserinfo(value)) return 'a URL with a user name or password in it'
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value)
}

/** True for `scheme://user:password@host` and its kin; generous, so that no slip of the pen prints a password. */
export function holdsUserinfo(text: string): boolean {
  return /\/\/.*@/.test(text)
}
