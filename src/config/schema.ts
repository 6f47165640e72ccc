/** What people write in the configuration file. Strict: a key nobody knows is a mistake, not a comment. */

import * as z from 'zod'
import { BAUDS } from '../core/line-url.ts'
import { parsePacket } from '../core/packet.ts'
import { DIAL_MANNERS, SIMULATED_MODBUS_QUIRKS, SIMULATED_QUIRKS } from '../core/simulated.ts'
import { parseOffset } from '../core/time.ts'
import { GENERATIONS } from '../reading/generation.ts'
import { credentials, path, tls, tokens } from './dialled-schema.ts'
import { api, door, listen } from './door-schema.ts'
import {
  MOST_RATIO,
  parseMinute,
  parseMoment,
  parseRatio,
  parseSettlementDay,
  parseSize,
  RATIO,
  SIZE,
} from './quantities.ts'
import { supply } from './supply-schema.ts'
import { meterClass, validationSchema } from './validation-schema.ts'
import {
  choice,
  duration,
  hint,
  is,
  list,
  NAME,
  name,
  number,
  section,
  text,
  whole,
  yesNo,
} from './written.ts'

/** Simulated meters are played by profiles of any name, and by a file: ./my-meter.yaml. */
const PLAYED = /^[A-Za-z0-9./][A-Za-z0-9._/-]{0,255}$/
export const profileName = text('profile', NAME)
export const protocolName = text('protocol', NAME)
const size = hint(
  z.string({ error: 'size' }).regex(SIZE, { error: 'size' }).refine(is(parseSize), 'size'),
  'size',
)
const offset = hint(z.string({ error: 'offset' }).refine(is(parseOffset), 'offset'), 'offset')
const minute = hint(z.string({ error: 'minuteOfDay' }).refine(is(parseMinute), 'minuteOfDay'), 'minuteOfDay')
const phases = hint(z.literal([1, 3], { error: 'phases' }), 'phases')

const poll = section({
  every: duration,
  points: list(text('obis'), 1000).optional(),
  fill: yesNo.optional(),
})
const polls = list(poll, 16)
const settlement = list(
  hint(z.string({ error: 'monthDay' }).refine(is(parseSettlementDay), 'monthDay'), 'monthDay'),
  3,
  'monthDays',
)

const nameplate = section({
  phases: phases.optional(),
  volts: number('volts', 50, 1000).optional(),
  amperes: number('amperes', 1, 10_000).optional(),
})

/** Primary by secondary as on the transformer's plate ("200/5"), or the quotient. */
const ratio = hint(
  z
    .union([z.string().regex(RATIO), z.number().positive().max(MOST_RATIO)], { error: 'ratio' })
    .refine(is(parseRatio), 'ratio'),
  'ratio',
)

/** Of a meter that is set otherwise than its line. */
const serial = section({
  baud: choice(BAUDS, 'lineSpeed').optional(),
  parity: choice(['none', 'even', 'odd'], 'parity').optional(),
  data: choice([7, 8], 'dataBits').optional(),
  stop: choice([1, 2], 'stopBits').optional(),
})

/** Of what people enter: when something was changed at a meter. */
const moment = hint(
  z.string({ error: 'moment' }).refine(
    is((written: string) => parseMoment(written, 0)),
    'moment',
  ),
  'moment',
)
const ratios = { current: ratio.optional(), voltage: ratio.optional(), since: moment.optional() }

export const meterSchema = section({
  id: name,
  line: name,
  address: text('address'),
  profile: profileName.optional(),
  class: meterClass.optional(),
  polls: polls.optional(),
  daily: yesNo.optional(),
  settlement: settlement.optional(),
  hourly: yesNo.optional(),
  nameplate: nameplate.optional(),
  serial: serial.optional(),
  ratios: section({ ...ratios, before: list(section(ratios), 20).optional() }).optional(),
  area: name.optional(),
  checks: name.optional(),
  meterNumber: text('meterNumber').optional(),
  assetNumber: text('assetNumber').optional(),
  constant: whole('constant', 1, 999_999).optional(),
  generation: choice(GENERATIONS, 'generation').optional(),
  exchanged: list(moment, 20).optional(),
})

