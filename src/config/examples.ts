/** A meter is data with its own tests: runs a profile's example exchanges through its driver. */

import { fromHex, sameBytes, toHex } from '../core/hex.ts'
import { compareScaled, formatScaled, parseScaled } from '../core/scaled.ts'
import type { Call, Driver, Frame, RawRead, Request, Value } from '../driver-api/driver.ts'
import type { Example, Point, Profile } from '../driver-api/profile.ts'
import { blockPattern } from './blocks.ts'

export interface FailedExample {
  /** Which of the profile's examples, from 0. */
  readonly example: number
  readonly wrong: string
}

/** Empty when the driver sends each example's request and reads its value from the reply. */
export function provesExamples(profile: Profile, driver: Driver): readonly FailedExample[] {
  return profile.examples.flatMap((example, index) => {
    const wrong = whyNotProven(example, profile, driver)
    return wrong === null ? [] : [{ example: index, wrong }]
  })
}

function whyNotProven(example: Example, profile: Profile, driver: Driver): string | null {
  const points = pointsOf(profile).filter(point => point.obis === example.obis)
  if (points.length === 0) return `the profile has no point "${example.obis}"`
  const full = points.find(point => isFull(point, example.value))
  if (full) return `it shows ${example.value}, which a register that rolls at ${full.capacity} never does`
  const asked = onlyFrame(driver, example.send, null)
  if (typeof asked === 'string') return `send ${asked}`
  const address = driver.checkAddress(example.address)
  if ('wrong' in address) return address.wrong
  const call: Call = {
    address: address.address,
    sequence: () => driver.decode(asked, { direction: 'request' }).sequence ?? 0,
    traits: profile.traits,
    refusedBefore: new Set(example.remembered),
  }
  let sent: string | null = null
  for (const together of [...points.map(point => [point]), ...groupsWith(points, profile)]) {
    const conversation = driver.read(call, together)
    const first = conversation.next()
    if (first.done) continue
    const request = onlyFrame(driver, toHex(first.value.bytes), null)
    if (typeof request === 'string') return `the driver's own request ${request}`
    if (!sameBytes(request.bytes, asked.bytes)) {
      sent ??= toHex(request.bytes)
      continue
    }
    const reply = onlyFrame(driver, example.reply, first.value)
    if (typeof reply === 'string') return `reply ${reply}`
    return whyOtherValue(example, first.value, reply, answered(conversation, reply))
  }
  return `the driver sends ${sent ?? 'nothing'}, not ${toHex(asked.bytes)}`
}

/** A register never shows its capacity. */
function isFull({ capacity = '' }: Point, value: string): boolean {
  const most = parseScaled(capacity)
  const shown = parseScaled(value)
  return most !== null && shown !== null && compareScaled(shown, most) >= 0
}

/** Points the profile can name; a freeze is asked for the latest one. */
function pointsOf(profile: Profile): readonly Point[] {
  const frozen = [profile.daily, profile.hourly].flatMap(plan => (plan ? [plan.stamp, ...plan.points] : []))
  return [...profile.points, ...frozen.map(point => ({ ...point, item: point.item.replace('nn', '01') }))]
}

/** Ways an example may have come about by reading more than the one point: everything, or neighbours in one answer. */
function groupsWith(points: readonly Point[], profile: Profile): readonly (readonly Point[])[] {
  const blocks = profile.traits.blocks ?? []
  const covered = blocks.map(block => profile.points.filter(point => blockPattern(block).test(point.item)))
  const neighbours = points.map(point => profile.points.filter(other => other.item === point.item))
  return [...covered, ...neighbours, profile.points].filter(group =>
    points.some(point => group.includes(point)),
  )
}

/** What the conversation makes of this one reply; it may ask on, and hears no more. */
function answered(conversation: ReturnType<Driver['read']>, reply: Frame): readonly RawRead[] {
  let step = conversation.next(reply)
  for (let further = 0; !step.done && further < 1000; further++) step = conversation.next(null)
  return step.done ? step.value.reads : []
}

function whyOtherValue(
  example: Example,
  request: Request,
  reply: Frame,
  reads: readonly RawRead[],
): string | null {
  const mismatch = request.whyNot(reply)
  if (mismatch) return `the reply does not answer the request: ${mismatch.text} (${mismatch.rule})`
  const read = reads.find(candidate => candidate.point.obis === example.obis)
  if (!read) return `the reply gives no value of ${example.obis}`
  if ('refused' in read) return `the reply gives no value of ${example.obis}: ${read.refused.text}`
  const value = valueText(read.value)
  return value === example.value ? null : `the reply gives ${value}, not ${example.value}`
}

/** The one frame in these bytes, or why there is none. */
function onlyFrame(driver: Driver, hex: string, awaited: Request | null): Frame | string {
  const bytes = fromHex(hex)
  if (!bytes) return 'is not bytes in hex'
  const { frames, broken } = driver.deframe(bytes, awaited, 'silent')
  const [frame, ...more] = frames
  if (!frame) return `is no good frame${broken[0] ? `: ${broken[0].text}` : ''}`
  return more.length === 0 ? frame : `is ${frames.length} frames, not one`
}

function valueText(value: Value): string {
  if ('digits' in value) return formatScaled(value)
  if ('time' in value) return value.time
  if ('text' in value) return value.text
  return value.bits
    .toString(16)
    .toUpperCase()
    .padStart(value.width / 4, '0')
}
