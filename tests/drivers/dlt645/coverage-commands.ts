/** What the master sends of each command, and what a simulated meter does with just that: both are played. */

import { driver1997, driver2007 } from '../../../drivers/dlt645/driver.ts'
import type { Given } from '../../../src/driver-api/command.ts'
import type { Call, Conversation, Driver } from '../../../src/driver-api/driver.ts'
import { createMeter } from '../../../src/simulator/meter.ts'
import { createMeter1997 } from '../../../src/simulator/meter-1997.ts'
import { createMeter2007 } from '../../../src/simulator/meter-2007.ts'
import type { Slave } from '../../../src/simulator/slave.ts'
import { callOf, frameBytes } from './bench-meter.ts'

export const ADDRESS = '000000000161'
export const NOW = Date.UTC(2026, 10, 21, 18, 30, 15)
const ANYONE = 'AAAAAAAAAAAA'

export const meterOf = (protocol: string) =>
  createMeter({ seed: 7, protocol, address: ADDRESS, phases: 3, offsetMinutes: 480 })

interface Exchange {
  readonly code: number
  /** Null for silence. */
  readonly replyControl: number | null
}

/** Holds a conversation with the slave and tells what went over the line. */
function exchanges(driver: Driver, conversation: Conversation<unknown>, slave: Slave): readonly Exchange[] {
  const told: Exchange[] = []
  let step = conversation.next()
  for (let steps = 0; !step.done && steps < 500; steps += 1) {
    const request = step.value
    const asked = driver.deframe(request.bytes, null).frames[0]?.bytes ?? new Uint8Array()
    const reply = slave.answer(asked, NOW)
    const [frame] = driver.deframe(reply ?? new Uint8Array(), request).frames
    told.push({ code: (asked[8] ?? 0) & 0x1f, replyControl: frame?.bytes[8] ?? null })
    step = conversation.next(frame && request.whyNot(frame) === null ? frame : null)
  }
  return told
}

const password = '000000'
const OLD_AND_NEW = { password, 'new-password': '111111' }

/** How each command is told to a meter; one that is missing here is missing on the page. */
const TOLD: Readonly<Record<string, Readonly<Record<string, Given>>>> = {
  'dlt645-2007': {
    write: { item: '04000302', value: '7', password },
    'write-address': { to: '000000000162' },
    'set-time': { time: '2026-11-22T02:31:00' },
    freeze: { when: 'now' },
    'change-speed': { speed: '4800' },
    'change-password': { class: '04', ...OLD_AND_NEW },
    'clear-demand': { password },
    'clear-meter': { password },
    'clear-events': { what: 'all', password },
    'multi-function-output': { output: 'tariff-switch' },
    authenticate: { item: '070000FF', data: '00'.repeat(24) },
  },
  'dlt645-1997': {
    write: { item: 'C111', value: '15', password },
    'write-address': { to: '000000000162' },
    'set-time': { time: '2026-11-22T02:31:00' },
    'change-speed': { speed: '4800' },
    'change-password': { class: '00', ...OLD_AND_NEW },
    'clear-demand': { password },
  },
}

const authority = { level: '02', password, operator: '00000001' }

/** What the driver does beside commands; the items are longer than a frame. */
const TALKS: Readonly<Record<string, (driver: Driver, call: Call) => Conversation<unknown> | undefined>> = {
  'driver.read': (driver, call) =>
    driver.read(call, driver.describeAll?.(driver === driver2007 ? '03300801' : '901F') ?? []),
  'driver.discovery': (driver, call) => driver.discovery?.identify({ ...call, address: ANYONE }),
  'driver.setClock': (driver, call) =>
    driver.setClock?.(call, { timeAt: () => '2026-11-22T02:31:00', how: 'broadcast' }),
  'driver.orderRelay': (driver, call) =>
    driver === driver2007
      ? driver.orderRelay?.(call, { action: 'open', authority, validForSeconds: 600, ageMs: () => 0 })
      : undefined,
}

export interface Played {
  /** By code, who sends it. */
  readonly senders: ReadonlyMap<number, readonly string[]>
  /** By code, whether the meter did it: what it was sent here it answered without refusing, or obeyed in silence. */
  readonly done: ReadonlyMap<number, string>
}

export function playCommands(driver: Driver): Played {
  const is2007 = driver === driver2007
  const slaveOf = () =>
    is2007
      ? createMeter2007(meterOf(driver.protocol))
      : createMeter1997(meterOf(driver.protocol), { 'frame-data': 'short' })
  const senders = new Map<number, string[]>()
  const done = new Map<number, string>()
  const play = (by: string, conversation: Conversation<unknown>, slave: Slave): void => {
    const before = shownTime(slave, is2007)
    for (const { code, replyControl } of exchanges(driver, conversation, slave)) {
      const known = senders.get(code) ?? []
      if (!known.includes(by)) senders.set(code, [...known, by])
      if (replyControl !== null && (replyControl & 0x40) === 0) done.set(code, 'answers')
      else if (replyControl === null && shownTime(slave, is2007) !== before)
        done.set(code, done.get(code) ?? 'obeyed in silence')
    }
  }
  for (const [name, talk] of Object.entries(TALKS)) {
    const conversation = talk(driver, callOf({}, ADDRESS))
    if (conversation) play(name, conversation, slaveOf())
  }
  for (const [name, command] of driver.commands ?? []) {
    const address = name === 'write-address' ? ANYONE : ADDRESS
    const conversation = command.run(callOf({}, address), TOLD[driver.protocol]?.[name] ?? {})
    if (!('wrong' in conversation)) play(`\`meterd command ${name}\``, conversation, slaveOf())
  }
  if (!is2007 && answersAgain()) done.set(0x03, 'answers')
  return { senders, done }
}

const DATE_TIME = {
  2007: [0x02, 0x01, 0x00, 0x04],
  1997: [0x11, 0xc0],
}

function shownTime(slave: Slave, is2007: boolean): string {
  const data = Uint8Array.from(is2007 ? DATE_TIME[2007] : DATE_TIME[1997])
  return String(slave.answer(frameBytes(ADDRESS, is2007 ? 0x11 : 0x01, data), NOW))
}

/** 03 of 1997, which the master never sends: the last part once more. */
function answersAgain(): boolean {
  const slave = createMeter1997(meterOf('dlt645-1997'), { 'frame-data': 'short' })
  const item = Uint8Array.of(0x1f, 0x90)
  const first = slave.answer(frameBytes(ADDRESS, 0x01, item), NOW)
  const again = slave.answer(frameBytes(ADDRESS, 0x03, item), NOW)
  const dataOf = (reply: Uint8Array | null) => reply?.slice(reply.indexOf(0x68) + 10, -2).toString()
  return first !== null && dataOf(first) === dataOf(again)
}

export const DRIVERS = { '2007': driver2007, '1997': driver1997 } as const
