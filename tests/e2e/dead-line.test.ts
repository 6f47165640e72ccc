/** A line on which nobody answers for four days, under a running daemon: then what meters remember is here, the rest has a cause. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { askDaemon } from '../../src/cli/ask-daemon.ts'
import { loadConfig } from '../../src/config/load.ts'
import { systemClock } from '../../src/core/clock.ts'
import { silentLog } from '../../src/core/log.ts'
import { systemRandom } from '../../src/core/random.ts'
import { formatScaled } from '../../src/core/scaled.ts'
import { DAY, MINUTE, SECOND } from '../../src/core/time.ts'
import { startDaemon } from '../../src/main.ts'
import { openStore } from '../../src/store/thread.ts'
import { between } from '../support/between.ts'
import { until } from '../support/daemon.ts'
import { leapingClock } from '../support/leaping-clock.ts'
import { HOUSES, play } from '../support/meters.ts'

/** 10:00 at the site. */
const START = Date.UTC(2026, 10, 21, 2)
const MIDNIGHT = Date.UTC(2026, 10, 20, 16)
const DAYS = 4
const ADDRESSES = HOUSES.addresses.slice(0, 2)

interface Entry {
  readonly meter: string
  readonly plan: string
  readonly day: string
  readonly due: number
  readonly accepted: number
  readonly missed: number
  readonly open: number
  readonly unexplained: number
  readonly gaps: readonly { readonly cause: string; readonly state: string }[]
}

test(`A-03 PR-04 PR-05 after ${DAYS} days without an answer every midnight the meters hold is here once, and the rest has a cause`, async () => {
  const clock = leapingClock(START)
  const played = await play([{ ...HOUSES, addresses: ADDRESSES, every: '5m' }], 7, clock)
  let isDead = false
  const line = await between(played.lines[0]?.url ?? '', () => isDead)
  const folder = mkdtempSync(join(tmpdir(), 'meterd-dead-'))
  const data = join(folder, 'data')
  const file = join(folder, 'gateway.yaml')
  const site = { offset: '+08:00', zone: 'Asia/Shanghai' }
  const lines = played.lines.map(one => ({ ...one, url: line.url, replyWithin: '100ms' }))
  const api = { listen: '127.0.0.1:0' }
  writeFileSync(
    file,
    JSON.stringify({ version: 1, gateway: 'dead', site, data, api, lines, meters: played.meters }),
  )
  const loaded = await loadConfig(file, {})
  if ('complaints' in loaded) throw new Error(JSON.stringify(loaded.complaints))
  const broken: unknown[] = []
  const daemon = await startDaemon({
    config: loaded.config,
    clock,
    random: systemRandom,
    log: silentLog,
    version: '0.0.0-test',
    broken: error => void broken.push(error),
  })
  onTestFinished(async () => {
    await daemon.stop()
    await line.stop()
    await played.simulator.stop()
    rmSync(folder, { recursive: true })
  })

  async function expectations(): Promise<readonly Entry[]> {
    const path = '/v1/expectations?from=2026-11-19&limit=1000'
    const answer = await askDaemon(data, { method: 'GET', path })
    if (answer === null) throw new Error('no daemon runs')
    return (answer.body as { expectations: Entry[] }).expectations
  }
  /** Nobody is being asked, nor will be within the next second. */
  const quiet = () =>
    until(() => daemon.status().meters.every(({ nextAt }) => (nextAt ?? 0) > clock.now() + SECOND))

  const daily = async () => (await expectations()).filter(({ plan }) => plan === 'daily')

  await until(async () => (await daily()).reduce((sum, { accepted }) => sum + accepted, 0) === 6)
  isDead = true
  for (let day = 1; day <= DAYS; day += 1) {
    // A conversation that lasts a day would be charged to the silent.
    await quiet()
    const heard = line.heard.length
    clock.leap(DAY)
    await until(() => line.heard.length > heard)
    await quiet()
    // A minute later this day's accounts are kept.
    clock.leap(MINUTE)
    await until(async () => (await daily()).length === 2 * (3 + day))
  }
  expect((await daily()).filter(({ open }) => open === 1)).toHaveLength(2 * DAYS)
  await quiet()
  isDead = false
  clock.leap(20 * MINUTE)
  await until(async () => (await daily()).every(({ accepted }) => accepted === 1), 60 * SECOND)
  clock.leap(2 * MINUTE)
  await until(async () => (await daily()).every(({ gaps }) => gaps.length === 0))

  const told = await expectations()
  await daemon.stop()
  expect(broken).toEqual([])
  for (const { due, accepted, missed, open, unexplained } of told) {
    expect(unexplained).toBe(0)
    expect(accepted + missed + open).toBe(due)
  }
  const polls = told.filter(({ plan }) => plan === 'poll-5m')
  const causes = new Set(polls.flatMap(({ gaps }) => gaps.map(({ state, cause }) => `${state} ${cause}`)))
  expect(causes).toContain('missed LINE_SILENT')
  expect(polls.reduce((sum, { missed }) => sum + missed, 0)).toBeGreaterThan(2 * DAYS * 288 - 20)

  const store = await openStore(data, systemClock, silentLog)
  for (const { id, address } of played.meters) {
    const readings = await store.readingsOf({ meter: id, from: 0, to: 9e15, kind: 'freeze', limit: 5_000 })
    const slots = [...new Set(readings.map(({ slot }) => slot))]
    expect(slots).toEqual(Array.from({ length: 3 + DAYS }, (_, day) => MIDNIGHT + (day - 2) * DAY))
    expect(new Set(readings.map(({ slot, obis }) => `${slot} ${obis}`)).size).toBe(readings.length)
    for (const { slot, obis, value, readAt, quality } of readings) {
      expect(readAt).toBe(slot)
      const midnight = new Date(slot + 8 * 3_600_000).toISOString().slice(0, 19) as `${string}T00:00:00`
      const { truth } = played.simulator
      const instant = truth.freezeInstant('dlt645-2007', address, midnight)
      const true_ = truth.registerAt('dlt645-2007', address, obis, instant)
      if (true_ !== null) expect([quality, formatScaled(value)]).toEqual(['good', formatScaled(true_)])
    }
  }
  await store.close()
}, 240_000)
