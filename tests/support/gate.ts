/** The gate of new meters: real drivers on simulated meters, real checks, a real file; only the clock is ours. */

import { drivers } from '../../drivers/modbus/index.ts'
import { openAcceptances } from '../../src/acquire/acceptances-held.ts'
import { createCommissioning } from '../../src/acquire/commissioning.ts'
import { createLastGood } from '../../src/acquire/last-good.ts'
import { judgeForGate } from '../../src/commission/for-the-gate.ts'
import type { MeterConfig } from '../../src/config/config.ts'
import { systemClock } from '../../src/core/clock.ts'
import { silentLog } from '../../src/core/log.ts'
import type { Driver, RawRead } from '../../src/driver-api/driver.ts'
import type { Point, Profile } from '../../src/driver-api/profile.ts'
import type { LastGood } from '../../src/store/store.ts'
import type { Session } from '../commission/planted-mistakes.ts'

export const rtu = drivers.find(({ protocol }) => protocol === 'modbus-rtu')!

/** As gathered with its driver. */
export const shipped = (profile: Profile): Profile => ({ ...profile, isShipped: true })

export interface Scene {
  readonly profile: Profile
  readonly session: Session
  readonly address?: string
  readonly driver?: Driver
  readonly before?: readonly LastGood[]
}

/** What becomes of some answers on their way; null where one is lost. */
export type Odd = (read: RawRead) => RawRead | null

export async function gateIn(
  folder: string,
  { profile, session, address = '1', driver = rtu, before = [] }: Scene,
) {
  let now = 0
  const meter: MeterConfig = {
    id: 'm1',
    line: 'l1',
    address,
    driver,
    profile,
    nameplate: profile.nameplate,
    polls: [],
    daily: false,
  }
  const told: string[] = []
  const say = (_: object, text: string) => void told.push(text)
  const held = await openAcceptances(folder, silentLog)
  const gate = createCommissioning({
    meters: [meter],
    held,
    judge: judgeForGate,
    lastGood: createLastGood(before),
    clock: { ...systemClock, now: () => now, monotonic: () => now },
    log: { ...silentLog, warn: say, info: say },
  })
  return {
    gate,
    held,
    told,
    async at(times: readonly number[], live = session, odd: Odd = read => read) {
      for (const time of times) {
        now = time
        await gate.look(meter, async (points: readonly Point[]) => ({
          reads: live
            .look(profile, time)
            .reads.filter(({ point }) => points.includes(point))
            .flatMap(read => odd(read) ?? []),
          refused: [],
        }))
        gate.heard('m1', true)
      }
    },
    why: (obis = '1-0:1.8.0') => gate.whyHeld('m1', obis),
  }
}
