/** Rules in live rounds of simulated meters: honest ones raise nothing, and what is altered on the way is found. */

import { describe, expect, test } from 'vitest'
import { drivers as dlt645 } from '../../drivers/dlt645/index.ts'
import { drivers as modbus } from '../../drivers/modbus/index.ts'
import { loadProfiles, profileFiles } from '../../src/config/profiles.ts'
import { addScaled, multiplyScaled, type Scaled, subtractScaled } from '../../src/core/scaled.ts'
import { DAY, MINUTE } from '../../src/core/time.ts'
import type { RawRead } from '../../src/driver-api/driver.ts'
import type { Profile } from '../../src/driver-api/profile.ts'
import { createMeter } from '../../src/simulator/meter.ts'
import { createMeter1997 } from '../../src/simulator/meter-1997.ts'
import { createMeter2007 } from '../../src/simulator/meter-2007.ts'
import { buildModel } from '../../src/simulator/modbus/model.ts'
import { createMeterRtu } from '../../src/simulator/modbus/rtu.ts'
import type { Slave } from '../../src/simulator/slave.ts'
import { scaled } from '../support/judged.ts'
import { type Days, readingsOf } from '../support/meter-days.ts'

const QUARTER = 15 * MINUTE
/** 16:00 at +08:00. */
const AFTERNOON = Date.UTC(2026, 10, 19, 8)
const drivers = new Map([...dlt645, ...modbus].map(driver => [driver.protocol, driver]))

async function profilesIn(folder: string): Promise<readonly Profile[]> {
  const files = await profileFiles(new URL(`../../drivers/${folder}/profiles`, import.meta.url).pathname)
  return [...(await loadProfiles(files ?? [], drivers, [])).values()]
}

const profiles = [...(await profilesIn('dlt645')), ...(await profilesIn('modbus'))]

function meterOf(profile: Profile, seed: number): Pick<Days, 'driver' | 'profile' | 'slave'> {
  const protocol = profile.protocol.startsWith('modbus') ? 'modbus-rtu' : profile.protocol
  const address = protocol === 'modbus-rtu' ? '1' : '000000000161'
  const { phases } = profile.nameplate
  const meter = createMeter({ seed, protocol, address, phases, offsetMinutes: 480 })
  const driver = drivers.get(protocol)
  if (!driver) throw new Error(protocol)
  return { driver, profile, slave: slaveOf(profile, meter) }
}

function slaveOf(profile: Profile, meter: ReturnType<typeof createMeter>): Slave {
  if (meter.protocol === 'modbus-rtu') return createMeterRtu(meter, buildModel(profile))
  return meter.protocol === 'dlt645-1997' ? createMeter1997(meter) : createMeter2007(meter)
}

function accused(days: Omit<Days, 'from' | 'everyMs'>, from = AFTERNOON): readonly string[] {
  const readings = readingsOf({ ...days, from, everyMs: QUARTER })
  expect(readings.length).toBeGreaterThan(days.rounds)
  return readings.flatMap(({ obis, kind, findings }) =>
    findings
      .filter(({ verdict }) => verdict !== 'not evaluated' && verdict !== 'accept')
      // A coarse float is a coarse float.
      .filter(({ rule }) => rule !== 'V-F12')
      .map(({ rule, verdict, evidence }) => `${rule} ${verdict} ${kind} ${obis}: ${evidence}`),
  )
}

/** Simulated meters of 1997 have two decimals: by this profile their energies are a tenth. */
const THREE_DECIMALS = 'dlt645-1997-three-decimals'
const honest = profiles.filter(({ profile }) => profile !== THREE_DECIMALS)

describe('an honest meter is accused of nothing', () => {
  test.each(honest.map(profile => [profile.profile, profile] as const))('%s', (_name, profile) => {
    const rounds = profile.protocol.startsWith('modbus') ? (1.5 * DAY) / QUARTER : (3 * DAY) / QUARTER
    for (const seed of [1, 2, 3]) expect(accused({ ...meterOf(profile, seed), rounds })).toEqual([])
  })
})

test.each(['dlt645-2007-three-phase', 'eastron-sdm630'])(
  '%s clears its demand as a month begins, and nothing is wrong with that',
  name => {
    const profile = profiles.find(one => one.profile === name)!
    expect(accused({ ...meterOf(profile, 1), rounds: 96 }, AFTERNOON + 11 * DAY)).toEqual([])
  },
)

