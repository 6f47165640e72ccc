/** What the API is handed by main.ts: the rooms it shows, and nothing it could do without. */

import type { PlanCounts } from '../acquire/bookkeeping.ts'
import type { CommissioningState } from '../acquire/gate/commissioning.ts'
import type { ReadNow } from '../acquire/read-now.ts'
import type { LineStatus, MeterStatus } from '../acquire/status.ts'
import type { IndicatorsConfig, MeterConfig, RateConfig } from '../config/config.ts'
import type { Clock } from '../core/clock.ts'
import type { Gong } from '../core/gong.ts'
import type { Log } from '../core/log.ts'
import type { Random } from '../core/random.ts'
import type { DialInStatus } from '../line/dial-in.ts'
import type { ResendAsked, Resent, SinkStatus } from '../publish/sink.ts'
import type { AlarmEvent } from '../reading/alarm/alarm.ts'
import type { Area } from '../reading/rules/group/area-loss.ts'
import type { ReleasingStatus } from '../releasing/releasing.ts'
import type { Vitals } from '../running/vitals.ts'
import type { PartState } from '../running/watchdog.ts'
import type { RoomState, Store } from '../store/store.ts'
import type { OrderDoors } from '../supplying/doors.ts'
import type { KeyRing } from './keys.ts'
import type { Pages } from './page-thread/pages.ts'

export interface ApiParts {
  readonly store: Store
  /** Long pages of readings, as bytes. */
  readonly pages: Pages
  /** The gateway's name. */
  readonly gateway: string
  /** The fixed standard offset, minutes east of UTC, that times are written in and dates are meant in. */
  readonly site: { readonly offsetMinutes: number }
  readonly meters: readonly MeterConfig[]
  /** Transformer areas. */
  readonly areas: readonly Area[]
  /** By what limits indicators are made. */
  readonly indicators: IndicatorsConfig
  /** What lines, meters and sinks are doing at this moment. */
  readonly status: () => DaemonStatus
  /** The same of one meter; null for one that is not read. */
  readonly meterStatus: (meter: string) => MeterStatus | null
  /** When each meter is asked next for a boundary it has not told yet; absent where nothing polls. */
  readonly askedNext?: (boundary: number) => ReadonlyMap<string, number>
  /** Reads every point of one meter at once, ahead of the polls; without it the route does not exist. */
  readonly readNow?: (meter: string) => Promise<ReadNow>
  /** Sends a sink again what it had or refused; without it the route does not exist. */
  readonly resend?: (sink: string, asked: ResendAsked) => Promise<Resent>
  /** A person says that our clock is right; without it the route does not exist. */
  readonly trustClock?: () => void
  /** Whether a meter is accepted; null for one that needs no acceptance. */
  readonly commissioning?: (meter: string) => CommissioningState | null
  /** A person accepts a meter; without it the route does not exist. */
  readonly accept?: (meter: string, by: string, because: string) => Promise<void>
  /** Without it the routes of orders answer ORDERS_OFF. */
  readonly orders?: OrderDoors
  /** Struck whenever something has been released. */
  readonly released: Pick<Gong, 'strokes' | 'wait'>
  readonly keys: KeyRing
  /** How often each caller may ask. */
  readonly rate: RateConfig
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly version: string
  /** Figures only the process itself knows. */
  readonly vitals: () => Vitals
  /** Connections taken at once; further ones are refused. */
  readonly mostClients: number
}

export interface DaemonStatus {
  readonly store: Store['mood'] & { readonly room: RoomState }
  /** Damaged stores put aside that nobody has acknowledged. */
  readonly storesPutAside: number
  /** False while our own clock is known to be wrong. */
  readonly timeTrusted: boolean
  readonly lines: readonly LineStatus[]
  /** The ports that boxes dial, by the port; absent where there are none. */
  readonly listeners?: readonly (DialInStatus & { readonly port: number })[]
  readonly meters: readonly MeterStatus[]
  readonly sinks: readonly SinkStatus[]
  /** How each alarm that stands was opened last. */
  readonly alarms: readonly AlarmEvent[]
  /** Of each plan, how many periods were due and how many were missed. */
  readonly expectations: readonly PlanCounts[]
  readonly releasing: ReleasingStatus
  /** Whether each part advances. */
  readonly parts: readonly PartState[]
}
