/** What `meterd write`, `read`, `command` and `clock` do when told to end, and where a meter says nothing. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { clock } from '../../src/cli/clock.ts'
import { command } from '../../src/cli/command.ts'
import { read } from '../../src/cli/read.ts'
import { STOPPED, Stopped, type Terminal, type Verb, WrongUse } from '../../src/cli/verb.ts'
import { write } from '../../src/cli/write.ts'
import { systemClock } from '../../src/core/clock.ts'
import { silentLog } from '../../src/core/log.ts'
import type { SimulatedQuirks } from '../../src/core/simulated.ts'
import { MINUTE } from '../../src/core/time.ts'
import { startSimulator } from '../../src/simulator/simulator.ts'
import { frameBytes } from '../drivers/dlt645/bench-meter.ts'
import { type Between, between, onTheWire } from '../support/between.ts'
import { spawnMeterd } from '../support/daemon.ts'

const PASSWORD = '735190'
const NOBODY = ['--line', 'tcp://127.0.0.1:1']
const METER = ['--protocol', 'dlt645-2007', '--address', '161']
const RATED = '04000103'

let folder = ''
let undo: (() => unknown)[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meterd-stopped-'))
  writeFileSync(join(folder, 'pw'), PASSWORD)
  undo = [() => rmSync(folder, { recursive: true, force: true })]
})
afterEach(async () => {
  for (const one of undo.reverse()) await one()
})

const password = () => ['--password-file', join(folder, 'pw')]

interface Said {
  readonly code: number | 'stopped' | 'wrong'
  readonly out: string
  readonly err: string
}

async function run(verb: Verb, args: readonly string[], stop = new AbortController()): Promise<Said> {
  const [out, err]: [string[], string[]] = [[], []]
  const io: Terminal = {
    out: text => void out.push(text),
    err: text => void err.push(text),
    readAll: async () => '',
    signal: stop.signal,
  }
  const code = await verb.run(args, io).catch((error: unknown) => {
    if (error instanceof Stopped) return 'stopped' as const
    if (!(error instanceof WrongUse)) throw error
    err.push(error.message)
    return 'wrong' as const
  })
  return { code, out: out.join('\n'), err: err.join('\n') }
}

/** Half past twelve at the meters whenever the test runs: near midnight and hourly freezes no clock is set. */
function noon(): { readonly minutes: number; readonly text: string } {
  const now = new Date(systemClock.now())
  const minutes = 12 * 60 + 30 - (now.getUTCHours() * 60 + now.getUTCMinutes())
  const [hour, minute] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  const two = (part: number) => String(part).padStart(2, '0')
  return { minutes, text: `${minutes < 0 ? '-' : '+'}${two(hour)}:${two(minute)}` }
}

/** In one word: one that begins with a minus is an option of its own otherwise. */
function offset(): string {
  return `--offset=${noon().text}`
}

async function meterBehind(isDeaf: (hex: string) => boolean | Uint8Array): Promise<Between> {
  return (await benchBehind(isDeaf)).wire
}

async function benchBehind(
  isDeaf: (hex: string) => boolean | Uint8Array,
  quirks: SimulatedQuirks = {},
  own: { readonly turnAroundMs?: number } = {},
) {
  const simulator = await startSimulator(
    {
      seed: 7,
      listeners: [
        {
          url: { kind: 'tcp', host: '127.0.0.1', port: 0 },
          meters: [
            { protocol: 'dlt645-2007', address: '000000000161', profile: 'single-phase', quirks, ...own },
          ],
          faults: {},
        },
      ],
    },
    { clock: systemClock, log: silentLog, offsetMinutes: noon().minutes },
  )
  undo.push(() => simulator.stop())
  const wire = await between(simulator.listening[0]?.url ?? '', isDeaf)
  undo.push(() => wire.stop())
  return { wire, simulator }
}

const count = ({ heard }: Between, part: string) => heard.filter(hex => hex.includes(part)).length

