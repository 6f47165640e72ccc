/** Requests that only ask, as every driver makes them: of items, freezes, records, events, relays and of who is there. */

import { driver1997, driver2007 } from '../../drivers/dlt645/driver.ts'
import type { Conversation, Driver, Frame, Request, Traits } from '../../src/driver-api/driver.ts'
import { ascii, rtu, tcp } from '../drivers/modbus-support.ts'
import { MODBUS_PROFILES } from '../simulator/models.ts'

export interface ReadAsked {
  readonly driver: Driver
  readonly bytes: Uint8Array
}

const MOST_STEPS = 60
const ADDRESSES_645 = ['000000001234', '681016171406', '161616166868', 'AAAAAAAAAAAA', '100f05060817']

/** Everything a conversation asks whose every question stays unanswered. */
function asked<Result>(conversation: Conversation<Result> | undefined): readonly Request[] {
  const requests: Request[] = []
  let step = conversation?.next()
  while (step && !step.done && requests.length < MOST_STEPS) {
    requests.push(step.value)
    step = conversation?.next(null as Frame | null)
  }
  return requests
}

function callTo(address: string, traits: Traits, sequence: () => number) {
  return { address, traits, sequence, refusedBefore: new Set<string>() }
}

function of645(driver: Driver, address: string, traits: Traits): readonly Request[] {
  const call = callTo(address, traits, () => 0)
  const families = driver.items?.() ?? []
  const points = families.flatMap(({ item }) => driver.describe(item) ?? [])
  const plan = [...(driver.freezes?.values() ?? [])]
  return [
    ...points.flatMap(point => asked(driver.read(call, [point]))),
    ...plan.flatMap(({ stamp, points: frozen }) =>
      asked(driver.readFreeze?.(call, { nth: 1, stamp, points: frozen })),
    ),
    ...asked(driver.readRelay?.(call)),
    ...asked(driver.readLoadRecords?.(call, { from: '2026-11-20T00:00:00', most: 10, class: 0 })),
    ...[...(driver.events?.keys() ?? [])].flatMap(event =>
      asked(driver.readEvents?.(call, { event, most: 3 })),
    ),
    ...asked(driver.discovery?.identify(call)),
    ...asked(driver.discovery?.capabilities?.(call)),
  ]
}

function ofModbus(driver: Driver): readonly Request[] {
  let transaction = 0
  const sequence = () => {
    transaction = (transaction + 257) % 65_536
    return transaction
  }
  return [...MODBUS_PROFILES.values()].flatMap(({ points, traits }, index) => {
    const call = callTo(String((index % 247) + 1), traits, sequence)
    const identify = driver.commands?.get('identify')?.run(call, {})
    return [
      ...asked(driver.read(call, points)),
      ...asked(driver.readRelay?.(call)),
      ...(identify && !('wrong' in identify) ? asked(identify) : []),
    ]
  })
}

export function readsAsked(): readonly ReadAsked[] {
  const traits: Traits[] = [{}, { quirks: { preamble: '0' } }]
  const dlt = [driver2007, driver1997].flatMap(driver =>
    ADDRESSES_645.flatMap((address, index) =>
      of645(driver, address, traits[index % 2] ?? {}).map(({ bytes }) => ({ driver, bytes })),
    ),
  )
  const modbus = [rtu, ascii, tcp].flatMap(driver => ofModbus(driver).map(({ bytes }) => ({ driver, bytes })))
  return [...dlt, ...modbus]
}
