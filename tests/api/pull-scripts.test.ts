/** the pull scripts of examples/ are killed at any point, run again, and end with what was released, in whichever language. */

import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createPages } from '../../src/api/page-thread/pages.ts'
import { type Random, seededRandom } from '../../src/core/random.ts'
import { DAY } from '../../src/core/time.ts'
import { type Standing, USUAL_POLICY } from '../../src/reading/billing/release.ts'
import type { Gate } from '../../src/store/book/facts.ts'
import { billed, bookIn, FIRST, pair, REGISTERS, settleAll } from '../store/book-files.ts'
import { newDirectory, readerIn } from '../store/data-directory.ts'
import { freezingMeter, testApi } from '../support/api.ts'
import { memoryStore } from '../support/memory-store.ts'
import { rounds } from '../support/rounds.ts'
import { requireService } from '../support/services.ts'

const EXAMPLES = join(import.meta.dirname, '..', '..', 'examples')
const METERS = ['m1', 'm2', 'Zähler-3']
const DAYS = 12

const services = (['curl', 'jq', 'python3'] as const).map(name => requireService(name))
const missing = services.some(service => service.missing)
const note = services.map(service => service.note).join('')

interface Step {
  readonly meter: string
  readonly day: number
  readonly standing: Standing
  readonly off: number
}

/** A book that says what the steps say, over HTTP; `upset` may break a request off or kill who asks. */
async function gateway(upset: () => 'answer' | 'break' | 'busy') {
  const directory = newDirectory()
  let now: Step = { meter: 'm1', day: 0, standing: 'actual', off: 0 }
  const calls = bookIn(
    directory,
    gateOf(() => now),
  )
  const reader = readerIn(directory)
  const pages = createPages({
    ...{ reader, gateway: 'gw', epoch: 1, offsetMinutes: 480, policy: USUAL_POLICY },
    ...{ meters: METERS.map(billed), histories: [], areas: [], names: {} },
    ...{ turn: async () => undefined, monotonic: () => 0 },
  })
  const store = { ...memoryStore(), acknowledge: async (asked: never) => calls.acknowledge(asked) }
  const api = await testApi({ store, pages, meters: METERS.map(freezingMeter) })
  api.time.now = FIRST + 40 * DAY
  api.app.addHook('onRequest', async (request, reply) => {
    const how = upset()
    if (how === 'break') request.raw.socket.destroy()
    if (how === 'busy')
      return reply.code(503).header('retry-after', '1').send({ code: 'STORE_BUSY', detail: 'busy' })
  })
  const url = await api.app.listen({ host: '127.0.0.1', port: 0 })
  return {
    ...{ url, reader, api, key: await api.key(['billing']) },
    take(step: Step) {
      now = step
      settleAll(calls, [pair(step.meter, step.day, true)])
    },
  }
}

/** Releases what the step says, whatever is kept. */
function gateOf(stepNow: () => Step): Gate {
  return (facts, boundary, _, around) => {
    const { standing, day, off } = stepNow()
    const registers = REGISTERS.map((obis, nth) => ({
      ...{ obis, value: { digits: BigInt(1_000 * day + off), scaler: -2 - nth }, unit: 'kWh', reading: 'r' },
      ...{ codes: ['2.0.1'], witnesses: [{ by: 'second-read' as const, evidence: 'é "\\" 电\u2028' }] },
      estimate: standing === 'estimated' ? ({ method: 'like-days', evidence: '' } as const) : null,
    }))
    const { meter } = facts
    const verdict = {
      meter,
      origin: 'freeze',
      conditions: [],
      doubts: [],
      status: 'missing',
      known: [],
    } as const
    const version = (around.released?.version ?? 0) + 1
    const release = {
      ...{ meter, boundary, version, standing, withheld: [], multiplier: '1', segment: 1, remarks: [] },
      ...{ registers: standing === 'withdrawn' ? [] : registers, by: 'rule' },
    } as const
    return { does: 'release', verdict, release }
  }
}

function anyStep(random: Random): Step {
  const standings: Standing[] = ['actual', 'actual', 'actual', 'estimated', 'withdrawn', 'totals-only']
  const pick = <Item>(items: readonly Item[]) => items[random.integer(items.length)] as Item
  return {
    meter: pick(METERS),
    day: random.integer(DAYS),
    standing: pick(standings),
    off: random.integer(90),
  }
}

interface Run {
  readonly code: number | null
  readonly said: string
}

function run(
  script: string,
  args: readonly string[],
  environment: Record<string, string>,
  started: (kill: () => void) => void,
): Promise<Run> {
  const program = script.endsWith('.mjs') ? [process.execPath, script] : [script]
  const child = spawn(program[0] ?? '', [...program.slice(1), ...args], {
    env: { ...process.env, ...environment },
    // With all it starts itself.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (said += text.toString()))
  started(() => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    } catch {
      said += 'it had ended'
    }
  })
  return new Promise(resolve => child.once('close', code => resolve({ code, said })))
}

const SCRIPTS = ['pull.sh', 'pull.py', 'pull.mjs']

test.skipIf(missing).each([...SCRIPTS.map(name => [name]), SCRIPTS].map(scripts => ({ scripts })))(
  `A-10 killed at any point and run again, $scripts end with exactly what was released${note}`,
  async ({ scripts }) => {
    const { seed, numRuns } = rounds(scripts.length, 1)
    for (let round = 0; round < numRuns; round++) await pullAll(scripts, seededRandom(1_000 * seed + round))
  },
  300_000,
)

const KILLS = 4

