/** From frame to durable row: deframed, matched, decoded, judged and committed, against bare inserts of the same rows. */

import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recordsOf } from '../src/acquire/evidence.ts'
import { createLastGood } from '../src/acquire/last-good.ts'
import { createLoadsSeen, type LoadsSeen } from '../src/acquire/loads-seen.ts'
import { keepHeapSmall } from '../src/cli/small-heap.ts'
import { gatherLibrary } from '../src/config/library.ts'
import { systemClock } from '../src/core/clock.ts'
import { silentLog } from '../src/core/log.ts'
import { MINUTE } from '../src/core/time.ts'
import type { Call, Driver, Frame } from '../src/driver-api/driver.ts'
import type { Profile } from '../src/driver-api/profile.ts'
import type { Exchange } from '../src/line/asker.ts'
import { fromRaw } from '../src/reading/from-raw.ts'
import { capacityOf } from '../src/reading/rules/capacity.ts'
import { USUAL_LIMITS } from '../src/reading/rules/parameters.ts'
import { validateRound } from '../src/reading/validate.ts'
import { createMeter } from '../src/simulator/meter.ts'
import { createMeter2007 } from '../src/simulator/meter-2007.ts'
import { DATABASE_FILE } from '../src/store/database.ts'
import type { Round, Store } from '../src/store/store.ts'
import { openStore } from '../src/store/thread.ts'
import { highest, type Measured, measureBare } from './bare-inserts.ts'
import type { Benchmark, Result } from './run.ts'

const METERS = 1_000
/** Fewer make a quick look; figures are quoted with all of them. */
const PREFILL = Number(process.env['METERD_PREFILL'] ?? 1_000_000)
/** The first of them warms both sides up: caches, prepared statements, compiled code. */
const MEASURED_SLOTS = 7
const SITE_OFFSET = 480
const START = Date.UTC(2026, 9, 1)
/** Rounds under way at once; the poller's own limit. */
const UNDER_WAY = 64

/** What a meter answered to each request of one conversation, recorded beforehand. */
interface Recorded {
  readonly meter: string
  readonly address: string
  readonly slot: number
  readonly replies: readonly Uint8Array[]
}

