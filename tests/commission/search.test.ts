/** The search, against lines of pure arithmetic: who answers to what is known exactly. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { driver2007 } from '../../drivers/dlt645/driver.ts'
import { type Found, type Outcome, searchMeters } from '../../src/commission/search.ts'

const ANY = 'AAAAAAAAAAAA'
const { narrow } = driver2007.discovery!

interface Bench {
  readonly thorough?: boolean
  readonly mostProbes?: number
  readonly hears?: (address: string, meters: readonly string[]) => Outcome
}

const fits = (address: string, meter: string) => meter.endsWith(address.replace(/^(?:AA)+/, ''))

function ordinary(address: string, meters: readonly string[]): Outcome {
  const heard = meters.filter(meter => fits(address, meter))
  if (heard.length === 0) return { kind: 'silent' }
  return heard.length === 1 ? { kind: 'one', address: heard[0]! } : { kind: 'several', address: null }
}

function search(
  meters: readonly string[],
  { thorough = false, mostProbes = 5000, hears = ordinary }: Bench = {},
) {
  const steps = searchMeters({ root: ANY, narrow, thorough, mostProbes })
  const asked: string[] = []
  let step = steps.next()
  while (!step.done) {
    asked.push(step.value)
    step = steps.next(hears(step.value, meters))
  }
  const found: Found = step.value
  expect(found.probes).toBe(asked.length)
  return { ...found, asked }
}

describe('a search', () => {
  test('of an empty line is one question', () => {
    expect(search([])).toMatchObject({ addresses: [], probes: 1, isWhole: true, unresolved: [] })
  })

  test('of one meter is one question, and never more without need', () => {
    expect(search(['000000000161'])).toMatchObject({ addresses: ['000000000161'], probes: 1, isWhole: true })
  })

  test('of two that differ in the lowest byte is a level of a hundred', () => {
    expect(search(['000000000161', '000000000162'])).toMatchObject({
      addresses: ['000000000161', '000000000162'],
      probes: 101,
      unresolved: [],
      shared: [],
    })
  })

  test('goes as deep as meters are alike', () => {
    const { addresses, asked } = search(['110000000161', '120000000161'])
    expect(addresses).toHaveLength(2)
    expect(asked).toContain('110000000161')
  })

  test('finds all of any line, each once', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(
          fc.tuple(
            fc.integer({ min: 0, max: 3 }),
            fc.integer({ min: 0, max: 3 }),
            fc.integer({ min: 0, max: 9999 }),
          ),
          { maxLength: 12, selector: parts => parts.join() },
        ),
        parts => {
          const meters = [
            ...new Set(
              parts.map(([a, b, c]) =>
                `${a}1000000${String(c).padStart(2, '0').slice(0, 2)}${b}1`.padStart(12, '0'),
              ),
            ),
          ]
          const found = search(meters, { mostProbes: 100_000 })
          expect(found).toMatchObject({ unresolved: [], shared: [], isWhole: true })
          expect(found.addresses).toEqual(meters.toSorted())
        },
      ),
      { seed: 645, numRuns: 100 },
    )
  })

  test('says where two meters share one address', () => {
    const twins = search([], {
      hears: address =>
        fits(address, '000000000161') ? { kind: 'several', address: null } : { kind: 'silent' },
    })
    expect(twins.shared).toEqual(['000000000161'])
  })

  test('says where several answered and none below: a firmware without shortened addresses, or noise', () => {
    const deaf = search(['000000000161', '000000000162'], {
      hears: (address, meters) => (address === ANY ? ordinary(address, meters) : { kind: 'silent' }),
    })
    expect(deaf).toMatchObject({ addresses: [], unresolved: [ANY], probes: 101, isWhole: true })
  })

  test('says where several answered and only one could be found', () => {
    const half = search(['000000000161', '000000000162'], {
      hears: (address, meters) => (address.endsWith('62') ? { kind: 'silent' } : ordinary(address, meters)),
    })
    expect(half).toMatchObject({ addresses: ['000000000161'], unresolved: [ANY] })
  })

  test('keeps an address heard among damaged answers', () => {
    const heard = search(['000000000161', '000000000162'], {
      hears: (address, meters) =>
        address === ANY ? { kind: 'several', address: '000000000199' } : ordinary(address, meters),
    })
    expect(heard.addresses).toEqual(['000000000161', '000000000162', '000000000199'])
  })

  test('looks below a single answer only when told to be thorough, one level', () => {
    const drowning = (address: string, meters: readonly string[]): Outcome =>
      address === ANY ? { kind: 'one', address: meters[0]! } : ordinary(address, meters)
    const meters = ['000000000161', '000000000162']
    expect(search(meters, { hears: drowning }).addresses).toEqual(['000000000161'])
    const thorough = search(meters, { hears: drowning, thorough: true })
    expect(thorough).toMatchObject({ addresses: meters, probes: 101, unresolved: [] })
  })

  test('ends at its limit and says that it is not whole', () => {
    const cut = search(['000000000161', '000000000162'], { mostProbes: 50 })
    expect(cut).toMatchObject({ probes: 50, isWhole: false })
  })

  test('whatever is heard, it ends', () => {
    fc.assert(
      fc.property(
        fc.infiniteStream(
          fc.constantFrom<Outcome>(
            { kind: 'silent' },
            { kind: 'one', address: '1' },
            { kind: 'several', address: null },
          ),
        ),
        outcomes => {
          const found = search([], { thorough: true, mostProbes: 500, hears: () => outcomes.next().value! })
          expect(found.probes).toBeLessThanOrEqual(500)
        },
      ),
      { seed: 645, numRuns: 50 },
    )
  })
})
