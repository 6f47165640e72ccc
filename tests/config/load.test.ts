/** Whole files: what is right becomes a configuration, what is wrong is told all at once. */

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { formatComplaint } from '../../src/config/complaint.ts'
import { loadConfig } from '../../src/config/load.ts'
import { GOOD, load, loadRight } from './support.ts'

const TEN_MISTAKES = `version: 1
gateway: substation 12
site: { offset: "+07:00", zone: Asia/Shanghai }
data: ./data
lines:
  - { id: a, url: "serial:///dev/ttyS99?baud=2401" }
  - { id: b, url: "tcp://127.0.0.1:4001", baudrat: 9600 }
  - { id: c, url: "tcp://127.0.0.1:4001" }
meters:
  - { id: m1, line: b, address: 000000000161, profile: dlt645-2007-single-phase }
  - { id: m2, line: d, address: "000000000162", profile: dlt645-2007-single-phase }
  - { id: m2, line: b, address: "000000000163", profile: dlt645-2007-singlephase }
  - id: m4
    line: b
    address: "000000000164"
    profile: dlt645-2007-single-phase
    polls: [{ every: 7m }]
mqtt: { url: "mqtt://127.0.0.1", password: hunter2 }
`

describe('a file with mistakes', () => {
  test('PR-80 prints every mistake with its place, and a remedy', async () => {
    const { printed } = await load(TEN_MISTAKES)
    expect(printed.map(line => /^(\S+) (\S+):/.exec(line)?.slice(1).join(' '))).toEqual([
      'gateway.yaml:2:1 gateway',
      'gateway.yaml:3:9 site.offset',
      'gateway.yaml:6:14 lines[0].url',
      'gateway.yaml:7:43 lines[1].baudrat',
      'gateway.yaml:8:14 lines[2].url',
      'gateway.yaml:10:24 meters[0].address',
      'gateway.yaml:11:15 meters[1].line',
      'gateway.yaml:12:7 meters[2].id',
      'gateway.yaml:12:49 meters[2].profile',
      'gateway.yaml:17:15 meters[3].polls[0].every',
      'gateway.yaml:18:34 mqtt.password',
    ])
    for (const line of printed) expect(line.split('; ').length, line).toBeGreaterThan(1)
    expect(printed.join('\n')).not.toContain('hunter2')
    expect(printed).toContainEqual(expect.stringContaining('did you mean "dlt645-2007-single-phase"?'))
  })

  test('a mistake in one part of an entry hides none in another', async () => {
    const { printed } = await load(
      GOOD.replace(
        'meters: [',
        'meters: [{ id: "two words", line: a, address: "000000000161", profile: dlt645-2007-single-phase }, ',
      ),
    )
    expect(printed).toEqual([
      expect.stringContaining('meters[0].id: "two words" is not right'),
      expect.stringContaining('meters[1].address: the meter on line 6 has the address "000000000161"'),
    ])
  })

  test('a line with a mistake gives its meters no second one', async () => {
    const { printed } = await load(GOOD.replace('baud=2400', 'baud=1'))
    expect(printed).toEqual([expect.stringContaining('lines[0].url')])
  })
})

