/** `/v1/indicators/voltage`: how much of the time each meter's voltages were good, and whether that can be said (K-08). */

import { z } from 'zod'
import type { MeterConfig } from '../config/config.ts'
import { Fault } from '../core/faults.ts'
import { multiplyScaled, parseScaled, type Scaled } from '../core/scaled.ts'
import { DAY, isoWithOffset, slotOf } from '../core/time.ts'
import type { KeptPlan } from '../reading/expectation.ts'
import { isPhaseVoltage } from '../reading/voltage-quality.ts'
import type { Store } from '../store/store.ts'
import { maySee } from './access.ts'
import type { App } from './app.ts'
import type { VoltageRegister } from './page-thread/voltage-page.ts'
import { pageById } from './pages.ts'
import type { ApiParts } from './parts.ts'
import { nameAsked, paging, timeAsked } from './shapes.ts'
import { showPercent } from './show.ts'
import { timeOf } from './times.ts'
import { voltageAnswer } from './voltage-shapes.ts'
import { sendWritten, written } from './written.ts'

/** Each meter's samples are read for it: a month of a poll every quarter of an hour is 3,000 rows a phase. */
const METERS_USUALLY = 20
const MOST_DAYS = 62
const MOST_PLANS = 1_000

export function voltageRoutes(
  app: App,
  { store, pages, gateway, site, clock, meters, indicators }: ApiParts,
) {
  const { offsetMinutes } = site
  app.get(
    '/v1/indicators/voltage',
    {
      config: { access: 'read' },
      schema: {
        summary: 'Voltage qualification of each meter and phase, with the samples it rests on',
        description:
          'Below the share of samples agreed on (`limits.complete`) there is no figure: what is missing is never taken for good.',
        tags: ['meters'],
        querystring: z.strictObject({
          meter: nameAsked.meta({ description: 'this meter only' }),
          from: timeAsked.meta({ description: 'YYYY-MM-DD or ISO 8601 with offset; without it yesterday' }),
          to: timeAsked.meta({
            description: `before this, at most ${MOST_DAYS} days later; without it a day after \`from\``,
          }),
          ...paging,
        }),
        response: { 200: written(voltageAnswer) },
      },
    },
    async (request, reply) => {
      const { query } = request
      const now = clock.now()
      const from = timeOf('from', query.from, offsetMinutes) ?? slotOf(now, DAY, offsetMinutes) - DAY
      const to = timeOf('to', query.to, offsetMinutes) ?? from + DAY
      if (to <= from || to - from > MOST_DAYS * DAY)
        throw new Fault('ASK_INVALID', `query.to: after from, and at most ${MOST_DAYS} days`)
      const asked = meters.filter(({ id }) => maySee(request, id) && (query.meter ?? id) === id)
      const { limit = METERS_USUALLY, cursor } = query
      const list = `voltage ${JSON.stringify([query.meter, query.from, query.to])}`
      const page = pageById(asked, { limit, cursor }, list)
      const registers = await Promise.all(page.items.map(meter => registersOf(store, meter)))
      const rules = indicators.voltage
      const head = JSON.stringify({
        gateway,
        from: isoWithOffset(from, offsetMinutes),
        to: isoWithOffset(to, offsetMinutes),
        limits: {
          below: showPercent(rules.below),
          above: showPercent(rules.above),
          complete: showPercent(rules.complete),
        },
      })
      const about = { head, next: page.next, from, to, now, rules, registers: registers.flat() }
      return sendWritten(reply, await pages.voltage(about))
    },
  )
}

/** What the meter was polled for, then or now: also of registers nobody asks for any more. */
async function registersOf(store: Store, meter: MeterConfig): Promise<readonly VoltageRegister[]> {
  const plans = await store.plans({ meter: meter.id, limit: MOST_PLANS })
  const polls = plans.filter(({ kind }) => kind === 'poll')
  const polled = meter.polls.flatMap(({ points }) => points.map(({ obis }) => obis))
  const codes = new Set([...polls.flatMap(({ registers }) => registers), ...polled].filter(isPhaseVoltage))
  const nominal = nominalOf(meter)
  return [...codes].sort().map(obis => ({
    meter: meter.id,
    obis,
    nominal,
    plans: polls.filter(({ registers }) => registers.includes(obis)).map(spanOf),
  }))
}

function spanOf({ calendar, since, until }: KeptPlan): VoltageRegister['plans'][number] {
  return { calendar, since, until }
}

/** Values are primary ones, so is the nominal voltage. */
function nominalOf({ nameplate, ratios }: MeterConfig): Scaled {
  const own = parseScaled(String(nameplate.volts)) ?? { digits: 0n, scaler: 0 }
  return ratios ? multiplyScaled(own, ratios.voltage) : own
}