describe('told to end', () => {
  test('write begins nothing further and names what was not sent', async () => {
    const stop = new AbortController()
    const wire = await meterBehind(hex => {
      if (hex.includes(`6814`)) stop.abort()
      return false
    })
    const items = ['04000103=30', '04000104=4', '04000303=2']
    const args = ['--line', wire.url, ...METER, ...password(), '--yes', '--json', ...items]
    const { code, out } = await run(write, args, stop)
    expect(code).toBe(STOPPED)
    expect(out.split('\n').map(line => [JSON.parse(line).item, JSON.parse(line).outcome])).toEqual([
      ['04000103', 'refused'],
      ['04000104', 'not sent'],
      ['04000303', 'not sent'],
    ])
    expect(count(wire, onTheWire('04000104')) + count(wire, onTheWire('04000303'))).toBe(0)
    expect(wire.heard).toHaveLength(2)
  })

  test('write stopped while it reads before does not write', async () => {
    const stop = new AbortController()
    const wire = await meterBehind(() => {
      stop.abort()
      return false
    })
    const args = ['--line', wire.url, ...METER, ...password(), '--yes', '04000103=30']
    const { code, out } = await run(write, args, stop)
    expect(code).toBe(STOPPED)
    expect(out).toContain('not sent, stopped')
    expect(wire.heard).toHaveLength(1)
  })

  test('read asks nothing further, repeats nothing, and tells what it has', async () => {
    const stop = new AbortController()
    const wire = await meterBehind(hex => {
      const isSecond = hex.includes(onTheWire('02010100'))
      if (isSecond) stop.abort()
      return isSecond
    })
    const items = ['00010000', '02010100', '04000503']
    const { code, out } = await run(
      read,
      ['--line', wire.url, ...METER, '--within', '200', '--json', ...items],
      stop,
    )
    expect(code).toBe(STOPPED)
    const [first, second] = out.split('\n').map(line => JSON.parse(line))
    expect(first.value).not.toBeNull()
    expect(second.value).toBeNull()
    expect(wire.heard).toHaveLength(2)
  })

  test('command and the memory of a meter are not even begun', async () => {
    const wire = await meterBehind(() => false)
    const stop = new AbortController()
    stop.abort()
    const to = ['--line', wire.url, ...METER]
    expect((await run(command, ['freeze', ...to, 'when=now', '--yes'], stop)).code).toBe('stopped')
    expect((await run(read, [...to, '--events', 'power-down'], stop)).code).toBe('stopped')
    expect(wire.heard).toHaveLength(0)
  })

  test.each(['broadcast', 'write'])('clock --set %s sets nothing', async how => {
    const stop = new AbortController()
    const wire = await meterBehind(hex => {
      if (hex.includes(onTheWire('04000B03'))) stop.abort()
      return false
    })
    const args = ['--line', wire.url, ...METER, ...password(), offset(), '--set', how]
    const { code, out } = await run(clock, args, stop)
    expect(code).toBe(STOPPED)
    expect(out).toContain('not set: stopped')
    expect(count(wire, '6808') + count(wire, '6814')).toBe(0)
  })
})

test('a refused password is not tried on the next item: five of them lock a meter for a day', async () => {
  const wire = await meterBehind(() => false)
  const items = ['04000103=30', '04000104=4', '04000303=2']
  const args = ['--line', wire.url, ...METER, ...password(), '--yes', '--json', ...items]
  const { code, out } = await run(write, args)
  expect(code).toBe(1)
  const told = out.split('\n').map(line => JSON.parse(line))
  expect(told.map(({ item, outcome }) => [item, outcome])).toEqual([
    ['04000103', 'refused'],
    ['04000104', 'not sent'],
    ['04000303', 'not sent'],
  ])
  expect(told[0].why).toContain('locked by wrong passwords')
  expect(count(wire, '6814')).toBe(1)
})

describe('a meter that says nothing', () => {
  test('to the reading before is not written to', async () => {
    const wire = await meterBehind(hex => hex.includes('6811'))
    const args = ['--line', wire.url, ...METER, ...password(), '--within', '200', '--yes', `${RATED}=30`]
    const { code, out } = await run(write, args)
    expect(code).toBe(1)
    expect(out).toContain('not sent, the reading before had no answer')
    expect(count(wire, '6814')).toBe(0)
  })

  test.each([
    ['broadcast', '03300401'],
    ['write', '03300401'],
    ['broadcast', '04000B01'],
    ['broadcast', '04000B03'],
    ['write', '04001203'],
    ['broadcast', '04001201'],
    ['broadcast', '04001202'],
  ])('to what proves the rules is not set: %s, %s', async (how, item) => {
    const wire = await meterBehind(hex => hex.includes(onTheWire(item)))
    const args = ['--line', wire.url, ...METER, ...password(), '--within', '200', offset()]
    const { code, out } = await run(clock, [...args, '--set', how, '--json'])
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ set: null, wasRight: false })
    expect(JSON.parse(out).why[0]).toMatch(new RegExp(`no usable answer for .*${item}.*nobody knows`))
    expect(count(wire, '6808') + count(wire, '6814')).toBe(0)
  })
})

