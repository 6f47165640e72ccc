/** The desk of orders over all lines, as the configuration has them. */

import type { Config } from '../config/config.ts'
import { isPassing } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import type { Line } from '../line/line.ts'
import { DAEMON, type Store } from '../store/store.ts'
import type { Desk } from '../supply/order/desk.ts'
import { createOrderDesk, type OrderDeskParts } from './order-desk.ts'
import { createRelayDesk, type RelayDeskParts } from './relay-desk.ts'

type Parts = Pick<RelayDeskParts, 'lastGood' | 'refusals' | 'audits' | 'clock'> & {
  readonly config: Config
  readonly lines: readonly {
    readonly config: { readonly id: string; readonly replyWithinMs: number | null }
    readonly line: Line
  }[]
  readonly store: Pick<Store, 'journalAdd'>
  readonly broken: (error: unknown) => void
  readonly log: Pick<Log, 'error'>
}

/** The level that orders to relays are given by (DL/T 645-2007 §5.2.4); quirks of a model may have another. */
const LEVEL = '02'

export function openOrderDesk({ config, lines, store, broken, log, ...held }: Parts): Desk {
  const { meters, drivers, site, orders } = config
  const password = orders?.password ?? null
  const desk = createRelayDesk({
    ...held,
    ...{ meters, drivers, offsetMinutes: site.offsetMinutes },
    lines: new Map(lines.map(({ config: { id, replyWithinMs }, line }) => [id, { line, replyWithinMs }])),
    authorityOf: () => (password === null ? null : { level: LEVEL, password }),
  })
  const addresses = new Map(meters.map(({ id, address }) => [id, address]))
  return createOrderDesk({
    desk,
    addressOf: meter => addresses.get(meter) ?? '',
    told: frameNoted({ store, broken, log, clock: held.clock }),
  })
}

/** A full store keeps nobody in the dark: the step that the frame left by is written, and its bytes are in the log. */
export function frameNoted({
  store,
  broken,
  log,
  clock,
}: Pick<Parts, 'store' | 'broken' | 'log' | 'clock'>): NonNullable<OrderDeskParts['told']> {
  return ({ order, attempt, meter }, { outcome, frames, sentAt }) => {
    const by = { ...DAEMON, at: clock.now() }
    const facts = { meter, attempt, outcome, sentAt, frames }
    store.journalAdd({ ...by, action: 'order.frame', subject: `order ${order}`, facts }).catch(error => {
      if (!isPassing(error)) return broken(error)
      const text = `a frame of order ${order} is not in the journal: ${error.text}; ${JSON.stringify(facts)}`
      log.error({ meterId: meter, code: error.code }, text)
    })
  }
}