describe('a right file', () => {
  test('becomes a configuration with nothing left to guess', async () => {
    const { config } = await loadRight(GOOD)
    expect(config).toMatchObject({
      gateway: 'test',
      site: { offsetMinutes: 480, zone: 'Asia/Shanghai' },
      logLevel: 'info',
      api: { host: '127.0.0.1', port: 8645, rate: { perSecond: 200, burst: 5_000 } },
      mqtt: null,
      broker: null,
      influx: null,
      simulator: null,
    })
    expect(config.dataDirectory).toMatch(/\/meterd-config-\w+\/data$/)
    expect(config.lines).toMatchObject([{ id: 'a', replyWithinMs: null, inFlight: 1 }])
    const [meter] = config.meters
    expect(meter).toMatchObject({ id: 'm1', address: '000000000161', daily: true })
    expect(meter?.driver.protocol).toBe('dlt645-2007')
    expect(meter?.polls).toEqual([{ everyMs: 900_000, points: meter?.profile.points }])
  })

  test('voltages are good from 10 % below to 7 % above nominal where 90 % of the samples are here, unless said', async () => {
    const usual = { below: 1_000, above: 700, complete: 9_000 }
    expect((await loadRight(GOOD)).config.indicators).toEqual({ voltage: usual })
    const { config } = await loadRight(`${GOOD}indicators: { voltage: { above: 4.35, complete: 95 } }\n`)
    expect(config.indicators).toEqual({ voltage: { below: 1_000, above: 435, complete: 9_500 } })
  })

  test('reads are final a day after their boundary, and estimated for three days at most, unless said', async () => {
    const usual = { settleMs: 86_400_000, mostEstimatedDays: 3, replacePercent: 1, replaceUnits: 1 }
    expect((await loadRight(GOOD)).config.billing).toEqual(usual)
    const { config } = await loadRight(`${GOOD}billing: { settle: 36h, mostEstimatedDays: 0 }\n`)
    expect(config.billing).toEqual({ ...usual, settleMs: 129_600_000, mostEstimatedDays: 0 })
  })

  test('settlements are read at the days configured, of meters whose profile knows them; a meter has its own or none', async () => {
    const settles = async (settings: string, ofMeter = '') => {
      const text = GOOD.replace('profile: dlt645-2007-single-phase', found => `${found}${ofMeter}`)
      const loaded = await loadRight(`${text}defaults: { settlement: ${settings} }\n`)
      return loaded.config.meters[0]?.settlement
    }
    expect((await loadRight(GOOD)).config.meters[0]).not.toHaveProperty('settlement')
    const [first, fifteenth] = [
      { day: 1, hour: 0 },
      { day: 15, hour: 8 },
    ]
    expect(await settles('["15T08", "01T00", "15T08"]')).toEqual([first, fifteenth])
    expect(await settles('["01T00"]', ', settlement: ["15T08"]')).toEqual([fifteenth])
    expect(await settles('["01T00"]', ', settlement: []')).toBeUndefined()
  })

  test('hourly freezes are read where that is said, of meters whose profile knows them', async () => {
    const hourly = async (settings: string) => {
      const defaults = `defaults: { hourly: ${settings} }\n`
      const text = GOOD.replace(
        'meters: [',
        'meters: [{ id: m2, line: a, address: "162", profile: dlt645-1997-three-phase }, ',
      )
      return (await loadRight(text + defaults)).config.meters.map(meter => meter.hourly)
    }
    expect((await loadRight(GOOD)).config.meters[0]).not.toHaveProperty('hourly')
    expect(await hourly('true')).toEqual([undefined, true])
    expect(await hourly('false')).toEqual([undefined, undefined])
    const own = await loadRight(GOOD.replace('profile: dlt645-2007-single-phase', m => `${m}, hourly: true`))
    expect(own.config.meters[0]).toMatchObject({ hourly: true, profile: { hourly: { depth: 254 } } })
  })

  test('a poll without points takes those no other poll names', async () => {
    const polls = 'polls: [{ every: 1m, points: ["1-0:1.7.0"] }, { every: 15m }]'
    const { config } = await loadRight(
      GOOD.replace('profile: dlt645-2007-single-phase', m => `${m}, ${polls}`),
    )
    const [often, rarely] = config.meters[0]?.polls ?? []
    expect(often?.points.map(point => point.obis)).toEqual(['1-0:1.7.0'])
    expect(rarely?.points.map(point => point.obis)).not.toContain('1-0:1.7.0')
    expect(rarely?.points.length).toBe((config.meters[0]?.profile.points.length ?? 0) - 1)
  })

  test('C-06 money in the meter is polled once a day where nobody says otherwise: its profile advises so', async () => {
    const prepaid = GOOD.replace('single-phase', 'prepaid-single-phase')
    const pollsOf = async (text: string) => {
      const [meter] = (await loadRight(text)).config.meters
      return meter?.polls.map(({ everyMs, points }) => [
        everyMs,
        points.filter(({ obis }) => obis.startsWith('0-0:19.')).length,
        points.some(({ obis }) => obis === '1-0:1.8.0'),
      ])
    }
    expect(await pollsOf(prepaid)).toEqual([
      [86_400_000, 4, false],
      [900_000, 0, true],
    ])
    expect(await pollsOf(`${prepaid}defaults: { polls: [{ every: 1h }] }\n`)).toEqual([[3_600_000, 4, true]])
  })

  test('a register polled at two intervals is refused: its slots would hold two values (V-F10)', async () => {
    const polls = 'polls: [{ every: 1m, points: ["1-0:1.7.0"] }, { every: 15m, points: ["1-0:1.7.0"] }]'
    const { printed } = await load(GOOD.replace('profile: dlt645-2007-single-phase', m => `${m}, ${polls}`))
    expect(printed).toEqual([
      expect.stringContaining('meters[0].polls[1].points[0]: 1-0:1.7.0 is polled twice'),
    ])
  })

  test('the line decides between Modbus RTU, ASCII and TCP for one register map', async () => {
    const text = GOOD.replace(/lines:.*\nmeters:.*\n/, '')
    const { config } = await loadRight(`${text}lines:
  - { id: a, url: "tcp://127.0.0.1:4001" }
  - { id: b, url: "modbus-tcp://127.0.0.1:502", inFlight: 4 }
  - { id: c, url: "serial:///dev/ttyS0?baud=9600&data=7&parity=even", modbus: ascii }
meters:
  - { id: m1, line: a, address: "1", profile: eastron-sdm630 }
  - { id: m2, line: b, address: "1", profile: eastron-sdm630, nameplate: { amperes: 5 } }
  - { id: m3, line: c, address: "1", profile: eastron-sdm630 }
`)
    expect(config.meters.map(meter => meter.driver.protocol)).toEqual([
      'modbus-rtu',
      'modbus-tcp',
      'modbus-ascii',
    ])
    expect(config.meters[1]?.nameplate).toEqual({ ...config.meters[1]?.profile.nameplate, amperes: 5 })
    expect(config.meters.map(meter => meter.daily)).toEqual([false, false, false])
    expect(config.lines[1]?.inFlight).toBe(4)
  })

  test('an embedded broker is published to when nothing else is said', async () => {
    const { config } = await loadRight(`${GOOD}broker: { listen: "127.0.0.1:18830" }\n`)
    expect(config.mqtt?.url).toBe('mqtt://127.0.0.1:18830')
  })

  test('simulated meters are counted up from the first address', async () => {
    const { config } = await loadRight(`${GOOD}simulator:
  lines:
    - listen: "tcp://127.0.0.1:64501"
      meters: [{ protocol: dlt645-2007, address: "000000000998", count: 3, profile: dlt645-2007-single-phase }]
      faults: { silence: 0.5, lateBy: 3s }
`)
    expect(config.simulator?.listeners[0]?.meters).toEqual(
      ['000000000998', '000000000999', '000000001000'].map(address => ({
        protocol: 'dlt645-2007',
        address,
        profile: 'single-phase',
      })),
    )
    expect(config.simulator?.listeners[0]?.faults).toEqual({ silence: 0.5, lateMs: 3000 })
  })

  test('simulated meters have quirks each, and a line its turn-around', async () => {
    const { config } = await loadRight(`${GOOD}simulator:
  lines:
    - listen: "tcp://127.0.0.1:64501"
      turnAround: 40ms
      meters:
        - { protocol: dlt645-2007, address: "000000000998", count: 2, quirks: { relay-lies: does-nothing, relay-level: "03" } }
        - { protocol: dlt645-2007, address: "000000000001", turnAround: 120ms }
`)
    const [line] = config.simulator?.listeners ?? []
    expect(line?.turnAroundMs).toBe(40)
    expect(line?.meters.map(meter => meter.turnAroundMs)).toEqual([undefined, undefined, 120])
    const quirks = { 'relay-lies': 'does-nothing', 'relay-level': '03' }
    expect(line?.meters.map(meter => meter.quirks)).toEqual([quirks, quirks, undefined])
  })

  test('passwords come from a file or the environment', async () => {
    const text = `${GOOD}mqtt: { url: "mqtt://127.0.0.1", username: u, passwordFile: ./secret }
influx: { url: "https://[::1]", database: d, username: u, passwordEnv: INFLUX }
`
    const { right } = await load(text, { secret: 'from file\n' }, { INFLUX: 'from\n  admin: true' })
    expect(right?.config.mqtt).toMatchObject({ password: 'from file', topicPrefix: 'meterd/v1' })
    expect(right?.config.influx).toMatchObject({
      host: '::1',
      port: 443,
      protocol: 'https',
      password: 'from\n  admin: true',
    })
  })

  test('influx: what nothing is said of, and what is', async () => {
    const plain = await loadRight(`${GOOD}influx: { url: "http://127.0.0.1:8086", database: d }\n`)
    expect(plain.config.influx).toEqual({
      host: '127.0.0.1',
      port: 8086,
      protocol: 'http',
      database: 'd',
      retentionPolicy: null,
      username: null,
      password: null,
      token: null,
      tls: { ca: null, cert: null, key: null },
      gzip: false,
      batch: { lines: 1000, ageMs: 1000 },
    })
    const text = `${GOOD}influx: { url: "https://h", database: d, retentionPolicy: year, tokenFile: t, batch: { lines: 50, age: 0s } }\n`
    const { config } = await loadRight(text, { t: 'abc==\n' })
    expect(config.influx).toMatchObject({
      token: 'abc==',
      retentionPolicy: 'year',
      gzip: true,
      batch: { lines: 50, ageMs: 0 },
    })
  })

  test('PR-75 influx: a secret that would cross the network in the open is warned of', async () => {
    const told = async (url: string, more: string) =>
      (await loadRight(`${GOOD}influx: { url: "${url}", database: d${more} }\n`, { t: 'x' })).warnings
    const token = ', tokenFile: t'
    expect(await told('http://h:8086', token)).toMatchObject([
      { text: expect.stringContaining('for all to read') },
    ])
    expect(await told('http://h:8086', '')).toEqual([])
    expect(await told('http://127.0.0.1:8086', token)).toEqual([])
    expect(await told('https://h', token)).toEqual([])
  })

  test('PR-70 listening for other machines takes an override, which is passed on as a warning', async () => {
    const open = `${GOOD}api: { listen: "0.0.0.0:8645" }\n`
    expect((await load(open)).printed).toEqual([
      expect.stringContaining('api.listen: 0.0.0.0:8645 can be reached'),
    ])
    const { warnings, config } = await loadRight(open.replace('8645" }', '8645", insecure: true }'))
    expect(warnings.map(formatComplaint)).toEqual([expect.stringContaining('without encryption')])
    expect(config.api).toMatchObject({ host: '0.0.0.0', port: 8645 })
  })
})

describe('shipped files', () => {
  const shipped = readdirSync('config').filter(name => name.endsWith('.yaml'))
  test.each(shipped)('config/%s loads without a complaint or warning', async name => {
    const loaded = await loadConfig(join('config', name), {})
    expect('complaints' in loaded ? loaded.complaints.map(formatComplaint) : []).toEqual([])
    expect('warnings' in loaded ? loaded.warnings.map(formatComplaint) : []).toEqual([])
  })

  test('every meter of the demonstration is simulated on the line it is read from', async () => {
    const loaded = await loadConfig('config/demo.yaml', {})
    if ('complaints' in loaded) throw new Error(loaded.complaints.map(formatComplaint).join('\n'))
    const { lines, meters, simulator } = loaded.config
    for (const { id, line, address } of meters) {
      const url = lines.find(candidate => candidate.id === line)?.url
      const played = simulator?.listeners.find(
        listener => JSON.stringify(listener.url) === JSON.stringify(url),
      )
      expect(
        played?.meters.map(meter => meter.address),
        id,
      ).toContain(address)
    }
    expect(new Set(meters.map(meter => meter.driver.protocol)).size).toBe(4)
  })
})
