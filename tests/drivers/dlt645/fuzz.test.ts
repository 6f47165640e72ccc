/**
 * Frames damaged by the thousand (`npm run prove -- fuzz-645`: ten million). A reader of its own says what is whole;
 * how often damage must pass an 8-bit sum is counted beforehand, so both too much and too little is a finding.
 */

import { describe, expect, it } from 'vitest'
import { driver1997, driver2007 } from '../../../drivers/dlt645/driver.ts'
import { deframe } from '../../../drivers/dlt645/wire/frame.ts'
import { toHex } from '../../../src/core/hex.ts'
import { type Random, seededRandom } from '../../../src/core/random.ts'
import { report } from '../../prove/report.ts'
import { frameBytes } from './bench-meter.ts'
import { MUTATIONS, type Mutation } from './mutations.ts'
import { earliestOf } from './naive-reader.ts'
import { bytesOf, damaged, goodFrames } from './vectors.ts'

/** Damaged frames of all kinds together; more by `METERD_FUZZ`. */
const COUNT = Number(process.env['METERD_FUZZ'] ?? 65_000)
const SEED = Number(process.env['METERD_SEED'] ?? 1)
/** Beside the golden frames. */
const MADE_FRAMES = 200
/** A counted share is believed within so many standard deviations: by chance once in a million kinds and seeds. */
const DEVIATIONS = 5
/** Every so manieth damaged frame is read with all reads of its bytes counted. */
const COUNTED_EACH = 97
/** Reads of one byte, with room: finding frames looks at a byte from a fixed number of places. */
const MOST_READS_A_BYTE = 24
/** What a damaged frame stands among: half of a frame before it, a whole one behind it. */
const BESIDE_EACH = 11

interface Form {
  readonly start: number
  readonly end: number
  readonly isWhole: boolean
}

/** Everything with starts, length and end of a frame, written from the standard's clause 5.2 alone. */
function formsIn(bytes: Uint8Array): Form[] {
  const forms: Form[] = []
  for (let start = bytes.indexOf(0x68); start >= 0; start = bytes.indexOf(0x68, start + 1)) {
    const length = bytes[start + 9] ?? 255
    const end = start + 12 + length
    if (bytes[start + 7] !== 0x68 || length > 200 || end > bytes.length || bytes[end - 1] !== 0x16) continue
    let sum = 0
    for (let at = start; at < end - 2; at++) sum += bytes[at]!
    forms.push({ start, end, isWhole: sum % 256 === bytes[end - 2] })
  }
  return forms
}

/** What deframe must find once the line is silent: all that is whole, and of those that share bytes the first. */
function expectSame(bytes: Uint8Array, forms: readonly Form[]): void {
  const { frames, noise, rest } = deframe(bytes, 'silent')
  const whole = earliestOf(forms.filter(({ isWhole }) => isWhole))
  const found = frames.map(frame => toHex(frame.bytes))
  const theirs = whole.map(({ start, end }) => toHex(bytes.subarray(start, end)))
  const isRight = found.length === theirs.length && found.every((frame, index) => frame === theirs[index])
  const total = frames.reduce((sum, frame) => sum + frame.bytes.length, noise.length + rest.length)
  if (!isRight || total !== bytes.length)
    expect.fail(`${toHex(bytes)}: ${theirs.join(' | ')} are whole, found was ${found.join(' | ')}`)
}

/** Whatever a whole frame says, it is said in words and plain values, and a fault stands where there is none. */
function expectDecodes(bytes: Uint8Array): void {
  for (const driver of [driver2007, driver1997])
    for (const frame of driver.deframe(bytes, null, 'silent').frames) {
      const { points, function: called } = driver.decode(frame, {})
      if (called === '') expect.fail(`${toHex(bytes)} has no function`)
      for (const { value, fault } of points)
        if ((value === null) !== (fault !== undefined) || /NaN|undefined|Infinity|object/.test(value ?? ''))
          expect.fail(`${toHex(bytes)}: "${value}", ${fault?.text}`)
    }
}

