/** Builds and starts every part of the daemon, and stops them in reverse. Reads like a parts list. */

import { uptime } from 'node:os'
import { type AlarmDesk, openAlarmDesk } from './acquire/alarm-desk.ts'
import { createAuditsHeld } from './acquire/audits-held.ts'
import { type Bookkeeping, createBookkeeping } from './acquire/bookkeeping.ts'
import { openCapabilities } from './acquire/capabilities-held.ts'
import { freezesHeld } from './acquire/freezes-held.ts'
import { openAcceptances } from './acquire/gate/acceptances-held.ts'
import { type Commissioning, createCommissioning } from './acquire/gate/commissioning.ts'
import { createLastGood } from './acquire/last-good.ts'
import { leftBefore } from './acquire/ledger-before.ts'
import { openOrderDesk } from './acquire/order-desk-opened.ts'
import { billingMomentsOf } from './acquire/plans.ts'
import { createPoller, type Poller, type PollerParts } from './acquire/poller.ts'
import { openRefusals } from './acquire/refusals-held.ts'
import { createSameMeter, withProbed } from './acquire/same-meter.ts'
import { lineStatusOf, linesOut } from './acquire/status.ts'
import { createTimeTrust, type TimeTrust } from './acquire/time-trust.ts'
import { openDoor } from './api/door.ts'
import { type JournalKept, startJournal } from './api/journal-kept.ts'
import { listenAt } from './api/listening.ts'
import { createPageThread } from './api/page-thread/thread.ts'
import type { ApiParts, DaemonStatus } from './api/parts.ts'
import { buildServer } from './api/server.ts'
import { judgeForGate } from './commission/for-the-gate.ts'
import type { Config, LineConfig, MeterConfig } from './config/config.ts'
import type { Clock } from './core/clock.ts'
import { Fault } from './core/faults.ts'
import { createGong } from './core/gong.ts'
import { lineKey } from './core/line-url.ts'
import type { Log } from './core/log.ts'
import { createProgress, type Progress } from './core/progress.ts'
import type { Random } from './core/random.ts'
import { SECOND } from './core/time.ts'
import type { DialIn } from './line/dial-in.ts'
import { createLine, type Line } from './line/line.ts'
import { claimLine } from './line/lock.ts'
import { transportFor } from './line/transports.ts'
import { startBroker } from './publish/broker-started.ts'
import type { Dispatcher } from './publish/dispatcher.ts'
import { createDispatchers, type DispatchersParts } from './publish/dispatchers.ts'
import { startBook } from './releasing/book.ts'
import { mostClients, startListeners } from './running/listeners.ts'
import { type Stop, stopAll, together } from './running/stops.ts'
import type { Supervisor } from './running/systemd.ts'
import { laterMs } from './running/turns.ts'
import { startVitals } from './running/vitals.ts'
import { createWatchdog } from './running/watchdog.ts'
import type { Store } from './store/store.ts'
import { startTending } from './store/tending.ts'
import { openStore } from './store/thread.ts'
import type { Desk } from './supply/order/desk.ts'
import { guardStore } from './supplying/guarded.ts'
import { orderRulesOf } from './supplying/rules.ts'
import { startOrders } from './supplying/started.ts'

export interface DaemonParts {
  readonly config: Config
  readonly version: string
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** Who restarts us when we hang; null where nobody does. */
  readonly supervisor?: Supervisor | null
  /** Called once when the daemon can keep its promises no longer and has to end (PR-03). */
  readonly broken: (error: unknown) => void
}

export interface Daemon {
  /** Where the API listens. */
  readonly apiUrl: string
  status(): DaemonStatus
  /** False when a part did not stop in time; what it still waits for is abandoned (PR-83). */
  stop(): Promise<boolean>
}

export async function startDaemon(parts: DaemonParts): Promise<Daemon> {
  const stops: Stop[] = []
  try {
    return await start(parts, stops)
  } catch (error) {
    await stopAll(stops, parts)
    throw error
  }
}