const DAMAGED: readonly (readonly [how: string, item: string, control: number, data: string])[] = [
  ['longer by a byte', '03300401', 0x91, `01043003${'00'.repeat(17)}`],
  ['refused with word 04', '03300401', 0xd1, '04'],
  ['refused with word 01', '04001203', 0xd1, '01'],
  ['no time', '04001203', 0x91, '031200049999'],
]
test.each(DAMAGED)(
  'an answer that proves nothing is no leave to set the clock: %s (%s)',
  async (_, item, control, data) => {
    const { wire, simulator } = await benchBehind(
      hex => hex.includes(onTheWire(item)) && frameBytes('000000000161', control, Buffer.from(data, 'hex')),
    )
    const now = systemClock.now()
    simulator.truth
      .meter('dlt645-2007', '000000000161')
      .clock.set(now + noon().minutes * MINUTE + 30_000, now)
    const args = ['--line', wire.url, ...METER, offset(), '--set', 'broadcast', '--json']
    const { code, out } = await run(clock, args)
    expect(JSON.parse(out)).toMatchObject({ set: null, wasRight: false })
    expect(JSON.parse(out).why[0]).toMatch(new RegExp(`no usable answer for .*${item}.*nobody knows`))
    expect(code).toBe(1)
    expect(count(wire, '6808')).toBe(0)
  },
)

test('no clock is set near an hourly freeze', async () => {
  const { wire, simulator } = await benchBehind(() => false)
  writeFileSync(join(folder, 'delivered'), '000000')
  const to = ['--line', wire.url, ...METER]
  const delivered = ['--password-file', join(folder, 'delivered'), '--level', '04', '--yes']
  const now = systemClock.now()
  const shown = now + noon().minutes * MINUTE + 30_000
  const start = `2026-01-01T00:${new Date(shown + MINUTE).toISOString().slice(14, 16)}`
  expect((await run(write, [...to, ...delivered, `04001201=${start}`])).code).toBe(0)
  simulator.truth.meter('dlt645-2007', '000000000161').clock.set(shown, now)
  const { code, out } = await run(clock, [...to, offset(), '--set', 'broadcast', '--json'])
  expect(code).toBe(1)
  expect(JSON.parse(out)).toMatchObject({
    set: null,
    why: [expect.stringContaining('within 5 minutes of the freeze at')],
  })
  expect(count(wire, '6808')).toBe(0)
})

test('a clock that is right as far as can be measured is not set, though the rules allow it', async () => {
  const { wire, simulator } = await benchBehind(() => false)
  const { clock: own } = simulator.truth.meter('dlt645-2007', '000000000161')
  const args = ['--line', wire.url, ...METER, ...password(), offset(), '--set', 'write']
  // A clock of whole seconds is measured to half a second; on a busy machine a little worse now and then.
  for (let nth = 0; nth < 10; nth++) {
    const now = systemClock.now()
    own.set(now + noon().minutes * MINUTE, now)
    const before = count(wire, '6814')
    const { code, out } = await run(clock, [...args, '--json'])
    const told = JSON.parse(out)
    if (Math.abs(told.driftMs) > told.uncertainMs) continue
    expect(told).toMatchObject({ why: [], wasRight: true, set: null, after: null })
    expect(code).toBe(0)
    expect(count(wire, '6814')).toBe(before)
    return
  }
  throw new Error('the clock was never measured to be right')
})

test.each(['broadcast', 'write'])(
  'clock --set %s: a freeze that came near between the look and the sending keeps the clock from being set',
  async how => {
    // A dozen answers of half a second: between the clock that is looked at and the frame that would leave are seconds.
    const { wire, simulator } = await benchBehind(() => false, {}, { turnAroundMs: 500 })
    const { clock: own } = simulator.truth.meter('dlt645-2007', '000000000161')
    writeFileSync(join(folder, 'delivered'), '000000')
    const to = ['--line', wire.url, ...METER]
    const delivered = ['--password-file', join(folder, 'delivered'), '--level', '04', '--yes']
    for (let nth = 0; nth < 5; nth++) {
      const right = systemClock.now() + noon().minutes * MINUTE
      const near = Math.ceil(right / MINUTE) * MINUTE + 2 * MINUTE
      const freeze = new Date(near + 5 * MINUTE).toISOString().slice(11, 16)
      expect((await run(write, [...to, ...delivered, `04001203=${freeze}`])).code).toBe(0)
      const now = systemClock.now()
      own.set(near - 2_000, now)
      const heardBefore = wire.heard.length
      const { code, out, err } = await run(clock, [...to, ...password(), offset(), '--set', how])
      const sent = wire.heard.slice(heardBefore).filter(hex => /6808|6814/.test(hex))
      expect(sent).toEqual([])
      expect(code).toBe(1)
      expect(out).toContain('is within 5 minutes of the freeze at')
      // Told on leaving, and not already by the look, which a busy machine may have kept too long.
      if (!/^161: .*within 5 minutes|000000000161: .*within 5 minutes/m.test(err)) continue
      expect(out).not.toContain('now ')
      return
    }
    throw new Error('the look never came in time')
  },
  120_000,
)

