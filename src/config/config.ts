/** What a valid configuration is, after reading: everything resolved, units in names, nothing optional left to guess. */

import type { MonthDay } from '../core/calendar.ts'
import type { DialInSettings } from '../core/dial-in.ts'
import type { LineUrl, SerialSettings } from '../core/line-url.ts'
import type { Scaled } from '../core/scaled.ts'
import type { SimulatorConfig } from '../core/simulated.ts'
import type { Driver, LoadRecordsAsked, ReadingDriver } from '../driver-api/driver.ts'
import type { Nameplate, Point, Profile } from '../driver-api/profile.ts'
import type { ReleasePolicy } from '../reading/billing/release.ts'
import type { Generation } from '../reading/generation.ts'
import type { Replaced } from '../reading/ratios.ts'
import type { Area } from '../reading/rules/group/area-loss.ts'
import type { Limits, MeterClass } from '../reading/rules/parameters.ts'
import type { Policy } from '../supply/policy/policy.ts'

export type {
  FaultKind,
  SimulatedFaults,
  SimulatedLine,
  SimulatedMeter,
  SimulatorConfig,
} from '../core/simulated.ts'

export interface Config {
  /** Names this gateway on MQTT, in InfluxDB and in ids. */
  readonly gateway: string
  readonly site: {
    /** The fixed standard offset slots are aligned in, minutes east of UTC. */
    readonly offsetMinutes: number
    /** IANA zone of the boundaries people see. */
    readonly zone: string
  }
  /** Absolute path; the only place the daemon writes to. */
  readonly dataDirectory: string
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error'
  /** Words for people; JSON lines for whatever collects logs. */
  readonly logFormat: 'words' | 'json'
  readonly drivers: ReadonlyMap<string, Driver>
  readonly lines: readonly LineConfig[]
  /** One for each port that lines are dialled on. */
  readonly listeners: readonly DialInSettings[]
  readonly meters: readonly MeterConfig[]
  /** Transformer areas, each with its meters. */
  readonly areas: readonly Area[]
  readonly mqtt: MqttConfig | null
  readonly sparkplug: SparkplugConfig | null
  readonly broker: ListenConfig | null
  readonly influx: InfluxConfig | null
  readonly api: ApiConfig
  readonly store: StoreConfig
  readonly audit: AuditConfig
  /** Meters of our own making, for the demonstration; never in a substation. */
  readonly simulator: SimulatorConfig | null
  /** What may be told to meters from the terminal. */
  readonly commands: CommandsConfig
  readonly commissioning: CommissioningConfig
  /** Absent where relays are never ordered (PR-50). */
  readonly orders?: OrdersConfig
  /** When reads become final, and what may then be replaced. */
  readonly billing: ReleasePolicy
  readonly indicators: IndicatorsConfig
  /** What all this was read from: files of settings, and all profiles that can be named as one. */
  readonly readFrom: readonly ReadFrom[]
}

export type BillingConfig =
  /** It is asked right before each cut. */
  | ({ readonly way: 'asked' } & BillingServer)
  /** It states balances, and each cut needs one that is no older. */
  | { readonly way: 'pushed'; readonly mostAgeMs: number }
  /** Payments come here first. */
  | { readonly way: 'ledger' }

export interface BillingServer {
  readonly url: URL
  readonly username: string | null
  readonly password: string | null
  readonly token: string | null
  readonly tls: TlsFiles
}

export interface OrdersConfig {
  readonly policy: Policy
  /** SHA-256 of its file, hexadecimal. */
  readonly policyDigest: string
  /** All is gone through but the frame. */
  readonly isRehearsal: boolean
  /** Who says right before a cut that it is still unpaid (P-07). */
  readonly billing: BillingConfig
  /** Lines that are known to hold no frame back. */
  readonly directLines: ReadonlySet<string>
  /** Whether the supplier has accepted that orders could be sent again by whoever listens on the wire (P-17). */
  readonly acceptReplayable: boolean
  /** Six digits as printed; null where none is needed. */
  readonly password: string | null
}

export interface ReadFrom {
  /** A file as people would type it, or `profiles`. */
  readonly name: string
  /** Hexadecimal. */
  readonly sha256: string
}

export interface AuditConfig {
  /** Folder of the journal's checkpoints. */
  readonly checkpoints: string
}

export interface IndicatorsConfig {
  /** Hundredths of a percent: how far from nominal is good, and how many of the samples due make a figure. */
  readonly voltage: { readonly below: number; readonly above: number; readonly complete: number }
}

export interface CommissioningConfig {
  /** When lines are not searched, since they belong to billing reads. */
  readonly billingWindow: BillingWindow
}

/** Minutes of the day by the site's clock; `to` may lie after midnight. */
export interface BillingWindow {
  readonly from: number
  readonly to: number
}

export interface CommandsConfig {
  /** Whether what clears records for good may be sent: meters and events. */
  readonly allowClearing: boolean
}

/** How much room the store may take and how long it keeps what, ms. */
export interface StoreConfig {
  /** Database, log and ballast together. */
  readonly maxBytes: number
  readonly keep: {
    readonly frames: number
    readonly instantaneous: number
    readonly curve: number
    readonly billing: number
  }
}