async function start(parts: DaemonParts, stops: Stop[]): Promise<Daemon> {
  const { config, clock, log, supervisor = null } = parts
  const progress = createProgress(clock)
  const rules = orderRulesOf(config)
  const limits = { ...config.store, ...billingMomentsOf(config), orders: rules }
  const opened = await openStore(config.dataDirectory, clock, log, { limits, broken: parts.broken })
  stops.push(() => opened.close())
  const { store, guard } = guardStore(opened)
  const journal = await startJournal({ ...parts, store })
  stops.push(() => journal.stop())
  const watchdog = createWatchdog({ progress, store, supervisor, clock, log, broken: parts.broken })
  await startMeters(parts, stops)
  const dispatchers = await startSinks(parts, { store, progress, checkpoint: journal.checkpoint }, stops)
  const listeners = await startListeners(parts, stops)
  const lines = config.lines.map(line => ({ config: line, line: makeLine(parts, line, progress, listeners) }))
  const timeTrust = createTimeTrust({
    clock,
    log,
    store,
    offsetMinutes: config.site.offsetMinutes,
    lastKept: await store.lastKept(),
    uptimeMs: uptime() * SECOND,
    broken: parts.broken,
  })
  stops.push(
    startTending({
      store,
      clock,
      mayForget: () => timeTrust.mayForget,
      sinks: dispatchers.map(dispatcher => dispatcher.status().name),
      broken: parts.broken,
    }),
  )
  const kept: PollerParts['kept'] = accepted => {
    watchdog.kept()
    for (const dispatcher of dispatchers) dispatcher.wake(accepted.lastSequence)
  }
  const { dataDirectory: directory, meters, site } = config
  const alarms = await openAlarmDesk({ ...parts, ...site, store, directory, meters })
  stops.push(() => alarms.stop())
  const held = { store, timeTrust, progress, alarms }
  const { polled: pollers, bookkeeping, desk } = await startPollers(parts, held, lines, stops, kept)
  const statuses = () => pollers.flatMap(({ poller }) => poller.status())
  const orders = await startOrders({
    ...{ ...parts, store, rules, desk, guard, stops, dataDirectory: directory },
    isTimeTrusted: () => timeTrust.trusted,
    outages: () => linesOut(meters, statuses()),
  })
  const pages = createPageThread({ store, config, log })
  stops.push(() => pages.stop())
  const gong = createGong(clock)
  const beat = progress.beatOf('book', '')
  const judges = { judge: pages.historyJudged, judgeCredit: pages.creditJudged }
  const book = startBook({ ...parts, ...held, ...judges, beat, gong })
  stops.push(() => book.stop())
  const status = (): DaemonStatus => ({
    store: { ...store.mood, room: store.room },
    storesPutAside: store.alarms().length,
    timeTrusted: timeTrust.trusted,
    lines: lines.map(lineStatusOf),
    listeners: [...listeners].map(([port, listener]) => ({ port, ...listener.status() })),
    meters: statuses(),
    sinks: dispatchers.map(dispatcher => dispatcher.status()),
    alarms: alarms.standing(),
    expectations: bookkeeping.counts(),
    releasing: book.status(),
    parts: watchdog.parts(),
  })
  const apiUrl = await startApi(
    parts,
    {
      ...{ store, pages, pollers, dispatchers, timeTrust, status, released: gong, keys: journal.keys },
      ...(orders && { orders }),
    },
    stops,
  )
  watchdog.start()
  stops.push(async () => watchdog.stop())
  await supervisor?.tell('READY=1')
  stops.push(async () => void supervisor?.tell('STOPPING=1'))
  return { apiUrl, status, stop: () => stopAll(stops, parts) }
}

/** Meters of our own, only where the configuration plays them. Parts not asked for are not loaded: they cost memory. */
async function startMeters({ config, clock, log }: DaemonParts, stops: Stop[]): Promise<void> {
  if (!config.simulator) return
  const { startSimulator } = await import('./simulator/simulator.ts')
  const simulator = await startSimulator(config.simulator, {
    clock,
    log,
    offsetMinutes: config.site.offsetMinutes,
  })
  stops.push(() => simulator.stop())
}

async function startSinks(
  parts: DaemonParts,
  held: Pick<DispatchersParts, 'store' | 'progress' | 'checkpoint'>,
  stops: Stop[],
): Promise<readonly Dispatcher[]> {
  const { config } = parts
  const broker = await startBroker({ ...parts, mostClients: mostClients(config), stops })
  const mqtt = broker ?? config.mqtt
  const dispatchers = await createDispatchers({ ...config, mqtt }, { ...parts, ...held })
  stops.push(() => together(dispatchers))
  for (const dispatcher of dispatchers) await dispatcher.start()
  return dispatchers
}

function makeLine(
  { clock, random, log, broken }: DaemonParts,
  { id, url, replyWithinMs, inFlight }: LineConfig,
  progress: Progress,
  listeners: ReadonlyMap<number, DialIn>,
): Line {
  const listener = url.kind === 'tcp-listen' ? listeners.get(url.port) : undefined
  return createLine({
    id,
    url,
    replyWithinMs,
    inFlight,
    ...{ clock, random, log, broken },
    transport: listener && url.kind === 'tcp-listen' ? listener.transportOf(url.dtu) : transportFor(url),
    // Who has the port has its lines.
    claim: () => (listener ? Promise.resolve(async () => undefined) : claimLine(lineKey(url))),
    newBeat: () => progress.beatOf('line', id),
  })
}

interface PolledLine {
  readonly poller: Poller
  readonly commissioning: Commissioning
  readonly accept: NonNullable<ApiParts['accept']>
  readonly meters: ReadonlySet<string>
}

