/** The gate of new meters: real drivers on simulated meters, real checks, a real file; only the clock is ours. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { drivers } from '../../drivers/modbus/index.ts'
import { type AcceptancesHeld, openAcceptances } from '../../src/acquire/gate/acceptances-held.ts'
import { createCommissioning } from '../../src/acquire/gate/commissioning.ts'
import { createLastGood } from '../../src/acquire/last-good.ts'
import { judgeForGate } from '../../src/commission/for-the-gate.ts'
import type { MeterConfig } from '../../src/config/config.ts'
import { systemClock } from '../../src/core/clock.ts'
import { type Log, silentLog } from '../../src/core/log.ts'
import type { Driver, RawRead } from '../../src/driver-api/driver.ts'
import type { Point, Profile } from '../../src/driver-api/profile.ts'
import type { LastGood } from '../../src/store/store.ts'
import type { Session } from '../commission/planted-mistakes.ts'
import { memoryStore } from './memory-store.ts'

export const rtu = drivers.find(({ protocol }) => protocol === 'modbus-rtu')!

/** As gathered with its driver. */
export const shipped = (profile: Profile): Profile => ({ ...profile, isShipped: true })

export interface Scene {
  readonly profile: Profile
  readonly session: Session
  readonly address?: string
  readonly driver?: Driver
  readonly before?: readonly LastGood[]
  /** Meters the store names as billed by before there was a gate. */
  readonly service?: Set<string>
  /** Key of their line. */
  readonly line?: string
  readonly ids?: readonly string[]
  readonly log?: Log
}

const opened: AcceptancesHeld[] = []

/** A folder for each test; it is removed when all that was accepted in it is written. */
export function gateFolder(): () => string {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'meterd-gate-'))
  })
  afterEach(async () => {
    await Promise.allSettled(opened.splice(0).map(held => held.written()))
    rmSync(folder, { recursive: true })
  })
  return () => folder
}

/** What becomes of some answers on their way; null where one is lost. */
export type Odd = (read: RawRead) => RawRead | null

export async function gateIn(folder: string, scene: Scene) {
  const { profile, session, address = '1', driver = rtu, before = [], line = 'host:1' } = scene
  const { ids = ['m1'], service = new Set<string>(), log = silentLog } = scene
  let now = 0
  const meters = ids.map(
    (id): MeterConfig => ({
      ...{ id, line: 'l1', address, driver, profile, nameplate: profile.nameplate, polls: [], daily: false },
    }),
  )
  const told: string[] = []
  const say = (_: object, text: string) => void told.push(text)
  const kept = {
    inService: async () => [...service],
    leaveService: async (meter: string) => void service.delete(meter),
    journalAdd: memoryStore().journalAdd,
  }
  const held = await openAcceptances(folder, kept, log)
  opened.push(held)
  const gate = createCommissioning({
    meters,
    held,
    lineKeyOf: () => line,
    judge: judgeForGate,
    lastGood: createLastGood(before, 480),
    clock: { ...systemClock, now: () => now, monotonic: () => now },
    log: { ...silentLog, warn: say, info: say },
  })

  /** As on a line: what is silent ends the conversation. */
  function readsAt(time: number, live: Session, points: readonly Point[], odd: Odd): RawRead[] {
    const all = live.look(profile, time).reads.filter(({ point }) => points.includes(point))
    const reads = all.map(odd)
    const end = reads.findIndex(
      read => read !== null && 'refused' in read && read.refused.code === 'LINE_SILENT',
    )
    return (end < 0 ? reads : reads.slice(0, end)).filter(read => read !== null)
  }

  return {
    gate,
    held,
    told,
    async at(times: readonly number[], live = session, odd: Odd = read => read, id = 'm1') {
      const meter = meters.find(one => one.id === id)
      if (!meter) throw new Error(`no meter ${id}`)
      for (const time of times) {
        now = time
        await gate.look(meter, async points => ({ reads: readsAt(time, live, points, odd), refused: [] }))
        const beside = gate.beside(id, profile.points)
        if (beside.length > 0) gate.took(id, readsAt(time, live, beside, odd))
        gate.heard(id, true)
      }
    },
    why: (obis = '1-0:1.8.0', id = 'm1') => gate.whyHeld(id, obis),
  }
}
