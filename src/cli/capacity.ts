/** `meterd capacity`: how long the store lasts, said in advance (PR-22). */

import { parseArgs } from 'node:util'
import { formatComplaint } from '../config/complaint.ts'
import type { Config, MeterConfig } from '../config/config.ts'
import { loadConfig } from '../config/load.ts'
import { DAY, HOUR, slotOf } from '../core/time.ts'
import { type Worth, worthOf } from '../reading/worth.ts'
import { billedMeter } from '../releasing/billed-meters.ts'
import { type DailyLoad, type Footprint, footprintOf } from '../store/footprint.ts'
import { BAD_CONFIG, type Terminal, type Verb, WrongUse } from './verb.ts'

export const capacity: Verb = {
  summary: 'how many days of readings the store holds, and how long an outage of the sinks may last',
  help: `meterd capacity --config FILE [--json]

Arithmetic over the configuration: readings a day by what they are worth, their bytes, the days until the store gives
up frames and then readings nobody has got yet, and what it settles at once everything is removed at its age.
Exit 0; 2 used wrongly; 78 a wrong configuration.
Example: meterd capacity --config config/gateway.yaml`,
  async run(argv, io) {
    const { values } = parseArgs({
      args: [...argv],
      options: { config: { type: 'string' }, json: { type: 'boolean', default: false } },
    })
    if (values.config === undefined) throw new WrongUse('--config is missing')
    const loaded = await loadConfig(values.config, process.env)
    if ('complaints' in loaded) {
      for (const complaint of loaded.complaints) io.err(formatComplaint(complaint))
      return BAD_CONFIG
    }
    const { config } = loaded
    const load = loadOf(config)
    const footprint = footprintOf(load, config.store)
    if (values.json) io.out(JSON.stringify({ ...load, ...footprint, maxBytes: config.store.maxBytes }))
    else tell(config, load, footprint, io)
    return footprint.settledBytes > footprint.roomBytes ? 1 : 0
  },
}

const DAYS_OF_MONTH = 30

function loadOf({ meters, site }: Config): DailyLoad {
  const readings: Record<Worth, number> = { billing: 0, curve: 0, instantaneous: 0 }
  const rounds = { billing: 0, other: 0 }
  const released = { entries: 0, registers: 0 }
  const midnight = slotOf(0, DAY, site.offsetMinutes)
  for (const meter of meters) {
    rounds.billing += meter.daily ? 1 : 0
    readings.billing += meter.daily ? (meter.profile.daily?.points.length ?? 0) : 0
    const settlements = (meter.settlement?.length ?? 0) / DAYS_OF_MONTH
    rounds.billing += settlements
    readings.billing += settlements * (meter.profile.settlement?.points.length ?? 0)
    const hours = meter.hourly ? DAY / HOUR - (meter.daily ? 1 : 0) : 0
    rounds.other += hours
    readings.curve += hours * (meter.profile.hourly?.points.length ?? 0)
    for (const poll of meter.polls) addPoll(poll, site.offsetMinutes, midnight, readings, rounds)
    const { needed } = billedMeter(meter, site).usual
    released.entries += needed.length > 0 ? 1 : settlements
    released.registers +=
      needed.length > 0 ? needed.length : settlements * (meter.profile.settlement?.points.length ?? 0)
  }
  return { readings, rounds, released }
}

function addPoll(
  { everyMs, points }: MeterConfig['polls'][number],
  offsetMinutes: number,
  midnight: number,
  readings: Record<Worth, number>,
  rounds: { billing: number; other: number },
): void {
  const times = DAY / everyMs
  for (const { obis } of points) {
    readings[worthOf({ obis, kind: 'poll', slot: midnight }, { offsetMinutes })] += 1
    readings[worthOf({ obis, kind: 'poll', slot: midnight + 1 }, { offsetMinutes })] += times - 1
  }
  rounds.billing += 1
  rounds.other += times - 1
}

function tell(config: Config, { readings }: DailyLoad, footprint: Footprint, io: Terminal): void {
  const { bytesPerDay, roomBytes, daysToFrames, daysToOwed, settledBytes, bookBytesPerYear } = footprint
  const count = (value: number) => Math.round(value).toLocaleString('en')
  const { billing, curve, instantaneous } = readings
  io.out(`${config.gateway}: ${config.meters.length} meters`)
  io.out(
    `  a day    ${count(billing)} billing reads, ${count(curve)} curve values, ${count(instantaneous)} instantaneous ` +
      `values: ${size(bytesPerDay)}`,
  )
  io.out(
    `  room     ${size(roomBytes)} of store.maxBytes ${size(config.store.maxBytes)}; log and ballast take the rest`,
  )
  io.out(
    `  outage   with no sink reachable, ${days(daysToFrames)} until frames are given up, ${days(daysToOwed)} until ` +
      'values are that nobody has got; billing reads never are',
  )
  const fits = settledBytes <= roomBytes
  io.out(
    `  settled  ${size(settledBytes)} once everything is removed at its age${fits ? '' : ': more than there is room'}`,
  )
  if (bookBytesPerYear > 0)
    io.out(
      `  book     ${size(bookBytesPerYear)} a year of released reads, never removed: ${years(footprint.yearsOfBook)} until ` +
        'it takes room from the readings',
    )
  if (!fits)
    io.err(
      'raise store.maxBytes, poll less often, or shorten store.keep: what is oldest goes early otherwise',
    )
}

function days(count: number): string {
  return Number.isFinite(count) ? `${Math.floor(count)} days` : 'for ever'
}

function years(count: number): string {
  return count < 1 ? 'less than a year' : `${Math.floor(count)} years`
}

function size(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(2)} GB` : `${(bytes / 1e6).toFixed(1)} MB`
}
