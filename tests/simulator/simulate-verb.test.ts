import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { simulate } from '../../src/cli/simulate.ts'
import { withCrc } from '../../src/simulator/modbus/rtu.ts'
import { di, replyOf, request } from './master.ts'

let directory = ''
const file = (name: string, text: string) => {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'meterd-simulate-'))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

function terminal() {
  const out: string[] = []
  const err: string[] = []
  const stop = new AbortController()
  const io = {
    out: (text: string) => void out.push(text),
    err: (text: string) => void err.push(text),
    readAll: async () => '',
    signal: stop.signal,
  }
  return { out, err, stop, io }
}

const METERS = `
- { protocol: dlt645-2007, address: "000000000001" }
- { protocol: modbus-rtu, address: "3", profile: abb-b23 }
`

const quirky = (quirks: string) =>
  `- { protocol: dlt645-2007, address: "000000000001", quirks: { ${quirks} } }\n`

describe('meterd simulate', () => {
  it('plays meters as their quirks have them', async () => {
    const { out, io, stop } = terminal()
    const meters = file('quirky.yaml', quirky('blocks: refused, no-data-word: "03"'))
    const argv = ['--listen', 'tcp://127.0.0.1:0', '--meters', meters, '--turn-around', '20', '--json']
    const done = simulate.run(argv, io)
    for (let tries = 0; tries < 200 && out.length === 0; tries++) await sleep(10)
    const socket = connect(Number(new URL(JSON.parse(out[0] ?? '{}').listening).port), '127.0.0.1')
    socket.write(request('000000000001', 0x11, di('0001FF00')))
    const heard = await new Promise<Buffer>(resolve => socket.once('data', resolve))
    expect(replyOf(heard)).toMatchObject({ control: 'D1', data: '03' })
    socket.destroy()
    stop.abort()
    expect(await done).toBe(0)
  })

  it('plays a Modbus meter of one’s own profile, by the path of its file', async () => {
    const { out, err, io, stop } = terminal()
    const shipped = readFileSync(
      join(import.meta.dirname, '../../drivers/modbus/profiles/pzem-016.yaml'),
      'utf8',
    )
    const own = file('my-meter.yaml', shipped.replace('profile: pzem-016', 'profile: my-meter'))
    const meters = file('own.yaml', `- { protocol: modbus-rtu, address: "9", profile: "${own}" }\n`)
    const done = simulate.run(['--listen', 'tcp://127.0.0.1:0', '--meters', meters, '--json'], io)
    for (let tries = 0; tries < 1000 && out.length + err.length === 0; tries++) await sleep(10)
    expect(err).toEqual([])
    const socket = connect(Number(new URL(JSON.parse(out[0] ?? '{}').listening).port), '127.0.0.1')
    socket.write(withCrc([9, 4, 0, 0, 0, 1]))
    const [, , , high = 0, low = 0] = await new Promise<Buffer>(resolve => socket.once('data', resolve))
    expect(Math.abs((high << 8) + low - 2300)).toBeLessThan(200)
    socket.destroy()
    stop.abort()
    expect(await done).toBe(0)
  })

  it('plays meters until it is told to end, then says which faults it applied', async () => {
    const { out, io, stop } = terminal()
    const argv = [
      ...['--listen', 'tcp://127.0.0.1:0', '--meters', file('meters.yaml', METERS)],
      ...['--faults', file('faults.yaml', 'echo: 1\n'), '--seed', '7', '--json'],
    ]
    const done = simulate.run(argv, io)
    for (let tries = 0; tries < 200 && out.length === 0; tries++) await sleep(10)
    const { listening, meters, seed } = JSON.parse(out[0] ?? '{}')
    expect({ meters, seed }).toEqual({ meters: 2, seed: 7 })
    const socket = connect(Number(new URL(listening).port), '127.0.0.1')
    const asked = request('000000000001', 0x11, di('00010000'))
    socket.write(asked)
    const heard = await new Promise<Buffer>(resolve => socket.once('data', resolve))
    expect(replyOf(heard.subarray(asked.length))?.address).toBe('000000000001')
    socket.destroy()
    stop.abort()
    expect(await done).toBe(0)
    expect(JSON.parse(out.at(-1) ?? '{}')).toEqual({ faults: { echo: 1 } })
  })

  it('used wrongly: 2, with the help', async () => {
    const meters = file('good.yaml', METERS)
    const wrong = [
      [],
      ['--listen', 'tcp://127.0.0.1:0'],
      ['--listen', 'tcp://127.0.0.1:0', '--meters', meters, '--sead', '1'],
      ['--listen', 'nowhere', '--meters', meters],
      ['--listen', 'tcp://127.0.0.1:0', '--meters', meters, '--seed', 'x'],
      ['--listen', 'tcp://127.0.0.1:0', '--meters', meters, '--offset', '8'],
      ['--listen', 'tcp://127.0.0.1:0', '--meters', meters, '--turn-around', '5'],
    ]
    for (const argv of wrong) {
      const { err, io } = terminal()
      expect(await simulate.run(argv, io)).toBe(2)
      expect(err.join('\n')).toContain('meterd simulate [--listen URL]')
    }
    const { out, io } = terminal()
    expect(await simulate.run(['--help'], io)).toBe(0)
    expect(out.join('')).toContain('Example:')
  })

  it('bad files: 78, naming the file and the place', async () => {
    const good = file('good.yaml', METERS)
    const bad: readonly (readonly [string, string])[] = [
      [file('unquoted.yaml', '- { protocol: dlt645-2007, address: 1 }\n'), 'address'],
      [file('unknown.yaml', '- { protocol: cjt188, address: "1" }\n'), 'protocol'],
      [file('empty.yaml', '[]\n'), 'list at least one'],
      [
        file('quirk.yaml', quirky('relay-levl: "02"')),
        'quirk.yaml:1:63 [0].quirks.relay-levl: unknown key in [0].quirks; did you mean "relay-level"?',
      ],
      [
        file('value.yaml', quirky('relay-level: 2')),
        '[0].quirks.relay-level: 2 is not right; expected one of the values this quirk has',
      ],
      [file('broken.yaml', '- {\n'), 'broken.yaml'],
      [
        file('model.yaml', '- { protocol: modbus-rtu, address: "1", profile: sdm }\n'),
        'there is no profile "sdm"',
      ],
      [file('own.yaml', '- { protocol: modbus-rtu, address: "1", profile: ./gone.yaml }\n'), 'gone.yaml'],
      [join(directory, 'absent.yaml'), 'absent.yaml'],
    ]
    for (const [meters, said] of bad) {
      const { err, io } = terminal()
      expect(await simulate.run(['--listen', 'tcp://127.0.0.1:0', '--meters', meters], io)).toBe(78)
      expect(err.join('\n')).toContain(said)
    }
    const faulty: readonly (readonly [string, string])[] = [
      ['silense: 0.1\n', 'faulty.yaml:1:1 silense: unknown key in this file; did you mean "silence"?'],
      ['silence: 2\n', 'expected a share of 1'],
      ['{ silence: 0.6, late: 0.6 }\n', 'the shares add up to 1.2'],
      // As it was called here once, and is called in a configuration.
      ['{ late: 0.1, lateMs: 2500 }\n', 'write for example lateBy: 2500ms'],
    ]
    for (const [text, said] of faulty) {
      const { err, io } = terminal()
      const argv = ['--listen', 'tcp://127.0.0.1:0', '--meters', good, '--faults', file('faulty.yaml', text)]
      expect(await simulate.run(argv, io)).toBe(78)
      expect(err.join('\n')).toContain(said)
    }
  })

  it('a line that cannot be listened on: 1, in words', async () => {
    const { err, io } = terminal()
    const argv = ['--listen', 'serial:///dev/no-such-tty', '--meters', file('meters.yaml', METERS)]
    expect(await simulate.run(argv, io)).toBe(1)
    expect(err.join('\n')).toContain('/dev/no-such-tty: cannot open')
  })
})

