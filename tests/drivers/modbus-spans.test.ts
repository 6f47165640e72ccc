import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Located, locate } from '../../drivers/modbus/items.ts'
import {
  halves,
  planSpans,
  reshaped,
  type Span,
  shapeOf,
  spanKey,
  takeNext,
} from '../../drivers/modbus/spans.ts'
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

  test('no plan of any kind has fewer, values that overlap and pairs included', () => {
    const few = fc.array(
      fc.record({ address: fc.integer({ min: 0, max: 14 }), type: fc.constantFrom('u16', 'u32', 'u64') }),
      { minLength: 1, maxLength: 6 },
    )
    const traits = fc.record({
      maxRegisters: fc.integer({ min: 4, max: 12 }),
      maxHole: fc.constantFrom(0, 1, 3),
      evenPairs: fc.boolean(),
      wholeValues: fc.boolean(),
      alone: fc.constantFrom<readonly string[]>([], ['3:5'], ['3:2', '3:0x000B']),
    })
    fc.assert(
      fc.property(few, traits, (written, limits) => {
        const points = written.map(({ address, type }) => at(`3:${address}`, type))
        fc.pre(points.every(each => isLegal([each], limits)) && namesWhole(points, limits))
        expect(planSpans(points, limits, NONE)).toHaveLength(fewestOfAll(points, limits))
      }),
      RUNS,
    )
  })

  test('pairs: an odd start or count is made even; bits are left alone', () => {
    const points = [at('3:1', 'u16'), at('3:6', 'u32'), at('1:3', 'bit')]
    expect(keys(points, { evenPairs: true })).toEqual(['1:3+1', '3:0+2', '3:6+2'])
    expect(keys([at('3:1', 'u32'), at('3:3', 'u16')], { evenPairs: true, maxRegisters: 4 })).toEqual([
      '3:0+4',
    ])
  })

  test('whole values: no hole is read across, whatever else the profile allows', () => {
    const points = [at('3:0', 'u32'), at('3:4', 'u32')]
    expect(keys(points, { maxHole: 10 })).toEqual(['3:0+6'])
    expect(keys(points, { maxHole: 10, wholeValues: true })).toEqual(['3:0+2', '3:4+2'])
  })

  test('what is only readable by itself is in no other span, asked for or not', () => {
    const points = [at('3:10', 'u16'), at('3:11', 'u16'), at('3:12', 'u16')]
    expect(keys(points)).toEqual(['3:10+3'])
    expect(keys(points, { alone: ['3:0x000B'] })).toEqual(['3:10+1', '3:11+1', '3:12+1'])
    expect(keys([points[0]!, points[2]!], { maxHole: 5, alone: ['3:11'] })).toEqual(['3:10+1', '3:12+1'])
    expect(keys(points, { alone: ['4:11'] })).toEqual(['3:10+3'])
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

describe('reshaped', () => {
  const few = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 6 })

  test('the same points in shapes not used before, within the limits, another one at each turn', () => {
    fc.assert(
      fc.property(few, limits, fc.boolean(), fc.nat(50), (addresses, traits, evenPairs, turn) => {
        const points = [...new Set(addresses)].map(address => at(`3:${2 * address}`, 'u32'))
        for (const span of planSpans(points, { ...traits, evenPairs }, NONE)) {
          const used = new Set([shapeOf(span)])
          const spans = reshaped(span, { ...traits, evenPairs }, used, turn, NONE)
          if (spans === null) continue
          expect(new Set(spans.flatMap(each => each.points))).toEqual(new Set(span.points))
          for (const each of spans) {
            expect(used.has(shapeOf(each))).toBe(false)
            expect(each.quantity).toBeLessThanOrEqual(traits.maxRegisters)
            expect(evenPairs && each.quantity % 2).toBeFalsy()
          }
          expect(new Set(spans.map(shapeOf)).size).toBe(spans.length)
        }
      }),
      RUNS,
    )
  })

  test('turn after turn the shapes differ as long as there are any', () => {
    const [span] = planSpans(
      ['3:0', '3:2', '3:4'].map(item => at(item, 'u32')),
      {},
      NONE,
    )
    const shapes = [0, 1, 2].map(turn =>
      reshaped(span!, { maxHole: 2 }, new Set([shapeOf(span!)]), turn, NONE)!
        .map(spanKey)
        .join(' '),
    )
    expect(shapes).toEqual(['3:0+7', '3:0+8', '3:0+2 3:2+4'])
  })

  test('a single value of a device that allows nothing else has no other shape', () => {
    const [span] = planSpans([at('3:0', 'u32')], { wholeValues: true }, NONE)
    expect(reshaped(span!, { wholeValues: true }, new Set([shapeOf(span!)]), 3, NONE)).toBeNull()
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

type Limits = Required<Pick<Traits, 'maxRegisters' | 'maxHole' | 'evenPairs' | 'wholeValues' | 'alone'>>

/** What profiles name as readable by itself are whole registers, each of them one point at most. */
function namesWhole(points: readonly Located[], { alone }: Limits): boolean {
  return alone
    .map(item => Number(item.slice(2)))
    .every(lone => {
      const over = points.filter(
        ({ address, encoding }) => lone >= address && lone < address + encoding.registers,
      )
      return over.length <= 1 && over.every(({ encoding }) => encoding.registers === 1)
    })
}

/** Whether one request may hold all of these, judged register by register. */
function isLegal(
  points: readonly Located[],
  { maxRegisters, maxHole, evenPairs, wholeValues, alone }: Limits,
) {
  const wanted = new Set<number>()
  for (const { address, encoding } of points)
    for (let place = 0; place < encoding.registers; place++) wanted.add(address + place)
  let from = Math.min(...wanted)
  let to = Math.max(...wanted) + 1
  const lone = alone.map(item => Number(item.slice(2)))
  const starts = new Set(points.map(({ address }) => address))
  if (lone.some(address => address >= from && address < to) && starts.size > 1) return false
  let hole = 0
  for (let address = from; address < to; address++) {
    hole = wanted.has(address) ? 0 : hole + 1
    if (hole > (wholeValues ? 0 : maxHole)) return false
  }
  if (evenPairs) {
    from -= from % 2
    to += to % 2
  }
  return to - from <= maxRegisters
}

/** The least number of spans over all ways of sharing points out. */
function fewestOfAll(points: readonly Located[], limits: Limits): number {
  let best = points.length
  const groups: Located[][] = []
  const place = (next: number): void => {
    const point = points[next]
    if (point === undefined) {
      if (groups.every(group => isLegal(group, limits))) best = Math.min(best, groups.length)
      return
    }
    for (const group of groups) {
      group.push(point)
      place(next + 1)
      group.pop()
    }
    groups.push([point])
    place(next + 1)
    groups.pop()
  }
  place(0)
  return best
}
