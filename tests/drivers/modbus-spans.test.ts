import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Located, locate } from '../../drivers/modbus/items.ts'
import { halves, planSpans, type Span, spanKey, takeNext } from '../../drivers/modbus/spans.ts'
import type { Traits } from '../../src/driver-api/driver.ts'
import { rounds } from '../support/rounds.ts'
import { point } from './modbus-support.ts'

const RUNS = rounds(20261121, 500)
const NONE: ReadonlySet<string> = new Set()

function at(item: string, encoding: string): Located {
  const found = locate(point(item, encoding))
  if ('wrong' in found) throw new Error(found.wrong)
  return found
}

function keys(points: readonly Located[], traits: Traits = {}, refused = NONE): string[] {
  return planSpans(points, traits, refused).map(spanKey)
}

/** Values that do not overlap, with holes between them. */
const layout = fc
  .array(
    fc.record({
      hole: fc.constantFrom(0, 0, 0, 1, 2, 5, 20),
      type: fc.constantFrom('u16', 'u32', 'u64'),
      code: fc.constantFrom(3, 4),
    }),
    { minLength: 1, maxLength: 25 },
  )
  .map(values => {
    const next = { 3: 0, 4: 0 }
    return values.map(({ hole, type, code }) => {
      const key = code as 3 | 4
      const address = next[key] + hole
      const located = at(`${code}:${address}`, type)
      next[key] = address + located.encoding.registers
      return located
    })
  })
const limits = fc.record({
  maxRegisters: fc.integer({ min: 4, max: 30 }),
  maxHole: fc.constantFrom(0, 1, 5),
})

describe('planSpans', () => {
  test('groups neighbours, never crosses a hole, keeps functions apart', () => {
    const points = [at('3:4', 'u32'), at('3:0', 'u32'), at('4:2', 'u32'), at('3:2', 'u16'), at('3:6', 'u16')]
    expect(keys(points)).toEqual(['3:0+3', '3:4+3', '4:2+2'])
    expect(keys(points, { maxHole: 1 })).toEqual(['3:0+7', '4:2+2'])
  })

  test('is careful where the profile says nothing, and never beyond the standard', () => {
    const many = Array.from({ length: 200 }, (_, place) => at(`3:${place}`, 'u16'))
    expect(keys(many)).toEqual(['3:0+60', '3:60+60', '3:120+60', '3:180+20'])
    expect(keys(many, { maxRegisters: 500 })).toEqual(['3:0+125', '3:125+75'])
    const bits = Array.from({ length: 3000 }, (_, place) => at(`1:${place}`, 'bit'))
    expect(keys(bits, { maxRegisters: 125 })).toEqual(['1:0+2000', '1:2000+1000'])
  })

  test('overlapping points share a span', () => {
    expect(keys([at('3:0', 'u64'), at('3:1', 'u16'), at('3:0', 'u16')])).toEqual(['3:0+4'])
  })

  test('every point lies whole in exactly one span, within the limits', () => {
    fc.assert(
      fc.property(layout, limits, (points, traits) => {
        const spans = planSpans(points, traits, NONE)
        const held = spans.flatMap(span => span.points)
        expect(held).toHaveLength(points.length)
        expect(new Set(held)).toEqual(new Set(points))
        for (const span of spans) {
          expect(span.quantity).toBeLessThanOrEqual(traits.maxRegisters)
          expect(widestHole(span)).toBeLessThanOrEqual(traits.maxHole)
          for (const { code, address, encoding } of span.points) {
            expect(code).toBe(span.code)
            expect(address).toBeGreaterThanOrEqual(span.address)
            expect(address + encoding.registers).toBeLessThanOrEqual(span.address + span.quantity)
          }
        }
      }),
      RUNS,
    )
  })

  test('no plan has fewer spans', () => {
    fc.assert(
      fc.property(layout, limits, (points, traits) => {
        expect(planSpans(points, traits, NONE)).toHaveLength(fewest(points, traits))
      }),
      RUNS,
    )
  })

  test('spans refused before are asked in halves, and halves of halves', () => {
    const points = [at('4:0', 'u16'), at('4:1', 'u16'), at('4:2', 'u16'), at('4:3', 'u16')]
    expect(keys(points, {}, new Set(['4:0+4']))).toEqual(['4:0+2', '4:2+2'])
    expect(keys(points, {}, new Set(['4:0+4', '4:2+2']))).toEqual(['4:0+2', '4:2+1', '4:3+1'])
    expect(keys([at('4:9', 'u16')], {}, new Set(['4:9+1']))).toEqual(['4:9+1'])
  })

  test('a span is cut at its widest hole', () => {
    const points = [
      at('4:0', 'u32'),
      at('4:2', 'u32'),
      at('4:4', 'u32'),
      at('4:11', 'u32'),
      at('4:14', 'u16'),
    ]
    const [span] = planSpans(points, { maxHole: 10 }, NONE)
    expect(halves(span!, {}).map(spanKey)).toEqual(['4:0+6', '4:11+4'])
  })
})

describe('takeNext', () => {
  test('neighbouring questions differ in length where they can (PR-40)', () => {
    const queue = planSpans(
      ['4:0', '4:10', '4:20'].map(item => at(item, 'u32')).concat(at('4:30', 'u64'), at('4:40', 'u16')),
      {},
      NONE,
    )
    const order: string[] = []
    let last: Span | null = null
    for (let next = takeNext(queue, last); next; next = takeNext(queue, last)) {
      order.push(spanKey(next))
      last = next
    }
    expect(order).toEqual(['4:0+2', '4:30+4', '4:10+2', '4:40+1', '4:20+2'])
    expect(queue).toHaveLength(0)
  })
})

function widestHole(span: Pick<Span, 'address' | 'points'>): number {
  let end = span.address
  let hole = 0
  for (const { address, encoding } of span.points) {
    hole = Math.max(hole, address - end)
    end = Math.max(end, address + encoding.registers)
  }
  return hole
}

/** The least number of spans, by trying every way of cutting the sorted points. */
function fewest(points: readonly Located[], traits: { maxRegisters: number; maxHole: number }): number {
  const sorted = [...points].sort((a, b) => a.code - b.code || a.address - b.address)
  const best = [0]
  for (let to = 1; to <= sorted.length; to++) {
    best[to] = Number.POSITIVE_INFINITY
    for (let from = 0; from < to; from++) {
      const run = sorted.slice(from, to)
      const first = run[0]!
      const last = run.at(-1)!
      const span = {
        code: first.code,
        address: first.address,
        quantity: last.address + last.encoding.registers - first.address,
        points: run,
      }
      const legal =
        run.every(({ code }) => code === first.code) &&
        span.quantity <= traits.maxRegisters &&
        widestHole(span) <= traits.maxHole
      if (legal) best[to] = Math.min(best[to]!, best[from]! + 1)
    }
  }
  return best[sorted.length]!
}
