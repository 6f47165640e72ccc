/** A dispatcher for each sink that is configured. Sinks not asked for are not loaded: they cost memory. */

import type { Config, MeterConfig } from '../config/config.ts'
import type { Clock } from '../core/clock.ts'
import { messageOf } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import type { Progress } from '../core/progress.ts'
import type { Random } from '../core/random.ts'
import type { Store } from '../store/store.ts'
import { createDispatcher, type Dispatcher } from './dispatcher.ts'
import type { LastWord } from './last-word.ts'
import { createLossDetector } from './loss.ts'
import { createMqttSink, isHistoricalBy } from './mqtt.ts'
import type { Sink } from './sink.ts'

export type SinksAsked = Pick<Config, 'gateway' | 'site' | 'meters' | 'mqtt' | 'sparkplug' | 'influx'>

export interface DispatchersParts {
  readonly store: Store
  readonly progress: Progress
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** Checkpoints of the journal, for MQTT. */
  readonly checkpoint: LastWord
}

export async function createDispatchers(
  asked: SinksAsked,
  parts: DispatchersParts,
): Promise<readonly Dispatcher[]> {
  const { store, progress, clock, random, log } = parts
  const created = new Map<string, Dispatcher>()
  for (const sink of await sinksFor(asked, parts, () => created.get('mqtt'))) {
    const beat = progress.beatOf('sink', sink.name)
    created.set(sink.name, createDispatcher({ sink, store, clock, random, log, beat }))
  }
  return [...created.values()]
}

async function sinksFor(
  { gateway, site, meters, mqtt, sparkplug, influx }: SinksAsked,
  { store, clock, random, log, checkpoint }: DispatchersParts,
  toMqtt: () => Dispatcher | undefined,
): Promise<readonly Sink[]> {
  const named = { gateway, epoch: store.epoch, clock, log }
  const cycles = new Map(meters.map(meter => [meter.id, cycleMsOf(meter)]))
  const cycleMs = (meter: string) => cycles.get(meter) ?? null
  const { offsetMinutes } = site
  const sinks: Sink[] = []
  if (mqtt) {
    const lines = new Map(meters.map(({ id, line }) => [id, line]))
    const lineOf = (meter: string) => lines.get(meter) ?? null
    const onWatermark = createLossDetector({
      position: () => toMqtt()?.status().cursor ?? 0,
      rewind: sequence => sendAgain(toMqtt(), sequence, log),
      clock,
    })
    sinks.push(
      createMqttSink({
        ...{ ...named, ...mqtt, random, meters, offsetMinutes, cycleMs, lineOf, onWatermark, checkpoint },
        noticesAsked: store.noticesAsked,
        orders: store,
      }),
    )
  }
  if (sparkplug) {
    const { createSparkplugSink } = await import('./sparkplug.ts')
    const isHistorical = isHistoricalBy({ clock, cycleMs, offsetMinutes })
    sinks.push(createSparkplugSink({ ...named, ...sparkplug, meters, store, isHistorical, random }))
  }
  if (influx) {
    const { createInfluxSink } = await import('./influx.ts')
    sinks.push(createInfluxSink({ ...named, ...influx }))
  }
  return sinks
}

/** What the broker acknowledged and the consumer does not hold (PR-12). */
function sendAgain(mqtt: Dispatcher | undefined, sequence: number, log: Log): void {
  const words = `mqtt: a consumer holds nothing after ${sequence}, though the broker acknowledged more`
  log.warn({ sinkId: 'mqtt' }, `${words}; it is sent again`)
  mqtt
    ?.resend({ from: sequence + 1 })
    .catch((error: unknown) => log.warn({ sinkId: 'mqtt' }, `mqtt: not sent again: ${messageOf(error)}`))
}

function cycleMsOf({ polls }: MeterConfig): number | null {
  return polls.length > 0 ? Math.max(...polls.map(({ everyMs }) => everyMs)) : null
}
