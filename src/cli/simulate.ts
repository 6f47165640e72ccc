/** `meterd simulate`: strict simulated meters for our tests and other people's masters. */

import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import {
  type Complain,
  type Complaint,
  complainAbout,
  formatComplaint,
  type Source,
  sortComplaints,
} from '../config/complaint.ts'
import { loadProfiles } from '../config/profiles.ts'
import { simulatedFaultsSchema, simulatedMetersSchema } from '../config/schema.ts'
import { checkShape } from '../config/shape.ts'
import { faultsOf, resolveMeters } from '../config/simulated.ts'
import { readSource } from '../config/source-file.ts'
import { systemClock } from '../core/clock.ts'
import { Fault, messageOf } from '../core/faults.ts'
import { type LineUrl, parseLineUrl } from '../core/line-url.ts'
import { silentLog } from '../core/log.ts'
import {
  DIAL_MANNERS,
  SIMULATED_MODBUS_QUIRKS,
  SIMULATED_QUIRKS,
  type SimulatedFaults,
  type SimulatedMeter,
} from '../core/simulated.ts'
import { parseOffset } from '../core/time.ts'
import { FAULT_KINDS, type Ledger } from '../simulator/faults.ts'
import { startSimulator } from '../simulator/simulator.ts'
import { shippedLibrary } from './shipped.ts'
import { BAD_CONFIG, type Terminal, toldToEnd, type Verb } from './verb.ts'

export const simulate: Verb = {
  summary: 'play meters on a line: DL/T 645-2007, DL/T 645-1997, Modbus RTU and TCP',
  help: `meterd simulate [--listen URL] --meters FILE [--seed N] [--faults FILE] [--turn-around MS] [--offset +08:00] [--json]

  --listen URL    tcp://127.0.0.1:PORT, modbus-tcp://127.0.0.1:PORT (port 0: any free one) or serial:///dev/…
  --meters FILE   YAML list: [{ protocol: dlt645-2007, address: "000000000001" },
                              { protocol: modbus-rtu, address: "1", profile: eastron-sdm630 }]
  --seed N        another seed, other customers; the same seed, the same registers at the same time (1)
  --faults FILE   YAML: shares of 1 of the exchanges, and how late late is: { silence: 0.01, late: 0.02, lateBy: 2500ms }
  --turn-around MS  how long a meter takes to answer, 20 to 500 ms (drawn from 20 to 40)
  --offset ±hh:mm the offset of the meters' clocks from UTC (+08:00)
  --json          the address listened on and, at the end, the faults applied, one object a line

  Both files are written like the same sections of a configuration (simulator.lines[].meters and .faults).
  quirks: how a meter departs from its standard, in the list of meters, for example
          { protocol: dlt645-2007, address: "000000000001", quirks: { relay-lies: "does-nothing" } }
          DL/T 645: ${Object.keys(SIMULATED_QUIRKS).join(', ')}
          Modbus: ${Object.keys(SIMULATED_MODBUS_QUIRKS).join(', ')}
  turnAround: 20ms to 500ms, the time of a DL/T 645 meter from request to answer, in the list of meters
  dial: the DTU a meter is behind, in the list of meters; with count each meter has its own, the identity counts up:
           { protocol: dlt645-2007, address: "000000000001", count: 50, dial: { to: "127.0.0.1:9600",
             dtu: "861234567890001", registration: "'REG:' {dtu} 0D 0A", heartbeat: "'ping'", every: 60s,
             manners: [glued, heartbeat-inside] } }
           manners: ${DIAL_MANNERS.join(', ')}
  faults: ${FAULT_KINDS.join(', ')}
  profile: of a Modbus meter any profile shipped, or the path of your own, ./my-meter.yaml; of a DL/T 645 meter
           single-phase, or none

  Example:
    meterd simulate --listen tcp://127.0.0.1:64501 --meters meters.yaml --seed 7
  Exit 0 ended by Ctrl-C; 1 the address cannot be listened on; 2 used wrongly; 78 a wrong file.
`,
  async run(argv, io) {
    const asked = await readAsked(argv, io)
    if (typeof asked === 'number') return asked
    const { line, seed, offsetMinutes, json } = asked
    const simulator = await start(line, seed, offsetMinutes, io)
    if (simulator === null) return BAD
    const url = simulator.listening[0]?.url ?? ''
    const count = line.meters.length
    if (json) io.out(JSON.stringify({ listening: url, meters: count, seed }))
    else io.out(`${count} simulated meter${count === 1 ? '' : 's'} on ${url}, seed ${seed}; Ctrl-C ends`)
    await toldToEnd(io)
    await simulator.stop()
    report(simulator.ledger, json, io)
    return DONE
  },
}

const DONE = 0
const BAD = 1
const USED_WRONGLY = 2

interface Asked {
  readonly line: {
    readonly url: LineUrl | null
    readonly meters: readonly SimulatedMeter[]
    readonly faults: SimulatedFaults
    readonly turnAroundMs?: number
  }
  readonly seed: number
  readonly offsetMinutes: number
  readonly json: boolean
}

