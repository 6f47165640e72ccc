/** `meterd scan --units`: which Modbus units answer, and what they say they are. */

import { afterEach, describe, expect, test } from 'vitest'
import { scan } from '../../src/cli/scan.ts'
import { systemClock } from '../../src/core/clock.ts'
import { silentLog } from '../../src/core/log.ts'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { OFFSET_MINUTES } from '../simulator/master.ts'
import { simulatedMeter } from '../simulator/models.ts'

let simulator: Simulator | null = null
afterEach(async () => {
  await simulator?.stop()
  simulator = null
})

async function found(protocol: string, ...args: readonly string[]) {
  simulator = await startSimulator(
    {
      seed: 1,
      listeners: [
        {
          url: { kind: protocol === 'modbus-tcp' ? 'modbus-tcp' : 'tcp', host: '127.0.0.1', port: 0 },
          meters: [
            simulatedMeter(protocol, '3', 'abb-b23', { 'device-identification': 'basic' }),
            simulatedMeter(protocol, '5', 'eastron-sdm630'),
          ],
          faults: {},
        },
      ],
    },
    { clock: systemClock, log: silentLog, offsetMinutes: OFFSET_MINUTES, replyDelayMs: [0, 1] },
  )
  const out: string[] = []
  const err: string[] = []
  const code = await scan.run(['--line', simulator.listening[0]!.url, '--within', '80', '--force', ...args], {
    out: text => out.push(text),
    err: text => err.push(text),
    readAll: async () => '',
    signal: new AbortController().signal,
  })
  return { code, out, err }
}

describe('units named', () => {
  test.each(['modbus-rtu', 'modbus-ascii', 'modbus-tcp'])(
    '%s: who is there, by name where it says one, and nobody else',
    async protocol => {
      const { code, out, err } = await found(protocol, '--units', '2-4,5', '--protocol', protocol)
      expect(out).toHaveLength(2)
      expect(out[0]).toMatch(
        new RegExp(`^ {2}3 {2}${protocol} .* vendor name .+, product code .+, revision .+`),
      )
      expect(out[1]).toMatch(/^ {2}5 .* does not say what it is: exception 01: illegal function$/)
      expect(err.at(-1)).toBe('2 found')
      expect(code).toBe(0)
    },
  )

  test('as objects', async () => {
    const { out } = await found('modbus-tcp', '--units', '3', '--json')
    expect(JSON.parse(out[0]!)).toMatchObject({
      address: '3',
      protocol: 'modbus-tcp',
      identification: { 'vendor name': expect.any(String), revision: expect.any(String) },
      why: null,
    })
  })

  test('nobody is exit 1', async () => {
    expect(await found('modbus-rtu', '--units', '9', '--protocol', 'modbus-rtu')).toMatchObject({
      code: 1,
      out: [],
    })
  })

  test.each([
    ['backwards', ['--units', '5-3', '--protocol', 'modbus-rtu'], /written like 1-10,20/],
    ['a unit nobody can have', ['--units', '250', '--protocol', 'modbus-rtu'], /no unit identifier/],
    ['no framing', ['--units', '1'], /needs --protocol/],
    ['a protocol that is searched', ['--units', '1', '--protocol', 'dlt645-2007'], /needs --protocol/],
  ])('%s is used wrongly', async (_what, args, why) => {
    await expect(found('modbus-rtu', ...args)).rejects.toThrow(why)
  })
})
