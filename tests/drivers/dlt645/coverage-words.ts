/** Which bits of which words simulated meters really show: they are brought about, and the words read. */

import { driver2007 } from '../../../drivers/dlt645/driver.ts'
import { BIT_NAMES } from '../../../drivers/dlt645/encodings/bit-names.ts'
import { createMeter1997 } from '../../../src/simulator/meter-1997.ts'
import { meterOf, NOON, replyOf, request } from '../../simulator/master.ts'
import { bytesOf, OWN, play } from '../../simulator/slave-2007.ts'

const HOUR = 3_600_000
type Meter = ReturnType<typeof play>

/** Words by item, one for each value that has names. */
const ITEMS: ReadonlyMap<string, readonly (readonly [list: string, from: number, bytes: number])[]> = new Map(
  (driver2007.items?.() ?? []).flatMap(({ item, values, bytes }) => {
    let from = 0
    const words = values.flatMap(value => {
      const [size = '', list = ''] = value.encoding.split(' ')
      const place = from
      from += value.bytes
      return size.startsWith('bits') && BIT_NAMES.has(list) ? [[list, place, value.bytes] as const] : []
    })
    return words.length > 0 && (bytes !== null || item === '04001501') && /^04/.test(item)
      ? [[item, words] as const]
      : []
  }),
)

const SEEDS = [...Array(60).keys()]
const solar = SEEDS.find(seed => play({}, { seed }).meter.nature.habit === 'solar') ?? 0
const solar1997 = SEEDS.find(seed => meterOf({ protocol: 'dlt645-1997', seed }).nature.habit === 'solar') ?? 0

/** What can befall a meter here; each is looked at when it has happened. */
const EVENTS: readonly (() => readonly [Meter, number])[] = [
  () => [play(), NOON],
  ...Array.from({ length: 24 }, (_, hour) => (): readonly [Meter, number] => [
    play({}, { seed: solar }),
    NOON + hour * HOUR,
  ]),
  ...(['money', 'energy'] as const).map(prepaid => (): readonly [Meter, number] => [play({ prepaid }), NOON]),
  ...[0x1a, 0x1d, 0x3a].map(order => (): readonly [Meter, number] => {
    const meter = play()
    meter.relay(order, { n2: order === 0x1d ? 5 : 0 })
    return [meter, NOON + 60_000]
  }),
  ...['04000106', '04000107', '04000108', '04000109'].map(item => (): readonly [Meter, number] => {
    const meter = play()
    meter.write(item, [0x00, 0x13, 0x21, 0x11, 0x26])
    return [meter, NOON + 2 * HOUR]
  }),
  () => {
    const meter = play()
    meter.send(0x03, [0xff, 0x00, 0x00, 0x07, 0, 0, 0, 0, ...Array<number>(24).fill(0)])
    return [meter, NOON]
  },
]

/** Every bit that was on in some reading, by list. */
export function playedBits(): ReadonlyMap<string, number> {
  const seen = new Map<string, number>()
  const add = (list: string, bits: number) => seen.set(list, ((seen.get(list) ?? 0) | bits) >>> 0)
  const look = (meter: Meter, item: string, now: number) => {
    const data = bytesOf(meter.value(item, { at: now }) ?? '')
    for (const [list, from, bytes] of ITEMS.get(item) ?? [])
      add(list, numberIn(data.slice(from, from + bytes)))
  }
  for (const event of EVENTS) {
    const [meter, now] = event()
    for (const item of ITEMS.keys()) look(meter, item, now)
  }
  for (const [item, words] of ITEMS) writeBits(item, words, look)
  add('errors-2007', errors2007())
  add('errors-relay', errorsOfRelay())
  add('errors-security', errorsOfSecurity())
  for (const [list, bits] of words1997()) add(list, bits)
  return seen
}