async function pullAll(scripts: readonly string[], random: Random): Promise<void> {
  let kill: () => void = () => undefined
  let left = Number.POSITIVE_INFINITY
  let busy = 1
  let breaks = 3
  const { url, reader, take, key, api } = await gateway(() => {
    left -= 1
    if (left === 0) kill()
    if (left < 0) return 'break'
    if (busy > 0 && random.integer(4) === 0) return busy-- > 0 ? 'busy' : 'answer'
    return breaks > 0 && random.integer(8) === 0 && breaks-- > 0 ? 'break' : 'answer'
  })
  const state = join(newDirectory(), 'state')
  const environment = { METERD_KEY: key, LIMIT: String(3 + random.integer(6)) }
  const pullOnce = (nth: number) =>
    run(join(EXAMPLES, scripts[nth % scripts.length] ?? ''), [url, state], environment, how => {
      kill = how
    })
  for (let kills = 0; kills < KILLS; kills++) {
    for (let steps = 0; steps < 8; steps++) take(anyStep(random))
    left = 1 + random.integer(8)
    await pullOnce(kills)
  }
  left = Number.POSITIVE_INFINITY
  let last: Run = { code: null, said: '' }
  for (let tries = 0; last.code !== 0 && tries < 10; tries++) last = await pullOnce(KILLS + tries)
  expect(last).toEqual({ code: 0, said: '' })

  const { entries } = reader.book.releasesAfter(0, 100_000)
  expect(entries.length).toBeGreaterThan(KILLS * 5)
  expect(entries.some(({ version }) => version > 1)).toBe(true)
  const taken = readFileSync(join(state, 'releases.ndjson'), 'utf8')
  expect(taken).toBe(entries.map(({ text }) => `${text}\n`).join(''))
  expect(readFileSync(join(state, 'periods.ndjson'), 'utf8')).toBe(await periodsNow(api, key))
  const { batches } = (await api.get('/v1/billing/batches?limit=1000', key)).json()
  expect(batches.length).toBeGreaterThan(KILLS)
  expect(batches.filter((one: { acknowledged: unknown[] }) => one.acknowledged.length !== 1)).toEqual([])
  // Nothing is left of what was being written when it was killed.
  expect(readdirSync(state).sort()).toEqual(['epoch-1', 'periods.ndjson', 'releases.ndjson'])
}

/** As the other route tells them, in the order of the file. */
async function periodsNow(api: Awaited<ReturnType<typeof testApi>>, key: string): Promise<string> {
  const { meters } = (await api.get('/v1/billing/periods?from=2026-11-01&to=2026-11-30', key)).json()
  const periods: { meter: string; from: string; to: string }[] = meters.flatMap(
    (one: { periods: [] }) => one.periods,
  )
  const named = periods.map(one => [`${one.meter} ${one.from} ${one.to}`, one] as const)
  return named
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, period]) => `${JSON.stringify(period)}\n`)
    .join('')
}

test.skipIf(missing).each(SCRIPTS)(
  `A-10 %s tells how it is called, of a key that is not known, and of a page that is not what was released${note}`,
  async script => {
    const { url, take, key } = await gateway(() => 'answer')
    const state = join(newDirectory(), 'state')
    const pull = (environment: Record<string, string>, ...args: string[]) =>
      run(join(EXAMPLES, script), args, { METERD_KEY: '', ...environment }, () => undefined)
    expect((await pull({ METERD_KEY: key })).said).toContain('METERD_KEY=…')
    const refused = await pull({ METERD_KEY: `mk_${'0'.repeat(72)}` }, url, state)
    expect([refused.code, refused.said]).toEqual([1, expect.stringContaining('KEY_MISSING: ')])
    expect(existsSync(join(state, 'releases.ndjson'))).toBe(false)
    for (const day of [0, 1]) take({ meter: 'm1', day, standing: 'actual', off: 0 })
    expect(await pull({ METERD_KEY: key, LIMIT: '1' }, url, state)).toEqual({ code: 0, said: '' })
    for (const day of [2, 3]) take({ meter: 'm1', day, standing: 'actual', off: 0 })
    const chosen = join(newDirectory(), 'chosen')
    const instalments = () => pull({ METERD_KEY: key, AT: '1,4' }, url, chosen)
    expect(await instalments()).toEqual({ code: 0, said: '' })
    expect(await instalments()).toEqual({ code: 0, said: '' })
    const [period, ...others] = readFileSync(join(chosen, 'periods.ndjson'), 'utf8').trim().split('\n')
    expect([JSON.parse(period ?? ''), others]).toMatchObject([
      { from: '2026-11-01T00:00:00+08:00', to: '2026-11-04T00:00:00+08:00' },
      [],
    ])
    expect(readdirSync(chosen).sort()).toEqual(['at', 'epoch-1', 'periods.ndjson', 'releases.ndjson'])
    for (const [folder, how] of [
      [chosen, {}],
      [state, { AT: '1,4' }],
    ] as const) {
      const other = await pull({ METERD_KEY: key, ...how }, url, folder)
      expect([other.code, other.said]).toEqual([1, expect.stringContaining('take another folder')])
    }
    const [page = ''] = readdirSync(join(state, 'epoch-1')).filter(name => name.startsWith('page'))
    const [from, to] = [join(state, 'epoch-1', page), join(state, 'epoch-1', 'page-000000000000003.json')]
    writeFileSync(
      to,
      readFileSync(from, 'utf8').replaceAll('"sequence":1', '"sequence":3').replace('"next":1', '"next":3'),
    )
    const forged = await pull({ METERD_KEY: key }, url, state)
    expect([forged.code, forged.said]).toEqual([3, expect.stringContaining('batch 3')])
  },
)