describe('what is altered on the way is found in live rounds', () => {
  const NIGHT = Date.UTC(2026, 10, 19, 16)
  const since = (at: number) => at >= NIGHT
  const altered = (read: RawRead, change: (value: Scaled) => Scaled): RawRead =>
    'value' in read && 'digits' in read.value ? { ...read, value: change(read.value) } : read
  const plus = (text: string) => (value: Scaled) => addScaled(value, scaled(text))
  const times = (text: string) => (value: Scaled) => multiplyScaled(value, scaled(text))
  const named = (name: string) => profiles.find(({ profile }) => profile === name)!
  const rulesOf = (name: string, forge: NonNullable<Days['forge']>) => {
    const all = accused({ ...meterOf(named(name), 1), rounds: 40, forge })
    return new Set(all.map(line => line.slice(0, line.indexOf(': '))))
  }

  test('V-R10 a total that grew by a step more than its tariffs may differ', () => {
    const told = rulesOf('dlt645-2007-single-phase', (read, at) =>
      since(at) && read.point.obis === '1-0:1.8.0' ? altered(read, plus('0.04')) : read,
    )
    expect(told).toContain('V-R10 suspect poll 1-0:1.8.0')
    expect(told).toContain('V-R10 suspect poll 1-0:1.8.3')
    expect(told).toContain('V-R10 suspect freeze 1-0:1.8.0')
  })

  test.each(['-1.00', '1.00'])('V-R14 a freeze, total and tariffs, moved by %s kWh', by => {
    const told = rulesOf('dlt645-2007-single-phase', (read, _at, kind) => {
      const isForged = kind === 'freeze' && ['1-0:1.8.0', '1-0:1.8.1'].includes(read.point.obis)
      return isForged ? altered(read, plus(by)) : read
    })
    expect(told).toContain('V-R14 suspect freeze 1-0:1.8.0')
    expect([...told].filter(line => line.includes('poll'))).toEqual([])
  })

  test('V-R11 a reverse register of which the sum knows nothing', () => {
    const told = rulesOf('eastron-sdm630', (read, at) =>
      since(at) && read.point.obis === '1-0:2.8.0' ? altered(read, plus('0.500')) : read,
    )
    expect(told).toContain('V-R11 suspect poll 1-0:2.8.0')
  })

  test('V-R27 nine tenths of the power', () => {
    const told = rulesOf('eastron-sdm120', (read, at) =>
      since(at) && read.point.obis === '1-0:16.7.0' ? altered(read, times('0.9')) : read,
    )
    expect(told).toContain('V-R27 flag poll 1-0:16.7.0')
  })

  test.each([
    ['V-R40', '3'],
    ['V-R24', '0.2'],
  ])('%s a demand that is shown %s times as high', (rule, by) => {
    const told = rulesOf('dlt645-2007-three-phase', (read, at) =>
      since(at) && read.point.obis === '1-0:1.6.0' ? altered(read, times(by)) : read,
    )
    expect([...told].map(line => line.slice(0, 5))).toContain(rule)
  })

  test('V-R23 a demand of yesterday that rises', () => {
    const told = rulesOf('dlt645-2007-three-phase', (read, at) =>
      since(at) && 'occurredAt' in read
        ? { ...altered(read, plus('0.1000')), occurredAt: '2026-11-18T19:00:00' }
        : read,
    )
    expect(told).toContain('V-R23 suspect poll 1-0:1.6.0')
  })

  test('V-R31 a phase whose voltage is gone and whose current is not', () => {
    const told = rulesOf('dlt645-2007-three-phase', (read, at) =>
      since(at) && read.point.obis === '1-0:32.7.0' ? altered(read, times('0.01')) : read,
    )
    expect(told).toContain('V-R31 flag poll 1-0:1.8.0')
  })

  test.each([
    ['dlt645-2007-three-phase', '1-0:21.7.0'],
    ['dlt645-2007-single-phase', '1-0:1.7.0'],
    ['eastron-sdm630', '1-0:56.7.0'],
  ])('V-R32 a transformer turned round (%s)', (profile, obis) => {
    const forge: Days['forge'] = (read, at) =>
      since(at) && read.point.obis === obis ? altered(read, times('-1')) : read
    const told = accused({ ...meterOf(named(profile), 1), rounds: 140, forge })
    expect(told.filter(line => line.startsWith(`V-R32 flag poll ${obis}`))).not.toEqual([])
  })

  test('V-R37 V-R35 a relay that is open while power flows', () => {
    const told = rulesOf('dlt645-2007-single-phase', (read, at) =>
      since(at) && read.point.obis === '0-0:96.5.3' && 'value' in read && 'bits' in read.value
        ? { ...read, value: { ...read.value, bits: read.value.bits | 0x10 } }
        : read,
    )
    expect(told).toContain('V-R37 flag poll 0-0:96.5.3')
    expect(told).toContain('V-R35 flag poll 0-0:96.5.3')
  })

  test('V-R5 registers that stand still while power flows', () => {
    let stood: RawRead | null = null
    const told = rulesOf('eastron-sdm630', (read, at) => {
      if (read.point.obis !== '1-0:1.8.0') return read
      if (!since(at)) stood = read
      return stood && 'value' in stood ? { ...read, value: stood.value } : read
    })
    expect(told).toContain('V-R5 suspect poll 1-0:1.8.0')
  })

  test('V-R26 energies of a profile with a decimal too many', () => {
    const told = accused({ ...meterOf(named(THREE_DECIMALS), 1), rounds: 2 * 96 })
    expect(told.filter(line => line.startsWith('V-R26 flag poll 1-0:1.8.0'))).not.toEqual([])
  })

  test('V-R26 V-R4 registers that count four times what flows', () => {
    const base = new Map<string, Scaled>()
    const days = { ...meterOf(named('eastron-sdm120'), 1), rounds: 2 * 96 }
    const forge = (read: RawRead) => {
      const { obis } = read.point
      if (!['1-0:1.8.0', '1-0:2.8.0', '1-0:15.8.0'].includes(obis)) return read
      return altered(read, value => {
        const from = base.get(obis) ?? value
        base.set(obis, from)
        return addScaled(from, multiplyScaled(subtractScaled(value, from), scaled('4')))
      })
    }
    const told = accused({ ...days, forge })
    for (const said of ['V-R26 flag', 'V-R4 suspect'])
      expect(told.filter(line => line.startsWith(`${said} poll 1-0:1.8.0`))).not.toEqual([])
  })
})