describe('meterd simulate: DTUs that dial', () => {
  it('each meter of a count behind its own, and nobody need listen', async () => {
    const heard: string[] = []
    const server = createServer(socket => {
      socket.once('data', bytes => heard.push(bytes.toString()))
      socket.on('error', () => undefined)
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', () => resolve()))
    const { port } = server.address() as AddressInfo
    const { out, io, stop } = terminal()
    const meters = file(
      'dialled.yaml',
      `- { protocol: dlt645-2007, address: "000000000001", count: 3, dial: { to: "127.0.0.1:${port}", dtu: "861234567890009", registration: "'REG:' {dtu} 3B" } }\n`,
    )
    const done = simulate.run(['--meters', meters, '--json'], io)
    for (let tries = 0; tries < 400 && heard.length < 3; tries++) await sleep(10)
    expect(heard.sort()).toEqual(['REG:861234567890009;', 'REG:861234567890010;', 'REG:861234567890011;'])
    expect(JSON.parse(out[0] ?? '{}')).toMatchObject({ meters: 3 })
    stop.abort()
    expect(await done).toBe(0)
    await new Promise(resolve => server.close(resolve))
  })

  it('a meter that dials nobody needs an address to listen on', async () => {
    const { err, io } = terminal()
    expect(await simulate.run(['--meters', file('direct.yaml', METERS)], io)).toBe(2)
    expect(err[0]).toContain('--listen is needed')
  })
})