const line = section({
  id: name,
  url: text('lineUrl'),
  replyWithin: duration.optional(),
  inFlight: whole('inFlight', 1, 16).optional(),
  modbus: choice(['rtu', 'ascii'], 'modbusMode').optional(),
})

const packet = hint(z.string({ error: 'packet' }).refine(is(parsePacket), 'packet'), 'packet')
const network = text('network', /^[0-9A-Fa-f.:]{2,45}(\/\d{1,3})?$/)

const listener = section({
  listen,
  registration: section({
    packet: packet.optional(),
    identity: hint(z.enum(['text', 'hex'], { error: 'identityForm' }), 'identityForm').optional(),
    answer: packet.optional(),
    within: duration.optional(),
  }).optional(),
  heartbeats: list(section({ packet, every: duration.optional(), answer: packet.optional() }), 8).optional(),
  from: list(network, 256).optional(),
  connections: whole('connections', 1, 100_000).optional(),
  perAddress: whole('connections', 1, 100_000).optional(),
})

const defaults = section({
  profile: profileName.optional(),
  class: meterClass.optional(),
  polls: polls.optional(),
  daily: yesNo.optional(),
  settlement: settlement.optional(),
  hourly: yesNo.optional(),
})

/** Keys that are known only to say what to write instead. */
export const NEVER_WRITTEN: ReadonlySet<string> = new Set(['password', 'token', 'lateMs', 'restores'])

