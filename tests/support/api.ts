/** An API over a memory store, with meters, keys and a clock that tests hold in their hands. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LightMyRequestResponse } from 'fastify'
import { expect, onTestFinished } from 'vitest'
import type { LineStatus } from '../../src/acquire/status.ts'
import type { App } from '../../src/api/app.ts'
import { createKeyFile, type KeyFile, type Scope } from '../../src/api/key-file.ts'
import { createKeyRing } from '../../src/api/keys.ts'
import { createPages } from '../../src/api/page-thread/pages.ts'
import { namesOf } from '../../src/api/page-thread/places.ts'
import type { ApiParts, DaemonStatus } from '../../src/api/parts.ts'
import { buildServer } from '../../src/api/server.ts'
import type { MeterConfig } from '../../src/config/config.ts'
import { type Clock, systemClock } from '../../src/core/clock.ts'
import { createGong } from '../../src/core/gong.ts'
import type { Log } from '../../src/core/log.ts'
import { silentLog } from '../../src/core/log.ts'
import { systemRandom } from '../../src/core/random.ts'
import { DAY, HOUR } from '../../src/core/time.ts'
import type { Driver } from '../../src/driver-api/driver.ts'
import type { Point } from '../../src/driver-api/profile.ts'
import { createResponseTimes } from '../../src/line/response-times.ts'
import { USUAL_POLICY } from '../../src/reading/billing/release.ts'
import { billedMeter } from '../../src/releasing/billed-meters.ts'
import { type MemoryStore, memoryReader, memoryStore } from './memory-store.ts'
import { answerCheckOf } from './openapi.ts'

/** 2026-11-21T00:00:00+08:00. */
export const MIDNIGHT = Date.UTC(2026, 10, 20, 16)

export interface TestApi {
  readonly app: App
  readonly store: MemoryStore
  readonly keyFile: KeyFile
  readonly log: { readonly lines: string[] }
  /** Wall time of the API; starts ten hours after MIDNIGHT. */
  readonly time: { now: number }
  readonly status: { -readonly [Part in keyof DaemonStatus]: DaemonStatus[Part] }
  key(scopes: readonly Scope[], more?: { meters?: string[]; expiresAt?: number }): Promise<string>
  get(url: string, key?: string): Promise<LightMyRequestResponse>
}

export async function testApi(change: Partial<ApiParts> = {}): Promise<TestApi> {
  const directory = await mkdtemp(join(tmpdir(), 'meterd-api-'))
  const time = { now: MIDNIGHT + 10 * HOUR }
  const clock: Clock = { ...systemClock, now: () => time.now }
  const released = createGong(clock)
  const log = recordingLog()
  const keyFile = createKeyFile(directory, systemRandom)
  const store = memoryStore()
  const status: TestApi['status'] = {
    store: { ...store.mood, room: store.room },
    storesPutAside: 0,
    timeTrusted: true,
    lines: [lineStatus('a')],
    meters: [],
    sinks: [],
    alarms: [],
    expectations: [],
    releasing: { releases: {}, held: 0 },
    parts: [],
  }
  const meters = change.meters ?? [freezingMeter('m1'), freezingMeter('m2'), timedMeter('t1')]
  const pages = createPages({
    histories: [],
    areas: [],
    reader: memoryReader(store),
    gateway: 'gw',
    epoch: 1,
    offsetMinutes: 480,
    policy: USUAL_POLICY,
    meters: meters.map(meter => billedMeter(meter, { offsetMinutes: 480 })),
    turn: clock.yield,
    monotonic: clock.monotonic,
    names: namesOf(meters),
  })
  const parts: ApiParts = {
    store,
    pages,
    gateway: 'gw',
    site: { offsetMinutes: 480 },
    meters,
    areas: [],
    indicators: { voltage: { below: 1_000, above: 700, complete: 9_000 } },
    status: () => status,
    meterStatus: id => status.meters.find(one => one.id === id) ?? null,
    released,
    keys: createKeyRing(keyFile, clock, log),
    clock,
    random: systemRandom,
    log,
    version: '0.0.0-test',
    vitals: () => ({ residentBytes: 1000, eventLoopLagSeconds: 0.001 }),
    mostClients: 100,
    rate: { perSecond: 1_000_000, burst: 1_000_000 },
    readNow: async () => ({
      readings: [],
      accepted: { stored: 0, duplicates: 0, conflicts: 0, refused: 0, lastSequence: 0 },
    }),
    trustClock: () => undefined,
    resend: async () => ({ cursor: 0, owed: 0, parked: null }),
    ...change,
  }
  const app = await buildServer(parts)
  onTestFinished(async () => {
    await app.close()
    await rm(directory, { recursive: true })
  })
  let made = 0
  return {
    app,
    store,
    keyFile,
    log,
    time,
    status,
    key: (scopes, more = {}) => {
      made += 1
      const { meters = null, expiresAt = null } = more
      return keyFile.add({ name: `key-${made}`, scopes, meters, createdAt: time.now, expiresAt })
    },
    async get(url, key) {
      const headers = key === undefined ? {} : { authorization: `Bearer ${key}` }
      const answer = await app.inject({ url, headers })
      const check = await asDescribed(parts)
      expect({ url, complaint: check('GET', url, answer) }).toEqual({ url, complaint: null })
      return answer
    },
  }
}