/** Bit by bit, as far as the meter takes it. */
function writeBits(
  item: string,
  words: readonly (readonly [string, number, number])[],
  look: (meter: Meter, item: string, now: number) => void,
): void {
  const length = words.reduce((end, [, from, bytes]) => Math.max(end, from + bytes), 0)
  for (let bit = 0; bit < 8 * length; bit += 1) {
    const meter = play()
    const data = Array.from({ length }, (_, index) => (index === bit >> 3 ? 1 << (bit & 7) : 0))
    if (meter.write(item, data)?.control === '94') look(meter, item, NOON)
  }
}

const numberIn = (low: readonly number[]) => low.reduceRight((sum, byte) => sum * 256 + byte, 0)

/** What a meter refuses, in every way it can be asked wrongly here. */
function errors2007(): number {
  const meter = play()
  return [
    meter.read('0F0F0F0F'),
    meter.send(0x11, [0]),
    meter.send(0x17, [0x01]),
    meter.write('04000103', [0x15], [0x04, 1, 2, 3]),
  ].reduce((bits, reply) => bits | wordOf(reply), 0)
}

/** In words of two bytes: an order nobody knows, a wrong password, a late one, and those a meter in that state refuses. */
function errorsOfRelay(): number {
  const meter = () => play({ 'relay-error-word': 'two' })
  const kept = meter()
  kept.relay(0x3a)
  const open = meter()
  open.relay(0x1a)
  const later = { at: NOON + HOUR }
  return [
    meter().relay(0x77),
    meter().relay(0x1a, { password: [0x02, 9, 9, 9] }),
    meter().relay(0x1a, { deadline: [0, 0, 0, 0x01, 0x01, 0x20] }),
    kept.relay(0x1a),
    kept.relay(0x1d, { n2: 5 }),
    meter().relay(0x1d, { n2: 0 }),
    open.relay(0x1d, { n2: 5, ...later }),
  ].reduce((bits, reply) => bits | wideWordOf(reply), 0)
}

function errorsOfSecurity(): number {
  const ask = (item: readonly number[], rest: number) => {
    const meter = play()
    meter.send(0x03, [0xff, 0x00, 0x00, 0x07, 0, 0, 0, 0, ...Array<number>(24).fill(0)])
    return meter.send(0x03, [...item, 0, 0, 0, 0, ...Array<number>(rest).fill(0)])
  }
  return [ask([], 0), ask([0xff, 0x02, 0x01, 0x07], 8), ask([0xff, 0x00, 0x00, 0x07], 1)].reduce(
    (bits, reply) => bits | wideWordOf(reply),
    0,
  )
}

function words1997(): ReadonlyMap<string, number> {
  const ask = (code: number, data: readonly number[], seed = 7, now = NOON) => {
    const slave = createMeter1997(meterOf({ protocol: 'dlt645-1997', seed }))
    return replyOf(slave.answer(request(OWN, code, data), now))
  }
  const errors = [
    ask(0x01, [0xff, 0xff]),
    ask(0x01, [0x10]),
    ask(0x04, [0x11, 0xc1, 0x02, 1, 2, 3, 0x15]),
  ].reduce((bits, reply) => bits | wordOf(reply), 0)
  const hours = Array.from({ length: 24 }, (_, hour) => NOON + hour * HOUR)
  const read = (di0: number) =>
    hours
      .map(now => ask(0x01, [di0, 0xc0], solar1997, now))
      .reduce((bits, reply) => bits | (bytesOf(reply?.data ?? '')[2] ?? 0), 0)
  return new Map([
    ['errors-1997', errors],
    ['status-1997', read(0x20)],
    ['grid-1997', read(0x21)],
  ])
}

function wordOf(reply: { readonly control: string; readonly data: string } | null): number {
  return reply && Number.parseInt(reply.control, 16) & 0x40 ? (bytesOf(reply.data)[0] ?? 0) : 0
}

function wideWordOf(reply: { readonly control: string; readonly data: string } | null): number {
  return reply && Number.parseInt(reply.control, 16) & 0x40 ? numberIn(bytesOf(reply.data)) : 0
}
