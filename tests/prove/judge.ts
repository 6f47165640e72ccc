/**
 * Who decides that nothing was lost, doubled or wrong: store (through the API), consumer, InfluxDB and the simulator's
 * truth are laid side by side. What meterd counts of itself has no say.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { approximate } from '../../src/core/scaled.ts'
import type { SimulatorTruth } from '../../src/simulator/simulator.ts'
import { allReadings, type ShownReading } from '../support/all-readings.ts'
import { type TestDaemon, until } from '../support/daemon.ts'
import type { Influx } from '../support/influx.ts'
import type { Bus } from '../support/meters.ts'
import type { Seen, Testimony, Witness } from '../support/witness.ts'

/** The store's readings once no more come. */
export async function quiet(
  daemon: TestDaemon,
  meters: readonly string[],
): Promise<Map<string, ShownReading>> {
  for (;;) {
    const before = await allReadings(daemon, meters)
    await sleep(1_500)
    const after = await allReadings(daemon, meters)
    if (before.size === after.size) return after
  }
}

/** The consumer has every number there is, and holds exactly what the store holds. Answers what it testifies. */
export async function expectSameHeard(
  held: ReadonlyMap<string, ShownReading>,
  witness: Witness,
  withinMs = 60_000,
): Promise<Testimony> {
  const announced = [...held.values()].filter(({ quality }) => quality !== 'quarantined')
  await until(async () => witness.testify().byId.size >= announced.length, withinMs)
  const testimony = witness.testify()
  expect(testimony.contradictions).toEqual([])
  expect(testimony.holes).toEqual([])
  expect([...testimony.byId.values()].map(line).sort()).toEqual(announced.map(line).sort())
  return testimony
}

/** Everything that was ever heard is still there, with the same value. */
export function expectNothingLost(held: ReadonlyMap<string, ShownReading>, seen: readonly Seen[]): void {
  const lost = seen.filter(({ id, value }) => held.get(id)?.value !== value)
  expect(lost.map(({ id, meter, obis, value }) => `${id} ${meter} ${obis} ${value}`)).toEqual([])
}

/** One identity, one reading. */
export function expectNothingDoubled(held: ReadonlyMap<string, ShownReading>): void {
  const identities = [...held.values()].map(({ meter, obis, kind, slot, version }) =>
    [meter, obis, kind, slot, version].join(' '),
  )
  expect(new Set(identities).size).toBe(held.size)
}

/** InfluxDB has one point for each reading announced, with its digits, and no other. */
export async function expectSamePoints(
  held: ReadonlyMap<string, ShownReading>,
  influx: Influx,
  withinMs = 60_000,
): Promise<void> {
  const announced = [...held.values()].filter(({ quality }) => quality !== 'quarantined')
  const points = async () =>
    (
      await influx.series('meterd', 'SELECT digits, scaler, id FROM reading GROUP BY *').catch(() => [])
    ).flatMap(({ tags, values }) =>
      values.map(row => `${row['id']} ${tags['meter']} ${tags['obis']} ${decimalOf(row)}`),
    )
  await until(async () => (await points()).length >= announced.length, withinMs)
  expect((await points()).sort()).toEqual(
    announced.map(({ id, meter, obis, value }) => `${id} ${meter} ${obis} ${value}`).sort(),
  )
}

/** How far apart the meter's answer and its stamp may lie, ms. */
const BEFORE_MS = 2_500
const AFTER_MS = 1_000

/** Readings whose value is not what the meter's register showed at the time they are stamped with. */
export function wrongIn(
  readings: Iterable<Pick<ShownReading, 'meter' | 'obis' | 'kind' | 'value' | 'readAt'>>,
  truth: SimulatorTruth,
  buses: readonly Bus[],
): string[] {
  const wrong: string[] = []
  for (const { meter, obis, kind, value, readAt } of readings) {
    const bus = buses.find(({ id }) => meter.startsWith(`${id}-`))
    if (!bus) throw new Error(`nobody plays ${meter}`)
    const address = meter.slice(bus.id.length + 1)
    // A register of a float profile shows kilowatt-hours in seven digits; its last step is the meter's, not ours.
    const isFloat = bus.protocol.startsWith('modbus')
    const at = (instant: number) => truth.registerAt(bus.protocol, address, obis, instant, isFloat ? -3 : -2)
    const read = Date.parse(readAt)
    const frozen = kind === 'freeze' ? truth.freezeInstant(bus.protocol, address, readAt.slice(0, 19)) : null
    const [low, high] =
      frozen === null ? [at(read - BEFORE_MS), at(read + AFTER_MS)] : [at(frozen), at(frozen)]
    if (!low || !high) continue
    const step = isFloat ? Math.abs(approximate(high)) * 2 ** -23 : 0
    const got = Number(value)
    if (got < approximate(low) - step || got > approximate(high) + step)
      wrong.push(
        `${meter} ${obis} ${kind} ${readAt}: ${value} is not in ${approximate(low)} … ${approximate(high)}`,
      )
  }
  return wrong
}

const line = ({
  id,
  meter,
  obis,
  value,
  quality,
}: Pick<Seen, 'id' | 'meter' | 'obis' | 'value' | 'quality'>) => [id, meter, obis, value, quality].join(' ')

function decimalOf(row: Record<string, unknown>): string {
  const digits = BigInt(String(row['digits']))
  const scaler = Number(row['scaler'])
  const text = (digits < 0n ? -digits : digits).toString().padStart(1 - scaler, '0')
  const magnitude = scaler === 0 ? text : `${text.slice(0, scaler)}.${text.slice(scaler)}`
  return `${digits < 0n ? '-' : ''}${magnitude}`
}
