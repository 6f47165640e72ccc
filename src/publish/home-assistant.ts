/** What Home Assistant must know to show a meter: one retained message a register (MQTT discovery, component sensor). */

import type { MeterConfig } from '../config/config.ts'
import { CLOCK, isEnergyRegister, onlyGrows } from '../core/obis.ts'
import type { Point } from '../driver-api/profile.ts'
import type { Kind } from '../reading/reading.ts'
import type { Sendable } from './mqtt-window.ts'

export interface Discovery {
  /** Where Home Assistant listens: `homeassistant` as delivered. */
  readonly prefix: string
  readonly gateway: string
  readonly statusTopic: string
  readonly topicOf: (meter: string) => string
}

type Announced = Pick<MeterConfig, 'id' | 'address' | 'polls' | 'daily' | 'hourly' | 'profile'>

/** Units its device classes take since long ago; the others are shown with their unit and without an icon. */
const DEVICE_CLASSES: Readonly<Record<string, string>> = {
  Wh: 'energy',
  kWh: 'energy',
  W: 'power',
  kW: 'power',
  VA: 'apparent_power',
  var: 'reactive_power',
  V: 'voltage',
  A: 'current',
  Hz: 'frequency',
}

/** One message for each register that is polled, and for each that is frozen at midnight, or each hour. */
export function discoveryOf(meter: Announced, discovery: Discovery): readonly Sendable[] {
  const frozen = [...(meter.daily ? (meter.profile.daily?.points ?? []) : []), ...hourlyOf(meter)]
  return [
    ...registers(meter.polls.flatMap(({ points }) => points)).map(point =>
      sensor(meter, point, 'poll', discovery),
    ),
    ...registers(frozen).map(point => sensor(meter, point, 'freeze', discovery)),
  ]
}

function hourlyOf({ hourly, profile }: Announced): readonly Point[] {
  return hourly ? (profile.hourly?.points ?? []) : []
}

function registers(points: readonly Point[]): readonly Point[] {
  const byObis = new Map(points.map(point => [point.obis, point]))
  return [...byObis.values()].filter(({ obis }) => obis !== '' && obis !== CLOCK)
}

function sensor(meter: Announced, { obis, unit, name }: Point, kind: Kind, discovery: Discovery): Sendable {
  const { prefix, gateway, statusTopic, topicOf } = discovery
  const deviceClass = DEVICE_CLASSES[unit]
  const frozen = hourlyOf(meter).some(one => one.obis === obis) ? 'at the hour' : 'at midnight'
  const config = {
    name: kind === 'freeze' ? `${name} ${frozen}` : name,
    unique_id: `meterd/${gateway}/${meter.id}/${kind}/${obis}`,
    state_topic: topicOf(meter.id),
    value_template: templateFor(obis, kind),
    ...(deviceClass === undefined ? {} : { device_class: deviceClass }),
    state_class: isEnergyRegister(obis) ? (onlyGrows(obis) ? 'total_increasing' : 'total') : 'measurement',
    ...(unit === '' ? {} : { unit_of_measurement: unit }),
    availability_topic: statusTopic,
    qos: 1,
    device: {
      identifiers: [`meterd/${gateway}/${meter.id}`],
      name: meter.id,
      model: meter.profile.profile,
      serial_number: meter.address,
    },
    origin: { name: 'meterd' },
  }
  const topic = `${prefix}/sensor/${idOf(`${gateway}/${meter.id}`)}/${idOf(`${kind}/${obis}`)}/config`
  return { topic, payload: JSON.stringify(config) }
}

/**
 * The newest good reading of the register in a message; nothing when there is none, which a sensor of numbers takes as
 * "no change". Not `this.state`: that is in the unit its user chose to see, and "unknown" at first.
 */
function templateFor(obis: string, kind: Kind): string {
  const wanted = [
    `selectattr('obis', 'eq', '${obis}')`,
    `selectattr('kind', 'eq', '${kind}')`,
    `selectattr('quality', 'eq', 'good')`,
    `rejectattr('historical', 'defined')`,
    'list',
  ]
  return `{% set found = value_json.readings | ${wanted.join(' | ')} %}{{ found[-1].value if found else '' }}`
}

/** Letters, digits, "-" and "_" alone; no two names become one. */
function idOf(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9-]/g, letter => `_${letter.codePointAt(0)?.toString(16)}_`)
}