/** How often each byte is read: work that grows faster than the bytes shows here, on a machine of any speed. */
function expectFewReads(
  bytes: Uint8Array,
  read: (bytes: Uint8Array) => unknown = all => deframe(all, 'silent'),
): void {
  let reads = 0
  const counting = new Proxy(bytes, {
    get(target, key) {
      if (typeof key === 'string' && key >= '0' && key <= '9999') reads += 1
      const value: unknown = Reflect.get(target, key, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  read(counting)
  if (reads > MOST_READS_A_BYTE * (bytes.length + 1))
    expect.fail(`${toHex(bytes)}: ${reads} reads of ${bytes.length} bytes`)
}

function originals(random: Random): Uint8Array[] {
  const golden = goodFrames.map(({ hex }) => bytesOf(hex)).map(bytes => bytes.subarray(bytes.indexOf(0x68)))
  const items = [
    '00010000',
    '0001FF00',
    '01010000',
    '0400010C',
    '040005FF',
    '05060101',
    '0506FF01',
    '02020100',
  ]
  const made = Array.from({ length: MADE_FRAMES }, () => {
    const address = Array.from({ length: 12 }, () => random.integer(10)).join('')
    const item = Buffer.from(items[random.integer(items.length)]!, 'hex').reverse()
    const digits = Array.from(
      { length: random.integer(60) },
      () => random.integer(10) * 16 + random.integer(10),
    )
    const control = [0x11, 0x91, 0x91, 0x91, 0xb1, 0x92, 0x94][random.integer(7)]!
    return frameBytes(address, control, Uint8Array.from([...item, ...digits]))
  })
  return [...golden, ...made].filter(bytes => deframe(bytes).frames.length === 1)
}

interface Tally {
  damaged: number
  /** As long as what was sent, and whole. */
  passed: number
  expected: number
  variance: number
  /** Of another length or at another place: those that are whole, and how many must be. */
  moved: number
  movedExpected: number
}

/** One in 256 of what has the form of a frame; exactly as many as are whole where every way of damage can be tried. */
function movedShare({ all }: Mutation, frame: Uint8Array): number | null {
  if (!all) return null
  const ways = all(frame)
  return (
    ways.reduce((sum, bytes) => sum + changedForms(bytes, [frame]).filter(each => each.isWhole).length, 0) /
    ways.length
  )
}

/** Forms of frames that are none of those sent: damage before or behind a frame leaves it what it was. */
function changedForms(bytes: Uint8Array, sent: readonly Uint8Array[]): Form[] {
  return formsIn(bytes).filter(
    ({ start, end }) => !sent.some(frame => isSame(bytes.subarray(start, end), frame)),
  )
}

function damageAll(kind: Mutation, count: number, frames: readonly Uint8Array[], random: Random): Tally {
  const shares = frames.map(frame => kind.passes?.(frame) ?? 0)
  const movedShares = frames.map(frame => movedShare(kind, frame))
  const tally: Tally = { damaged: 0, passed: 0, expected: 0, variance: 0, moved: 0, movedExpected: 0 }
  for (let turn = 0; turn < count; turn++) {
    const index = random.integer(frames.length)
    const frame = frames[index]!
    const other = frames[random.integer(frames.length)]!
    const bytes = kind.damage(frame, random, other)
    const share = shares[index]!
    tally.damaged += 1
    tally.expected += share
    tally.variance += share * (1 - share)
    tally.movedExpected += movedShares[index] ?? 0
    if (isSame(bytes, frame) || isSame(bytes, other)) continue
    const forms = formsIn(bytes)
    expectSame(bytes, forms)
    for (const { start, end, isWhole } of changedForms(bytes, [frame, other])) {
      if (kind.passes !== null && start === 0 && end === frame.length) tally.passed += Number(isWhole)
      else {
        tally.moved += Number(isWhole)
        if (!kind.all) tally.movedExpected += 1 / 256
      }
    }
    if (forms.some(({ isWhole }) => isWhole)) expectDecodes(bytes)
    if (turn % COUNTED_EACH === 0) expectFewReads(bytes)
    if (turn % BESIDE_EACH === 0) {
      const among = Uint8Array.of(...other.subarray(0, random.integer(other.length)), ...bytes, ...frame)
      expectSame(among, formsIn(among))
      if (turn % COUNTED_EACH === 0) expectFewReads(among)
    }
  }
  return tally
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at])
}

const percent = (part: number, whole: number) => `${((100 * part) / Math.max(1, whole)).toFixed(3)} %`

describe(`V-F2 damaged frames, seed ${SEED}`, () => {
  const random = seededRandom(645_000 + SEED)
  const frames = originals(random)
  const each = Math.ceil(COUNT / (MUTATIONS.length + 1))

  it.each(MUTATIONS.map(kind => [kind.name, kind] as const))(
    '%s: as many pass as the sum must let through',
    (name, kind) => {
      const {
        damaged: count,
        passed,
        expected,
        variance,
        movedExpected,
        moved,
      } = damageAll(kind, each, frames, random)
      report(`fuzz-645, ${name}`, {
        damaged: count,
        'passed in place': `${passed} (${percent(passed, count)})`,
        'by theory': `${expected.toFixed(1)} (${percent(expected, count)})`,
        'passed elsewhere': moved,
        'by theory elsewhere': movedExpected.toFixed(1),
      })
      expect(count).toBe(each)
      expect(Math.abs(passed - expected)).toBeLessThanOrEqual(DEVIATIONS * Math.sqrt(variance) + 0.5)
      expect(Math.abs(moved - movedExpected)).toBeLessThanOrEqual(DEVIATIONS * Math.sqrt(movedExpected) + 3)
    },
  )

  it('V-F7 V-F11 data changed under a sum made good decode to values or say why not', () => {
    for (let turn = 0; turn < each; turn++) {
      const bytes = frames[random.integer(frames.length)]!.slice()
      for (let times = random.integer(4); times >= 0; times--) {
        const at = random.integer(4) === 0 ? 8 : 10 + random.integer(bytes.length - 10)
        bytes[at] = random.integer(256)
      }
      bytes[bytes.length - 1] = 0x16
      bytes[9] = bytes.length - 12
      bytes[bytes.length - 2] = bytes.subarray(0, -2).reduce((sum, byte) => sum + byte, 0)
      expect(deframe(bytes).frames.length).toBeGreaterThan(0)
      expectDecodes(bytes)
    }
    report('fuzz-645, sum made good', { damaged: each })
  })

  it('the reads are counted: a reader that starts anew at every byte is found out', () => {
    const bytes = new Uint8Array(2_000).fill(0x68)
    expectFewReads(bytes)
    for (const { hex } of damaged) expectFewReads(bytesOf(hex))
    const firstOfMany = (counted: Uint8Array) => {
      let sum = 0
      for (let start = 0; start < 50; start++) for (let at = start; at < 2_000; at++) sum += counted[at]!
      return sum
    }
    expect(() => expectFewReads(bytes, firstOfMany)).toThrow('reads')
  })
})
