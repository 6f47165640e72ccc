/** What the store is told of orders, out of the configuration. */

import type { Config, LineConfig, MeterConfig } from '../config/config.ts'
import { mostPerHour } from '../config/most-per-hour.ts'
import { tellsNumber } from '../config/orders.ts'
import type { OrderedMeter, OrderRules } from '../store/order/rules.ts'
import type { BillingRule } from '../supply/order/billing.ts'
import type { Customer } from '../supply/policy/policy.ts'

type Site = Pick<Config, 'meters' | 'lines' | 'areas' | 'drivers' | 'orders'>

/** What bills are made of first. */
const TOTAL = '1-0:1.8.0'
const CUSTOMERS: Readonly<Record<string, Customer>> = {
  dwelling: 'residents',
  shop: 'others',
  industry: 'others',
}

export function orderRulesOf(site: Site): OrderRules {
  const withRelay = site.meters.filter(
    ({ driver, profile }) =>
      (site.drivers.get(driver.protocol)?.relayActions?.(profile.traits).size ?? 0) > 0,
  )
  const meters = new Map(withRelay.map(meter => [meter.id, orderedMeter(meter, site)]))
  if (!site.orders) return { policy: null, isRehearsal: false, meters }
  const { policy, policyDigest, isRehearsal, billing: asked } = site.orders
  const billing: BillingRule = asked.way === 'asked' ? { way: 'asked' } : asked
  return { policy, policyDigest, isRehearsal, billing, meters }
}

function orderedMeter(meter: MeterConfig, { lines, areas, orders }: Site): OrderedMeter {
  const line = lines.find(({ id }) => id === meter.line)
  const closesAbove = meter.profile.prepaid?.closesAbove
  return {
    address: meter.address,
    number: tellsNumber(meter) ? (meter.meterNumber ?? null) : null,
    line: meter.line,
    transformer: areas.find(({ users }) => users.includes(meter.id))?.id ?? null,
    customer: CUSTOMERS[meter.class ?? ''] ?? null,
    link: line && isDirect(line, orders?.directLines) ? 'direct' : null,
    control: orders?.acceptReplayable ? 'weak-accepted' : 'weak',
    lacks: meter.driver.protocol.startsWith('modbus') ? ['keep-power', 'deadline'] : [],
    register: TOTAL,
    mostPerHour: { digits: BigInt(mostPerHour(meter)), scaler: 0 },
    ...(closesAbove && { closesAbove: closesAbove.item }),
  }
}

/** What goes by a cable of our own holds nothing back; of everything else somebody must have said so. */
function isDirect({ id, url }: LineConfig, directLines?: ReadonlySet<string>): boolean {
  return url.kind === 'serial' || directLines?.has(id) === true
}
