/** Speed and parity of a single meter, and lines behind RFC 2217 servers. */

import { describe, expect, test } from 'vitest'
import { forecastLoad } from '../../src/config/line-load.ts'
import { GOOD, load, loadRight } from './support.ts'

const withSerial = (serial: string, config = GOOD) =>
  config.replace('profile: dlt645-2007-single-phase', `profile: dlt645-2007-single-phase, serial: ${serial}`)
const onUrl = (url: string, config = GOOD) => config.replace(/serial:\/\/[^"]*/, url)

describe('a meter set otherwise than its line', () => {
  test('what is not named is as at its line; the same as there is nothing', async () => {
    const of = async (text: string) => (await loadRight(text)).config.meters[0]?.serial
    const one = { baud: 1200, parity: 'even', dataBits: 8, stopBits: 1 }
    expect(await of(withSerial('{ baud: 1200 }'))).toEqual(one)
    expect(await of(withSerial('{ baud: 1200 }', onUrl('rfc2217://h:1')))).toEqual(one)
    expect(await of(withSerial('{ parity: none, stop: 2 }'))).toEqual({
      ...{ baud: 2400, parity: 'none', dataBits: 8, stopBits: 2 },
    })
    expect(await of(withSerial('{ baud: 2400, parity: even, data: 8 }'))).toBeUndefined()
    expect(await of(GOOD)).toBeUndefined()
  })

  test('counts at its own speed in the forecast', async () => {
    const share = async (text: string) => {
      const { config } = await loadRight(text)
      const [line] = config.lines
      return line ? forecastLoad(line, config.meters).share : 0
    }
    expect(await share(withSerial('{ baud: 300 }'))).toBeGreaterThan(3 * (await share(GOOD)))
  })

  test.each([
    ['{ baud: 9601 }', /meters\[0\]\.serial\.baud: 9601 is not right; expected a speed a port can be set to/],
    ['{ parity: E }', /meters\[0\]\.serial\.parity: "E" is not right; expected none, even or odd/],
    ['{ stop: 1.5 }', /meters\[0\]\.serial\.stop: 1.5 is not right; expected a number of stop bits/],
    ['{ speed: 2400 }', /meters\[0\]\.serial\.speed: unknown key/],
    [
      '{ data: 7 }',
      /meters\[0\]\.serial\.data: of all protocols only Modbus ASCII makes do with 7 data bits/,
    ],
  ])('%s is told with its place', async (serial, complaint) => {
    expect((await load(withSerial(serial))).printed).toContainEqual(expect.stringMatching(complaint))
  })

  test('behind a plain socket there is nothing to set, and what to write instead is said', async () => {
    const { printed } = await load(withSerial('{ baud: 1200 }', onUrl('tcp://h:1')))
    expect(printed).toEqual([
      expect.stringMatching(
        /meters\[0\]\.serial: the speed of line "a" is set in the server behind tcp:\/\/, not here; remove serial; .*rfc2217:\/\/host:port/,
      ),
    ])
  })

  test('stands in the columns baud, parity, data and stop of a meter list', async () => {
    const yaml = `${GOOD.replace(/^meters: .*\n/m, '')}meterList: ./meters.csv\n`
    const csv =
      'id,line,address,profile,baud,parity,data,stop\nm1,a,000000000161,dlt645-2007-single-phase,1200,,8,2\n'
    const { config } = await loadRight(yaml, { 'meters.csv': csv })
    expect(config.meters[0]?.serial).toEqual({ baud: 1200, parity: 'even', dataBits: 8, stopBits: 2 })
  })
})

describe('rfc2217://', () => {
  test('is a line with settings, and one port with tcp:// of the same place', async () => {
    const { config } = await loadRight(onUrl('rfc2217://h:4001?baud=1200&parity=none'))
    expect(config.lines[0]?.url).toEqual({
      ...{ kind: 'rfc2217', host: 'h', port: 4001, baud: 1200, parity: 'none', dataBits: 8, stopBits: 1 },
    })
    const twice = GOOD.replace(
      /^lines: .*$/m,
      'lines: [{ id: a, url: "rfc2217://h:4001" }, { id: b, url: "tcp://h:4001" }]',
    )
    expect((await load(twice)).printed).toContainEqual(expect.stringContaining('a bus has one master'))
  })

  test('is not what simulated meters listen on', async () => {
    const simulator = 'simulator: { lines: [{ listen: "rfc2217://127.0.0.1:1", meters: [] }] }\n'
    expect((await load(GOOD + simulator)).printed).toContainEqual(
      expect.stringContaining('simulated meters do not speak RFC 2217'),
    )
  })
})