/** Without wildcards, empty levels and what belongs to the broker. */
const TOPIC = /^[^\s/+#\p{Cc}$]+(\/[^\s/+#\p{Cc}]+)*$/u

const mqtt = section({
  url: text('mqttUrl', /^mqtts?:\/\/.{1,250}$/),
  ...credentials,
  tls: tls.optional(),
  topicPrefix: text('topicPrefix', TOPIC).optional(),
  topic: text('topic').optional(),
  version: hint(z.literal([5, '3.1.1'], { error: 'mqttVersion' }), 'mqttVersion').optional(),
  session: hint(z.enum(['clean', 'persistent'], { error: 'session' }), 'session').optional(),
  watermark: yesNo.optional(),
  homeAssistant: section({ prefix: text('discoveryPrefix', TOPIC).optional() }).optional(),
})

const sparkplug = section({
  url: text('mqttUrl', /^mqtts?:\/\/.{1,250}$/),
  group: text('sparkplugGroup', /^[^+#/\p{Cc}]{1,200}$/u),
  ...credentials,
  tls: tls.optional(),
})

const influx = section({
  url: text('httpUrl', /^https?:\/\/.{1,250}$/),
  database: text('database', /^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$/),
  retentionPolicy: text('retentionPolicy', /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/).optional(),
  ...credentials,
  ...tokens,
  tls: tls.optional(),
  gzip: yesNo.optional(),
  batch: section({ lines: whole('batchLines', 1, 10_000).optional(), age: duration.optional() }).optional(),
})

const store = section({
  maxBytes: size.optional(),
  keep: section({
    frames: duration.optional(),
    instantaneous: duration.optional(),
    curves: duration.optional(),
    billing: duration.optional(),
  }).optional(),
})

const share = number('share', 0, 1).optional()
export const simulatedFaultsSchema = section({
  silence: share,
  late: share,
  noise: share,
  'bit-flip': share,
  split: share,
  merge: share,
  echo: share,
  'wrong-address': share,
  'wrong-item': share,
  'wrong-length': share,
  busy: share,
  'no-path': share,
  'unit-ff': share,
  lateBy: duration.optional(),
  /** As it was called once; known only to say what it is called. */
  lateMs: z.undefined({ error: 'lateMs' }).optional(),
})

/** Each value is a text of a list of its own, which complaints and editors show. */
const quirks = section(
  Object.fromEntries(
    Object.entries({ ...SIMULATED_QUIRKS, ...SIMULATED_MODBUS_QUIRKS }).map(([quirk, values]) => [
      quirk,
      hint(z.enum(values, { error: 'quirk' }), 'quirk').optional(),
    ]),
  ),
)

const simulatedMeter = section({
  protocol: protocolName,
  address: text('address'),
  profile: text('profile', PLAYED).optional(),
  count: whole('meterCount', 1, 10_000).optional(),
  quirks: quirks.optional(),
  turnAround: duration.optional(),
  dial: section({
    to: listen,
    dtu: text('dtu').optional(),
    registration: packet.optional(),
    identity: hint(z.enum(['text', 'hex'], { error: 'identityForm' }), 'identityForm').optional(),
    heartbeat: packet.optional(),
    every: duration.optional(),
    manners: list(hint(z.enum(DIAL_MANNERS, { error: 'manner' }), 'manner'), 8).optional(),
  }).optional(),
})

export const simulatedMetersSchema = list(simulatedMeter, 10_000)

const simulator = section({
  seed: whole('seed', 0, 2 ** 32 - 1).optional(),
  lines: list(
    section({
      listen: text('lineUrl').optional(),
      meters: simulatedMetersSchema,
      faults: simulatedFaultsSchema.optional(),
      turnAround: duration.optional(),
    }),
    1000,
  ),
})

export const configSchema = section({
  version: hint(z.literal(1, { error: 'version' }), 'version'),
  gateway: name,
  site: section({ offset, zone: text('zone') }, 'site'),
  data: path('folder'),
  drivers: list(text('driver'), 32).optional(),
  profiles: list(path('folder'), 32).optional(),
  lines: list(line, 20_000, 'lines'),
  listeners: list(listener, 100).optional(),
  defaults: defaults.optional(),
  meters: list(meterSchema, 100_000).optional(),
  meterList: path('file').optional(),
  areas: list(section({ id: name, supply: list(name, 16) }), 20_000).optional(),
  mqtt: mqtt.optional(),
  sparkplug: sparkplug.optional(),
  broker: door.optional(),
  influx: influx.optional(),
  api: api.optional(),
  store: store.optional(),
  audit: section({ checkpoints: path('folder').optional() }).optional(),
  log: section({
    level: hint(
      z.enum(['trace', 'debug', 'info', 'warn', 'error'], { error: 'logLevel' }),
      'logLevel',
    ).optional(),
    format: hint(z.enum(['words', 'json'], { error: 'logFormat' }), 'logFormat').optional(),
  }).optional(),
  simulator: simulator.optional(),
  validation: validationSchema.optional(),
  commands: section({ allowClearing: yesNo.optional() }).optional(),
  supply: supply.optional(),
  billing: section({
    settle: duration.optional(),
    mostEstimatedDays: whole('estimatedDays', 0, 30).optional(),
    replacePercent: whole('replacePercent', 0, 100).optional(),
    replaceUnits: whole('replaceUnits', 0, 1_000_000).optional(),
  }).optional(),
  indicators: section({
    voltage: section({
      below: number('percentOff', 0, 50).optional(),
      above: number('percentOff', 0, 30).optional(),
      complete: number('percentOf', 50, 100).optional(),
    }).optional(),
  }).optional(),
  commissioning: section({
    billingWindow: section({ from: minute, to: minute }).optional(),
  }).optional(),
})

/** As much of the same file as verbs at a terminal go by: whatever is there must be right, and nothing else need be. */
export const siteRulesSchema = configSchema.partial().extend({ version: configSchema.shape.version })

export const meterListSchema = list(meterSchema, 100_000)

/** What was written, as far as it was right: the rest has been complained about, and is undefined here. */
export type Part<T> = T extends readonly (infer Item)[]
  ? readonly (Part<Item> | undefined)[]
  : T extends object
    ? { readonly [Key in keyof T]?: Part<T[Key]> | undefined }
    : T

export type WrittenConfig = Part<z.output<typeof configSchema>>
export type WrittenApi = Part<z.output<typeof api>>
export type WrittenDoor = Part<z.output<typeof door>>
export type WrittenSiteRules = Part<z.output<typeof siteRulesSchema>>
export type WrittenMeter = Part<z.output<typeof meterSchema>>
export type WrittenLine = Part<z.output<typeof line>>
export type WrittenListener = Part<z.output<typeof listener>>
export type WrittenPoll = Part<z.output<typeof poll>>
export type WrittenSimulatedMeter = Part<z.output<typeof simulatedMeter>>
export type WrittenSimulator = Part<z.output<typeof simulator>>
export type WrittenInflux = Part<z.output<typeof influx>>
export type WrittenTls = Part<z.output<typeof tls>>
export type WrittenCredentials = Part<z.output<z.ZodObject<typeof credentials>>>