export interface ListenConfig {
  readonly host: string
  readonly port: number
}

export interface ApiConfig extends ListenConfig {
  readonly rate: RateConfig
}

/** How often each caller of the API may ask. */
export interface RateConfig {
  /** Requests, on the average. */
  readonly perSecond: number
  /** Requests that may come ahead of the average, at once or over time. */
  readonly burst: number
}

export interface LineConfig {
  readonly id: string
  readonly url: LineUrl
  /** As written, for people. */
  readonly urlText: string
  /** Longest wait for the first byte of an answer, ms; null = what the protocol's standard asks. */
  readonly replyWithinMs: number | null
  /** How Modbus is written where it is not MBAP; absent = as the profile says. */
  readonly modbus?: 'rtu' | 'ascii'
  /** Requests under way at once, for protocols with transaction ids; 1 otherwise. */
  readonly inFlight: number
}

export interface MeterConfig {
  readonly id: string
  readonly line: string
  /** Canonical by the driver. */
  readonly address: string
  readonly driver: ReadingDriver
  readonly profile: Profile
  readonly nameplate: Nameplate
  /** What the port is set to for this meter; absent where as its line says. */
  readonly serial?: SerialSettings
  /** Of the transformers in front of the meter, as agreed; absent where none was named, which is 1. */
  readonly ratios?: Ratios
  /** What was agreed before, the oldest first; absent where nothing was. */
  readonly ratiosBefore?: readonly Replaced[]
  readonly polls: readonly PollConfig[]
  /** Whether the daily freeze is read; false where the profile has none. */
  readonly daily: boolean
  /** Present where its settlements are read: the days and hours it settles at. At least one. */
  readonly settlement?: readonly MonthDay[]
  /** Present where its hourly freezes are read. */
  readonly hourly?: true
  /** Who is behind it; absent where nobody has said. */
  readonly class?: MeterClass
  /** The meter that counts the same, which this one is there to check (V-L12); absent for all others. */
  readonly checks?: string
  /** By which it is known to be the meter meant (V-I2); absent where nobody wrote it. */
  readonly meterNumber?: string
  readonly assetNumber?: string
  /** Pulses of a kWh, as on its plate; another one the meter tells is flagged (V-I2). */
  readonly constant?: number
  /** What may feed in behind it; absent where nobody has said, which is nothing. */
  readonly generation?: Generation
  /** When meters were exchanged in this place, UTC ms, in order; absent where nobody wrote it. */
  readonly exchanged?: readonly number[]
  /** What its values are judged by; absent where nothing was set, which is what is usual for dwellings. */
  readonly limits?: Limits
}

export interface Ratios {
  readonly current: Scaled
  readonly voltage: Scaled
}

export interface PollConfig {
  readonly everyMs: number
  readonly points: readonly Point[]
  /** What fills its slots that were missed; absent where nothing does. */
  readonly fill?: FillConfig
}

/** What the meter's load records hold of a poll. */
export interface FillConfig {
  /** The one class to ask for; 0 all, where more than one is wanted. */
  readonly class: LoadRecordsAsked['class']
  /** Of the poll's points. */
  readonly points: readonly Point[]
  /** No older slot is asked for. */
  readonly keptForMs: number
}

export interface MqttConfig {
  readonly url: string
  readonly username: string | null
  readonly password: string | null
  readonly tls: TlsFiles
  /** 'meterd/v1' as delivered. */
  readonly topicPrefix: string
  /** Of readings: USUAL_TOPIC as delivered, see topic.ts. */
  readonly topic: string
  /** Null: 5 where the broker speaks it, else 3.1.1 (which calls itself 4). */
  readonly protocol: 4 | 5 | null
  readonly session: 'clean' | 'persistent'
  /** Whether consumers may say how far they have stored what we sent. */
  readonly watermark: boolean
  /** Meters and registers are announced to it; null = not. */
  readonly homeAssistant: { readonly prefix: string } | null
}

export interface SparkplugConfig {
  readonly url: string
  readonly username: string | null
  readonly password: string | null
  readonly tls: TlsFiles
  /** The group this gateway is a node of. */
  readonly group: string
}

export interface InfluxConfig {
  readonly host: string
  readonly port: number
  readonly protocol: 'http' | 'https'
  readonly database: string
  /** Null = the default of the database. */
  readonly retentionPolicy: string | null
  readonly username: string | null
  readonly password: string | null
  /** Instead of user and password; null where there is none. */
  readonly token: string | null
  readonly tls: TlsFiles
  /** Whether writes are compressed. */
  readonly gzip: boolean
  /** Most points a write, and how long the first may wait for the others. */
  readonly batch: { readonly lines: number; readonly ageMs: number }
}

/** Absolute paths of PEM files, read anew by whoever connects, so that a renewed certificate needs no restart. */
export interface TlsFiles {
  /** The authorities trusted instead of the well-known ones that Node carries; null = those. */
  readonly ca: string | null
  /** Our own certificate, with its chain, and its key; both or none. */
  readonly cert: string | null
  readonly key: string | null
}