export const pipeline: Benchmark = {
  about:
    'readings per second from frame to durable row, against bare inserts of the same rows (1 M rows before)',
  async run(say) {
    // As the daemon is shipped.
    keepHeapSmall()
    const { driver, profile } = await library()
    const folder = mkdtempSync(join(tmpdir(), 'meterd-bench-'))
    try {
      say(`prefilling ${PREFILL} readings of ${METERS} meters`)
      const slots = await prefill(folder, driver, profile)
      copyFileSync(join(folder, DATABASE_FILE), join(folder, 'bare.db'))
      say('recording what the meters answer')
      const recorded = Array.from({ length: MEASURED_SLOTS }, (_, index) =>
        recordSlot(driver, profile, slots + index),
      ).flat()
      say('measuring')
      const before = highest(join(folder, DATABASE_FILE))
      const ours = await measurePipeline(folder, driver, profile, recorded)
      const bare = measureBare(folder, before, METERS)
      return report(ours, bare)
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
}

/** Spent on the rules, and on what they are judged against. */
interface Judging {
  ms: number
}

/** What is remembered of meters from round to round, for rules. */
interface Remembered {
  readonly lastGood: ReturnType<typeof createLastGood>
  readonly loads: LoadsSeen
}

function report(ours: Measured & { readonly judgingMs: number }, bare: Measured): readonly Result[] {
  const perSecond = ({ rows, ms }: Measured) => (rows * 1_000) / ms
  return [
    {
      what: 'readings from frame to durable row',
      value: perSecond(ours),
      unit: 'readings/s',
      better: 'higher',
      reference: perSecond(bare),
      against: 'bare inserts',
    },
    {
      what: 'judged by the rules',
      value: (ours.rows * 1_000) / ours.judgingMs,
      unit: 'readings/s',
      better: 'higher',
      reference: perSecond(ours),
      against: 'the whole pipeline',
    },
    {
      what: 'share of its time spent judging',
      value: (100 * ours.judgingMs) / ours.ms,
      unit: '%',
      better: 'lower',
      reference: null,
      against: '',
    },
  ]
}

async function library(): Promise<{ driver: Driver; profile: Profile }> {
  const { drivers, profiles } = await gatherLibrary({}, 'config', () => undefined, [])
  const driver = drivers.get('dlt645-2007')
  const profile = profiles.get('dlt645-2007-single-phase')
  if (!driver || !profile) throw new Error('the DL/T 645-2007 driver and its single-phase profile are needed')
  return { driver, profile }
}

/** Slot by slot, as a gateway fills its store; answers how many slots that took. */
async function prefill(folder: string, driver: Driver, profile: Profile): Promise<number> {
  const store = await openStore(folder, systemClock, silentLog)
  let slot = 0
  for (let rows = 0; rows < PREFILL; slot++) {
    const recorded = recordSlot(driver, profile, slot, slot === 0 ? undefined : 0)
    rows += await keepAll(store, driver, profile, recorded)
  }
  await store.close()
  return slot
}

const spoken = new Map<string, ReturnType<typeof createMeter2007>>()

/** One conversation of every meter for one slot; requests are the driver's own, answers the simulator's. */
function recordSlot(driver: Driver, profile: Profile, slot: number, seed = 0): Recorded[] {
  const now = START + slot * 15 * MINUTE
  return Array.from({ length: METERS }, (_, index) => {
    const address = String(index + 1).padStart(12, '0')
    const slave =
      spoken.get(address) ??
      createMeter2007(
        createMeter({ seed, protocol: driver.protocol, address, phases: 1, offsetMinutes: SITE_OFFSET }),
      )
    spoken.set(address, slave)
    const replies: Uint8Array[] = []
    const conversation = driver.read(callTo(address, profile), profile.points)
    for (let step = conversation.next(); !step.done; ) {
      const reply = slave.answer(withoutPreamble(step.value.bytes), now)
      if (!reply) throw new Error('the simulated meter is silent')
      replies.push(reply)
      const [frame] = driver.deframe(reply, step.value).frames
      step = conversation.next(frame ?? null)
    }
    return { meter: `meter-${index + 1}`, address, slot: now, replies }
  })
}

function callTo(address: string, profile: Profile): Call {
  return { address, sequence: () => 0, traits: profile.traits, refusedBefore: new Set() }
}

function withoutPreamble(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(bytes.indexOf(0x68))
}

async function measurePipeline(
  folder: string,
  driver: Driver,
  profile: Profile,
  recorded: readonly Recorded[],
): Promise<Measured & { readonly judgingMs: number }> {
  const store = await openStore(folder, systemClock, silentLog)
  await keepAll(store, driver, profile, recorded.slice(0, METERS))
  const startedAt = performance.now()
  const judging: Judging = { ms: 0 }
  const rows = await keepAll(store, driver, profile, recorded.slice(METERS), judging)
  const ms = performance.now() - startedAt
  await store.close()
  return { rows, ms, judgingMs: judging.ms }
}

/** All rounds through the pipeline; answers the readings made durable. */
async function keepAll(
  store: Store,
  driver: Driver,
  profile: Profile,
  recorded: readonly Recorded[],
  judging: Judging = { ms: 0 },
): Promise<number> {
  const configs = [...new Set(recorded.map(({ meter }) => meter))].map(id => ({
    ...{ id, profile },
    nameplate: profile.nameplate,
  }))
  const lastGood = createLastGood(await store.lastGood(), SITE_OFFSET)
  const remembered = { lastGood, loads: createLoadsSeen(configs) }
  const underWay = new Set<Promise<void>>()
  let kept = 0
  for (const one of recorded) {
    const round = roundOf(driver, profile, one, remembered, judging)
    const keeping = store.accept(round).then(({ stored }) => {
      kept += stored
      underWay.delete(keeping)
    })
    underWay.add(keeping)
    if (underWay.size >= UNDER_WAY) await Promise.race(underWay)
  }
  await Promise.all(underWay)
  return kept
}

/** What the poller does between line and store. */
function roundOf(
  driver: Driver,
  profile: Profile,
  { meter, address, slot, replies }: Recorded,
  { lastGood, loads }: Remembered,
  judging: Judging,
): Round {
  const exchanges: Exchange[] = []
  const conversation = driver.read(callTo(address, profile), profile.points)
  let step = conversation.next()
  for (const reply of replies) {
    if (step.done) break
    const request = step.value
    const frame =
      driver.deframe(reply, request).frames.find((found: Frame) => request.whyNot(found) === null) ?? null
    exchanges.push({
      request,
      frame,
      sentAt: slot,
      receivedAt: slot + 100,
      outcome: 'answered',
      doubled: false,
      others: [],
    })
    step = conversation.next(frame)
  }
  if (!step.done) throw new Error('the conversation did not end')
  const meaning = fromRaw(step.value.reads, exchanges, {
    meter,
    kind: 'poll',
    slot,
    offsetMinutes: SITE_OFFSET,
  })
  const judgedFrom = performance.now()
  const load = loads.of(meter)
  const readings = validateRound(
    meaning.readings.map(({ reading, point, floatStep }) => ({
      reading,
      known: {
        ...lastGood.knownOf(reading),
        load,
        nameplate: profile.nameplate,
        capacity: capacityOf(point.capacity),
        floatStep,
        clockDeviationMs: meaning.clock?.deviationMs ?? null,
        doubled: meaning.doubled,
        timeTrusted: true,
        now: slot + 200,
        offsetMinutes: SITE_OFFSET,
        limits: USUAL_LIMITS.dwelling,
      },
    })),
  )
  for (const reading of readings) lastGood.note(reading)
  loads.note(meter, readings)
  judging.ms += performance.now() - judgedFrom
  return {
    meter,
    line: 'bench',
    exchanges: recordsOf(exchanges, meaning.refusals, driver),
    readings,
    clock: meaning.clock,
  }
}