let described: Promise<ReturnType<typeof answerCheckOf>> | null = null

/** What any API here answers is as the description has it that one with every route gives of itself. */
function asDescribed(parts: ApiParts): NonNullable<typeof described> {
  described ??= (async () => {
    const app = await buildServer({ ...parts, accept: async () => undefined })
    const answer = await app.inject({ url: '/openapi.json' })
    await app.close()
    return answerCheckOf(answer.json())
  })()
  return described
}

export function recordingLog(): Log & { readonly lines: string[] } {
  const lines: string[] = []
  const keep = (_context: unknown, text: string) => void lines.push(text)
  return { ...silentLog, lines, warn: keep, error: keep }
}

export function lineStatus(id: string, change: Partial<LineStatus> = {}): LineStatus {
  const counters = {
    requests: 3,
    answers: 2,
    timeouts: 1,
    retries: 0,
    strays: 0,
    lates: 0,
    echoes: 0,
    broken: 0,
    resyncs: 0,
    noiseBytes: 0,
    reopened: 0,
    doubled: 0,
    bytesOut: 30,
    bytesIn: 40,
    busyMs: 500,
  }
  const responseTimes = createResponseTimes(false)
  for (const ms of [25, 25, 410]) responseTimes.note(ms)
  const state = 'open' as const
  const url = 'tcp://127.0.0.1:1'
  return { id, url, state, fault: null, counters, utilisation: 0.25, responseTimes, ...change }
}

export const NEEDED = ['1-0:1.8.0', '1-0:1.8.1', '1-0:1.8.2', '1-0:2.8.0']

/** A meter that freezes a total, two tariffs and reverse, and is polled for the total each minute. */
export function freezingMeter(id: string): MeterConfig {
  const daily = { stamp: point('', ''), points: NEEDED.map(obis => point(obis, 'kWh')), depth: 62 }
  const meter = timedMeter(id)
  return { ...meter, daily: true, profile: { ...meter.profile, daily } }
}

/** A meter that cannot freeze and is polled for its total each quarter of an hour. */
export function timedMeter(id: string): MeterConfig {
  const total = point('1-0:1.8.0', 'kWh')
  const nameplate = { phases: 1, volts: 220, amperes: 60 } as const
  return {
    id,
    line: 'a',
    address: '123456789012',
    // The API asks no more of a driver than its name.
    driver: { protocol: 'dlt645-2007' } as Driver,
    profile: {
      profile: 'test',
      protocol: 'dlt645-2007',
      source: 'made for tests',
      points: [total],
      traits: {},
      nameplate,
      examples: [],
    },
    nameplate,
    polls: [{ everyMs: DAY / 96, points: [total] }],
    daily: false,
  }
}

function point(obis: string, unit: string): Point {
  return { obis, item: '00010000', place: 0, encoding: 'bcd4.2', unit, name: obis }
}
