import { beforeAll, describe, expect, test } from 'vitest'
import { archivist } from '../../bench/validation/archive.ts'
import { EVERYTHING, FAULT_FREE, plant } from '../../bench/validation/faults.ts'
import { createTown } from '../../bench/validation/load.ts'
import { type Lived, liveThrough } from '../../bench/validation/town-run.ts'
import { createWorld, isTold } from '../../bench/validation/world.ts'
import { DAY, HOUR } from '../../src/core/time.ts'

/** Its last days lie about a month's end. */
const TOWN = { seed: 7, meters: 24, days: 8 }
/** A town lived through takes seconds, and as many minutes where the machine is busy. */
const PATIENCE_MS = 20 * 60_000

describe('the model town', () => {
  const town = createTown(TOWN)
  const honest = createWorld(town, () => [])
  const noon = town.startsAt + 3 * DAY

  test('registers are cut off by themselves: a total is no less than its tariffs and at most three steps more', () => {
    const over = town.meters
      .filter(({ hasCombined }) => hasCombined)
      .flatMap(({ index }) => {
        const { forward, reverse, combined } = honest.shown(index, noon)
        return [forward, reverse, combined ?? forward].map(
          ([total = 0, ...tariffs]) => total - tariffs.reduce((sum, one) => sum + one, 0),
        )
      })
    expect(over.filter(steps => steps < 0 || steps > 3)).toEqual([])
  })

  test('a freeze is the register as it stood at the midnight of its own clock', () => {
    const midnight = town.startsAt + 12 * HOUR + DAY
    for (const { index } of town.meters) {
      const told = honest.plain({ meter: index, what: 'freeze', at: midnight + HOUR, attempt: 1, nth: 1 })
      const [before, after] = [-60, 60].map(
        seconds => honest.shown(index, midnight + seconds * 1_000).forward[0],
      )
      const [total = 0] = told.energies.forward
      expect([before! <= total, total <= after!]).toEqual([true, true])
    }
  })

  test('registers count what flows, second by second', () => {
    const [from, lasts] = [town.startsAt + 7 * HOUR, 20 * 60]
    const differences = town.meters.map(({ index }) => {
      const net = (at: number) =>
        town.passed(index, at).reduce((sum, flow, which) => sum + (which < 4 ? flow : -flow), 0)
      const seconds = Array.from({ length: lasts }, (_, second) => from + second * 1_000)
      const flowed = seconds.reduce((sum, at) => sum + town.momentary(index, at).watts * 100, 0)
      return net(from + lasts * 1_000) - net(from) - flowed
    })
    expect(differences.filter(one => one !== 0)).toEqual([])
  })

  test('the same seed tells the same; faults are proven to have struck', () => {
    const plan = plant(town, { ...EVERYTHING, each: 1, eachOnLine: 1 })
    const again = plant(createTown(TOWN), { ...EVERYTHING, each: 1, eachOnLine: 1 })
    expect(again.labels).toEqual(plan.labels)
    const world = createWorld(town, plan.twistsOf)
    const one = plan.planted.find(({ label }) => label.kind === 'misread-900000')
    const { meters: [meter = 0] = [], from = 0 } = one?.label ?? {}
    const asked = { meter, what: 'poll', at: from + 1_000, attempt: 1, nth: 1 } as const
    const [wrong, right] = [world.ask(asked), world.plain(asked)]
    expect(one?.struck()).toBe(1)
    expect(isTold(wrong) && wrong.energies.forward[0]).toBe((right.energies.forward[0] ?? 0) + 90_000_000)
  })
})

describe('the gateway in the model town', () => {
  let sick: Lived
  let healthy: Lived

  beforeAll(async () => {
    const archived = await archivist()
    sick = await liveThrough(TOWN, { ...EVERYTHING, each: 1, eachOnLine: 3 }, archived)
    healthy = await liveThrough({ ...TOWN, meters: 12 }, FAULT_FREE, archived)
  }, PATIENCE_MS)

  test('PR-41 no value that the line made wrong is released as good', () => {
    const ofLine = sick.fates.filter(({ label }) => label.class === 'communication')
    expect(ofLine.filter(({ struck }) => struck > 0).length).toBeGreaterThan(0.8 * ofLine.length)
    expect(ofLine.filter(({ released }) => released > 0).map(({ label }) => label.id)).toEqual([])
    expect(sick.wrongs.filter(({ label }) => label === null)).toEqual([])
  })

  test('and what is right is released', () => {
    expect(sick.released).toBeGreaterThan(0.7 * (sick.released + sick.heldBack + sick.estimated))
    expect(healthy.wrongs).toEqual([])
    expect(healthy.released).toBeGreaterThan(0.9 * (healthy.released + healthy.heldBack + healthy.estimated))
  })

  test('A-04 nobody is accused in a town without a fault', () => {
    expect(healthy.falseAlarms).toEqual([])
  })
})
