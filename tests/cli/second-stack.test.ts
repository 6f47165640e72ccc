/** `meterd profile doctor` and `read --via` where the second stack, or the line between two readings, goes wrong. */

import { spawn } from 'node:child_process'
import { connect, createServer, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { profile } from '../../src/cli/profile.ts'
import { read } from '../../src/cli/read.ts'
import { STOPPED, type Terminal, type Verb } from '../../src/cli/verb.ts'
import { lineKey, parseLineUrl } from '../../src/core/line-url.ts'
import { claimLine } from '../../src/line/lock.ts'
import { PANEL, play } from '../support/meters.ts'

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one()
})

/** A device that never closes its half of a connection, and serves only those `serves` names by their number, from 1. */
async function device(serves: (nth: number) => boolean = () => true): Promise<string> {
  const { simulator, lines } = await play([PANEL])
  undo.push(() => simulator.stop())
  const { port } = new URL((lines[0]?.url ?? '').replace('tcp:', 'http:'))
  let nth = 0
  const open = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, socket => {
    open.add(socket.on('error', () => undefined))
    nth += 1
    if (!serves(nth)) return void socket.resume()
    const meter = connect({ port: Number(port), host: '127.0.0.1' }).on('error', () => undefined)
    open.add(meter)
    socket.on('data', bytes => meter.write(bytes))
    meter.on('data', bytes => socket.write(bytes))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  undo.push(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  const address = server.address()
  return `tcp://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
}

async function run(
  verb: Verb,
  args: readonly string[],
  { stop = new AbortController(), heard = (_: string) => undefined as unknown } = {},
) {
  const [out, err]: [string[], string[]] = [[], []]
  const io: Terminal = {
    out: text => void out.push(text),
    err: text => {
      err.push(text)
      heard(text)
    },
    readAll: async () => '',
    signal: stop.signal,
  }
  const code = await verb.run(args, io)
  return { code, out: out.join('\n'), err: err.join('\n'), verdict: out.at(-1) ?? '' }
}

const doctor = (url: string, again = '1') =>
  ['doctor', 'eastron-sdm630', '--line', url, '--address', '1', '--again', again, '--within', '500'] as const

test('a device that never closes its half holds neither the doctor nor read --via', async () => {
  const url = await device()
  const { out, err } = await run(profile, doctor(url))
  expect(out).toContain('holds modbus-serial: the same bytes')
  // The first reading is told before anything is waited for.
  expect(err.indexOf('voltage L1: ')).toBeGreaterThan(-1)
  expect(err.indexOf('voltage L1: ')).toBeLessThan(err.indexOf('read once'))
  const via = ['--protocol', 'modbus-rtu', '--address', '1', '--via', 'modbus-serial', '4:0:f32']
  expect((await run(read, ['--line', url, ...via])).err).toContain('the same')
})

test('told to end, the doctor ends, and tells what it has seen', async () => {
  const url = await device()
  const stop = new AbortController()
  const heard = (text: string) => text.startsWith('read once') && stop.abort()
  const { code, verdict } = await run(profile, doctor(url, '3600'), { stop, heard })
  expect(code).toBe(STOPPED)
  expect(verdict).toContain('there is no second reading: stopped')
})

test('a second stack without an answer is told as that, not as other values', async () => {
  const { out, verdict } = await run(profile, doctor(await device(nth => nth !== 2)))
  expect(out).toMatch(/^open {2}modbus-serial: function 4, registers \d+ to \d+: it did not answer$/m)
  expect(out).not.toContain('[object')
  expect(verdict).toMatch(/^cannot be judged: .*the second stack was not answered/)
})

test('where the second reading fails, what the first has shown is told', async () => {
  const { code, out, verdict } = await run(profile, doctor(await device(nth => nth < 3)))
  expect(code).toBe(1)
  expect(out).toMatch(/^shown 4:0x0000 .*voltage L1: 2\d\d/m)
  expect(verdict).toMatch(/^cannot be judged: .*there is no second reading: 1 did not answer/)
})

test('PR-85 the line is the doctor’s from the first reading to the last', async () => {
  const url = await device()
  const at = parseLineUrl(url)
  if ('wrong' in at) throw new Error(at.wrong)
  const claims: Promise<unknown>[] = []
  const heard = (text: string) =>
    text.startsWith('read once') && claims.push(claimLine(lineKey(at)).catch((error: unknown) => error))
  await run(profile, doctor(url), { heard })
  expect(await Promise.all(claims)).toMatchObject([{ code: 'LINE_OWNED' }])
  const release = await claimLine(lineKey(at))
  await release()
})

test('a verb that waits for its input ends when told to', async () => {
  const child = spawn(process.execPath, ['src/cli/meterd.ts', 'decode', '-'], {
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  undo.push(() => child.kill('SIGKILL'))
  const ended = new Promise(resolve => child.on('exit', (code, signal) => resolve(code ?? signal)))
  // It hears signals when it reads: the pipe is full only until then.
  await new Promise<void>(resolve => child.stdin.write(' '.repeat(2 ** 20), () => resolve()))
  child.kill('SIGTERM')
  expect(await ended).toBe(STOPPED)
})