test('phases a meter does not have are no fault of its load records', async () => {
  const { wire } = await benchBehind(() => false)
  const { code, out } = await run(read, [
    '--line',
    wire.url,
    ...METER,
    '--load-record',
    'latest',
    '3',
    '--json',
  ])
  expect(out).toContain('VALUE_NOT_HELD')
  expect(code).toBe(0)
})

test.each([[[]], [['--json']]])('load records with faults are exit 1: %j', async more => {
  const { wire } = await benchBehind(() => false, { 'bad-load-records': 'some' })
  const args = ['--line', wire.url, ...METER, '--load-record', 'latest', '30', '--class', '4', ...more]
  const { code, out, err } = await run(read, args)
  expect(out).toContain('VALUE_NOT_HELD')
  expect(err).toMatch(/load records: \d+ of 30 not good/)
  expect(code).toBe(1)
})

test('a member of a refused block that has no answer hides nothing behind it', async () => {
  const silent = onTheWire('04000503')
  const { wire } = await benchBehind(hex => hex.includes(silent), { blocks: 'refused' })
  const args = ['--line', wire.url, ...METER, '--within', '300', '--json', '00010000', '040005FF']
  const { out } = await run(read, args)
  const items = out.split('\n').map(line => JSON.parse(line) as { item: string; value: string | null })
  const words = new Set(items.filter(({ value }) => value !== null).map(({ item }) => item))
  expect([...words]).toEqual([
    '00010000',
    '04000501',
    '04000502',
    '04000504',
    '04000505',
    '04000506',
    '04000507',
    '04000508',
  ])
})

test('a meter that goes while a refused block is asked singly is not asked on and on', async () => {
  let isGone = false
  const { wire } = await benchBehind(
    hex => {
      isGone ||= hex.includes(onTheWire('04000502'))
      return isGone
    },
    { blocks: 'refused' },
  )
  await run(read, ['--line', wire.url, ...METER, '--within', '100', '040005FF'])
  expect(count(wire, onTheWire('04000503'))).toBe(0)
  expect(wire.heard.length).toBeLessThan(9)
})

describe('a password', () => {
  test.each([
    ['write', write, ['04000C05=04654321']],
    ['write of bytes', write, ['04000c0a=hex:04654321']],
    ['write without the sign', write, ['04000C05654321']],
    ['command write', command, ['write', 'item=04000C05', 'value=04654321']],
    ['command write without the sign', command, ['write', 'item=04000C05', '04654321']],
  ])('is not written as an item, nor shown: %s', async (_, verb, given) => {
    for (const more of [[], ['--json'], ['--yes']]) {
      const said = await run(verb, [...given, ...NOBODY, ...METER, ...password(), ...more])
      expect(said.code).toBe('wrong')
      if (given.join().includes('=04654321')) expect(said.err).toContain('meterd command change-password')
      expect(said.out + said.err).not.toContain('654321')
      expect(said.out + said.err).not.toMatch(/54 ?76 ?98/)
    }
  })

  test('of 1997 is not either', async () => {
    const to = [...NOBODY, '--protocol', 'dlt645-1997', '--address', '161', ...password()]
    const said = await run(write, [...to, 'C212=04654321', '--yes'])
    expect(said).toMatchObject({ code: 'wrong', out: '' })
    expect(said.err).toMatch(/change-password/)
    expect(said.err).not.toContain('654321')
  })
})

test('--json without --yes is an object with the frame, its password masked', async () => {
  const to = [...NOBODY, ...METER, ...password(), '--json']
  const one = JSON.parse((await run(write, [...to, `${RATED}=30`])).out)
  expect(one).toEqual({ item: RATED, wouldSend: expect.stringMatching(/^FE FE .* \*\* \*\* \*\* .* 16$/) })
  const two = JSON.parse((await run(command, ['clear-demand', ...to])).out)
  expect(two).toEqual({ command: 'clear-demand', wouldSend: expect.stringMatching(/ \*\* \*\* \*\* .*16$/) })
})

test('meters of 1997 keep no event records, and are not asked', async () => {
  for (const event of ['all', 'power-down']) {
    const to = [...NOBODY, '--protocol', 'dlt645-1997', '--address', '161']
    const said = await run(read, [...to, '--events', event])
    expect(said).toMatchObject({
      code: 'wrong',
      err: expect.stringContaining('dlt645-1997 keeps no event records'),
    })
  }
})

test('Ctrl-C ends the process with 130', async () => {
  // Behind this port nobody answers: without the signal it asks for seconds.
  const wire = await meterBehind(() => {
    process.kill(child.pid ?? 0, 'SIGINT')
    return true
  })
  const child = spawnMeterd(['write', '--line', wire.url, ...METER, ...password(), '--yes', `${RATED}=30`])
  expect(await new Promise(ended => child.on('exit', ended))).toBe(STOPPED)
  expect(wire.heard).toHaveLength(1)
})