async function startPollers(
  parts: DaemonParts,
  {
    store,
    timeTrust,
    progress,
    alarms,
  }: Pick<Shown, 'store' | 'timeTrust' | 'alarms'> & { readonly progress: Progress },
  lines: readonly { readonly config: LineConfig; readonly line: Line }[],
  stops: Stop[],
  kept: PollerParts['kept'],
): Promise<{
  readonly polled: readonly PolledLine[]
  readonly bookkeeping: Bookkeeping
  readonly desk: Desk
}> {
  const { config, clock, log, broken } = parts
  const lastGood = createLastGood(await store.lastGood(), config.site.offsetMinutes)
  const refusals = await openRefusals(config.dataDirectory, clock, log)
  const capabilities = await openCapabilities(config.dataDirectory, clock.now)
  const audits = createAuditsHeld({ kept: await store.audits(), store, clock, log, alarms, broken })
  const acceptances = await openAcceptances(config.dataDirectory, store, log)
  // What could not be written has been told.
  stops.push(() => acceptances.written().catch(() => undefined))
  const keys = new Map(config.lines.map(({ id, url }) => [id, lineKey(url)]))
  const lineKeyOf = ({ line }: MeterConfig) => keys.get(line) ?? line
  const gate = { meters: config.meters, held: acceptances, lineKeyOf, judge: judgeForGate, lastGood }
  const commissioning = createCommissioning({ ...gate, clock, log })
  const accept: PolledLine['accept'] = async (...given) => {
    commissioning.accept(...given)
    await acceptances.written()
  }
  const clocks = new Map((await store.clocks()).map(measured => [measured.meter, measured]))
  const polled: PolledLine[] = []
  stops.push(refusals.written, audits.written)
  const left = await leftBefore(store, config, clock.now())
  const books = () => polled.flatMap(({ poller }) => poller.books())
  const bookkeeping = createBookkeeping({ ...left, store, books, timeTrust, clock, broken: parts.broken })
  stops.push(bookkeeping.stop, () => together(polled.map(({ poller }) => poller)))
  const metersOf = Map.groupBy(config.meters, ({ line }) => line)
  for (const [index, { config: lineConfig, line }] of lines.entries()) {
    const meters = metersOf.get(lineConfig.id) ?? []
    const probed = { capabilities, refusals, audits, meters, lineKey: lineKey(lineConfig.url), clock, log }
    const poller = createPoller({
      line,
      meters,
      site: config.site,
      store,
      freezesHeld: await freezesHeld(store, meters, config.site, clock.now()),
      before: left.meters,
      lastGood,
      refusals: withProbed(probed),
      sameMeter: createSameMeter(probed),
      commissioning,
      alarms,
      clocks,
      timeTrust,
      laterMs: laterMs(index, meters),
      clock,
      log,
      kept,
      broken: parts.broken,
      newBeat: () => progress.beatOf('scheduler', lineConfig.id),
    })
    polled.push({ poller, commissioning, accept, meters: new Set(meters.map(({ id }) => id)) })
    line.start()
    poller.start()
  }
  bookkeeping.start()
  const desk = openOrderDesk({ ...parts, lines, lastGood, refusals, audits, store })
  return { polled, bookkeeping, desk }
}

interface Shown {
  readonly timeTrust: TimeTrust
  readonly alarms: AlarmDesk
  readonly store: Store
  readonly pages: ApiParts['pages']
  readonly released: ApiParts['released']
  readonly pollers: readonly PolledLine[]
  readonly dispatchers: readonly Dispatcher[]
  readonly status: () => DaemonStatus
  readonly keys: JournalKept['keys']
  readonly orders?: NonNullable<ApiParts['orders']>
}

async function startApi(
  parts: DaemonParts,
  { pollers, dispatchers, timeTrust, ...shown }: Omit<Shown, 'alarms'>,
  stops: Stop[],
): Promise<string> {
  const { config, clock, random, log, version } = parts
  const lineOf = (meter: string) => pollers.find(({ meters }) => meters.has(meter))
  const server = await buildServer({
    ...shown,
    gateway: config.gateway,
    site: config.site,
    meters: config.meters,
    areas: config.areas,
    indicators: config.indicators,
    ...{ clock, random, log, version },
    vitals: startVitals(stops),
    rate: config.api.rate,
    mostClients: mostClients(config),
    commissioning: meter => lineOf(meter)?.commissioning.stateOf(meter) ?? null,
    accept: async (...given) => lineOf(given[0])?.accept(...given),
    meterStatus: meter => lineOf(meter)?.poller.statusOf(meter) ?? null,
    askedNext: boundary => new Map(pollers.flatMap(({ poller }) => [...poller.askedNext(boundary)])),
    readNow(meter) {
      const line = lineOf(meter)
      if (!line) throw new Fault('ASK_UNKNOWN', `there is no meter "${meter}"`)
      return line.poller.readNow(meter)
    },
    trustClock: () => timeTrust.trust(),
    resend(sink, asked) {
      const dispatcher = dispatchers.find(one => one.status().name === sink)
      if (!dispatcher) throw new Fault('ASK_UNKNOWN', `there is no sink "${sink}"`)
      return dispatcher.resend(asked)
    },
  })
  const url = await listenAt(server, config.api)
  stops.push(() => server.close())
  stops.push(await openDoor(server, config.dataDirectory, log))
  return url
}