const OPTIONS = {
  listen: { type: 'string' },
  meters: { type: 'string' },
  seed: { type: 'string', default: '1' },
  faults: { type: 'string' },
  'turn-around': { type: 'string' },
  offset: { type: 'string', default: '+08:00' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

/** The line asked for, or the exit code after saying what is wrong. */
async function readAsked(argv: readonly string[], io: Terminal): Promise<Asked | number> {
  const used = readOptions(argv)
  if (typeof used === 'string') return usedWrongly(used, io)
  if (used.help) {
    io.out(simulate.help)
    return DONE
  }
  const offsetMinutes = parseOffset(used.offset)
  const seed = Number(used.seed)
  if (used.meters === undefined) return usedWrongly('--meters is needed', io)
  if (!/^\d{1,15}$/.test(used.seed)) return usedWrongly(`--seed ${used.seed}: write a whole number`, io)
  if (offsetMinutes === null) return usedWrongly(`--offset ${used.offset}: write for example +08:00`, io)
  const turnAround = used['turn-around']
  if (turnAround !== undefined && !(/^\d{2,3}$/.test(turnAround) && isTurnAround(Number(turnAround))))
    return usedWrongly(`--turn-around ${turnAround}: write 20 to 500, in ms`, io)
  const url = used.listen === undefined ? null : listenUrl(used.listen)
  if (url && 'wrong' in url) return usedWrongly(url.wrong, io)
  const meters = await metersIn(used.meters, io)
  const faults = used.faults === undefined ? {} : await faultsIn(used.faults, io)
  if (meters === null || faults === null) return BAD_CONFIG
  if (url === null && meters.some(meter => meter.dial === undefined))
    return usedWrongly('--listen is needed for meters that dial nobody', io)
  const line = { url, meters, faults }
  const timed = turnAround === undefined ? line : { ...line, turnAroundMs: Number(turnAround) }
  return { line: timed, seed, offsetMinutes, json: used.json }
}

/** DL/T 645-2007 5.3.3. */
function isTurnAround(ms: number): boolean {
  return ms >= 20 && ms <= 500
}

function readOptions(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: false }).values
  } catch (wrong) {
    return messageOf(wrong)
  }
}

/** Port 0, any free one, is for who listens; a line URL, which says where to dial, does not know it. */
function listenUrl(text: string): LineUrl | { readonly wrong: string } {
  const any = /:0\/?$/.test(text)
  const url = parseLineUrl(any ? text.replace(/:0\/?$/, ':1') : text)
  if ('kind' in url && url.kind === 'rfc2217') return { wrong: 'simulated meters do not speak RFC 2217' }
  return any && 'kind' in url && url.kind !== 'serial' ? { ...url, port: 0 } : url
}

/** Null after telling every complaint. */
async function metersIn(file: string, io: Terminal): Promise<readonly SimulatedMeter[] | null> {
  const { drivers, profiles } = await shippedLibrary(io)
  return sectionIn(file, io, async (source, complain, complaints) => {
    const written = checkShape(simulatedMetersSchema, source, complain)
    if (written.length === 0) complain([], 'no meter is listed', 'list at least one')
    const before = complaints.length
    const files = new Set(written.flatMap(entry => entry?.profile ?? []).filter(isFile))
    const own = await Promise.all(
      [...files].map(async name => [name, await loadProfiles([resolve(name)], drivers, complaints)] as const),
    )
    const models = new Map(profiles)
    for (const [name, loaded] of own) for (const model of loaded.values()) models.set(name, model)
    const library = { drivers, profiles: models, complete: complaints.length === before }
    return resolveMeters(written, [], library, complain)
  })
}

function isFile(profile: string): boolean {
  return /\.ya?ml$/.test(profile)
}

async function faultsIn(file: string, io: Terminal): Promise<SimulatedFaults | null> {
  return sectionIn(file, io, (source, complain) =>
    faultsOf(checkShape(simulatedFaultsSchema, source, complain), [], complain),
  )
}

/** A file that holds what is one section of a configuration. */
async function sectionIn<Section>(
  file: string,
  io: Terminal,
  resolved: (source: Source, complain: Complain, complaints: Complaint[]) => Section | Promise<Section>,
): Promise<Section | null> {
  const complaints: Complaint[] = []
  const source = await readSource(file, 'meterd simulate --help shows what belongs into it', complaints)
  const section = source && (await resolved(source, complainAbout(source, complaints), complaints))
  for (const complaint of sortComplaints(complaints)) io.err(formatComplaint(complaint))
  return complaints.length > 0 ? null : section
}

async function start(line: Asked['line'], seed: number, offsetMinutes: number, io: Terminal) {
  try {
    const parts = { clock: systemClock, log: silentLog, offsetMinutes }
    return await startSimulator({ seed, listeners: [line] }, parts)
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault
    io.err(`${fault.text}: ${fault.hint}`)
    return null
  }
}

function report(ledger: Ledger, json: boolean, io: Terminal): void {
  const applied = FAULT_KINDS.map(kind => [kind, ledger.count(kind)] as const).filter(
    ([, count]) => count > 0,
  )
  if (json) io.out(JSON.stringify({ faults: Object.fromEntries(applied) }))
  else if (applied.length > 0)
    io.err(`faults applied: ${applied.map(([kind, count]) => `${kind} ${count}`).join(', ')}`)
}

function usedWrongly(why: string, io: Terminal): number {
  io.err(why)
  io.err(simulate.help)
  return USED_WRONGLY
}
