/** What the store is told of orders, out of the configuration. */

import type { Config, LineConfig, MeterConfig, OrdersConfig } from '../config/config.ts'
import { tellsNumber } from '../config/orders.ts'
import { approximate } from '../core/scaled.ts'
import type { OrderedMeter, OrderRules } from '../store/order/rules.ts'
import type { Customer } from '../supply/policy/policy.ts'

type Site = Pick<Config, 'meters' | 'lines' | 'areas' | 'drivers'>

/** What bills are made of first. */
const TOTAL = '1-0:1.8.0'
/** Of all a meter can count: clocks and nameplates are not exact. */
const SLACK = 1.1
const CUSTOMERS: Readonly<Record<string, Customer>> = {
  dwelling: 'residents',
  shop: 'others',
  industry: 'others',
}

export function orderRulesOf(orders: OrdersConfig, site: Site): OrderRules {
  const { policy, policyDigest, isRehearsal } = orders
  const meters = site.meters.filter(
    ({ driver, profile }) =>
      (site.drivers.get(driver.protocol)?.relayActions?.(profile.traits).size ?? 0) > 0,
  )
  return {
    ...{ policy, policyDigest, isRehearsal },
    meters: new Map(meters.map(meter => [meter.id, orderedMeter(meter, orders, site)])),
  }
}

function orderedMeter(meter: MeterConfig, orders: OrdersConfig, { lines, areas }: Site): OrderedMeter {
  const line = lines.find(({ id }) => id === meter.line)
  return {
    address: meter.address,
    number: tellsNumber(meter) ? (meter.meterNumber ?? null) : null,
    line: meter.line,
    transformer: areas.find(({ users }) => users.includes(meter.id))?.id ?? null,
    customer: CUSTOMERS[meter.class ?? ''] ?? null,
    link: line && isDirect(line, orders) ? 'direct' : null,
    control: orders.acceptReplayable ? 'weak-accepted' : 'weak',
    lacks: meter.driver.protocol.startsWith('modbus') ? ['keep-power', 'deadline'] : [],
    register: TOTAL,
    mostPerHour: { digits: BigInt(mostPerHour(meter)), scaler: 0 },
  }
}

/** What goes by a cable of our own holds nothing back; of everything else somebody must have said so. */
function isDirect({ id, url }: LineConfig, { directLines }: OrdersConfig): boolean {
  return url.kind === 'serial' || directLines.has(id)
}

/** Whole kWh. */
function mostPerHour({ nameplate: { phases, volts, amperes }, ratios }: MeterConfig): number {
  const factor = ratios ? approximate(ratios.current) * approximate(ratios.voltage) : 1
  return Math.ceil((phases * volts * amperes * factor * SLACK) / 1_000)
}
