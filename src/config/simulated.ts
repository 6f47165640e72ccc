/** Simulated meters as written → one listener a line, with every meter spelled out. */

import { toHex } from '../core/hex.ts'
import { type LineUrl, lineKey } from '../core/line-url.ts'
import { identityBytes, packetBytes, parsePacket } from '../core/packet.ts'
import {
  type FaultKind,
  SIMULATED_MODBUS_QUIRKS,
  SIMULATED_QUIRKS,
  type SimulatedDial,
  type SimulatedFaults,
  type SimulatedLine,
  type SimulatedMeter,
  type SimulatedQuirks,
  type SimulatorConfig,
} from '../core/simulated.ts'
import { MINUTE } from '../core/time.ts'
import type { Complain, Path } from './complaint.ts'
import type { Library } from './library.ts'
import { parseUrl } from './lines.ts'
import { some } from './meters.ts'
import { isLoopback, parseDuration, parseListen } from './quantities.ts'
import type { WrittenSimulatedMeter, WrittenSimulator } from './schema.ts'
import { nearest } from './words.ts'

export function resolveSimulator(
  written: WrittenSimulator,
  library: Library,
  complain: Complain,
): SimulatorConfig {
  const ports = new Set<string>()
  const listeners: SimulatedLine[] = []
  for (const [index, entry] of (written.lines ?? []).entries()) {
    if (!entry) continue
    const path = ['simulator', 'lines', index]
    const url = entry.listen === undefined ? null : resolveListen(entry.listen, [...path, 'listen'], complain)
    const mustListen = entry.meters?.some(meter => meter && !meter.dial)
    if (entry.listen === undefined && mustListen)
      complain([...path, 'listen'], 'some of these meters dial nobody', 'add listen: "tcp://127.0.0.1:64501"')
    if (url && ports.has(lineKey(url)))
      complain([...path, 'listen'], 'another simulated line listens here', 'give each line its own port')
    if (url) ports.add(lineKey(url))
    const meters = resolveMeters(entry.meters ?? [], [...path, 'meters'], library, complain)
    const turnAroundMs = turnAroundOf(entry.turnAround, [...path, 'turnAround'], complain)
    const faults = faultsOf(entry.faults, [...path, 'faults'], complain)
    if (url || !mustListen)
      listeners.push({ url, meters, faults, ...(turnAroundMs === null ? {} : { turnAroundMs }) })
  }
  return { seed: written.seed ?? 1, listeners }
}

/** Simulated meters are open to whoever can connect, so they listen on this machine only. */
function resolveListen(text: string, path: Path, complain: Complain): LineUrl | null {
  const url = parseUrl(text)
  if ('wrong' in url) {
    complain(path, url.wrong, 'write for example "tcp://127.0.0.1:64501"')
    return null
  }
  if (url.kind === 'rfc2217') {
    complain(path, 'simulated meters do not speak RFC 2217', 'write for example "tcp://127.0.0.1:64501"')
    return null
  }
  if (url.kind !== 'serial' && !isLoopback(url.host))
    complain(path, `simulated meters would be open to other machines on ${url.host}`, 'listen on 127.0.0.1')
  return url
}

export function resolveMeters(
  written: readonly (WrittenSimulatedMeter | undefined)[],
  path: Path,
  library: Library,
  complain: Complain,
): readonly SimulatedMeter[] {
  const meters = new Map<string, SimulatedMeter>()
  for (const [index, entry] of written.entries())
    for (const meter of entry ? expand(entry, [...path, index], library, complain) : []) {
      const place = `${meter.address} ${meter.dial === undefined ? '' : toHex(meter.dial.registration)}`
      if (meters.has(place))
        complain(
          [...path, index],
          `the address ${meter.address} is taken on this line`,
          'choose other addresses',
        )
      meters.set(place, meter)
    }
  return [...meters.values()]
}

/** `count` meters with addresses counting up from the one written. */
function expand(
  written: WrittenSimulatedMeter,
  path: Path,
  library: Library,
  complain: Complain,
): readonly SimulatedMeter[] {
  const { protocol, address, count = 1 } = written
  const { drivers, profiles, complete } = library
  const driver = drivers.get(protocol ?? '')
  if (protocol !== undefined && !driver && complete) {
    const meant = nearest(protocol, drivers.keys())
    complain(
      [...path, 'protocol'],
      `no driver speaks "${protocol}"`,
      meant ? `did you mean "${meant}"?` : `there are ${some(drivers)}`,
    )
  }
  const quirks = (written.quirks ?? {}) as SimulatedQuirks
  const isModbus = protocol?.startsWith('modbus') ?? false
  const known = Object.keys(isModbus ? SIMULATED_MODBUS_QUIRKS : SIMULATED_QUIRKS)
  for (const quirk of Object.keys(quirks))
    if (!known.includes(quirk))
      complain(
        [...path, 'quirks', quirk],
        `a simulated ${protocol} meter has no such quirk`,
        `its quirks are ${known.join(', ')}`,
      )
  const model = isModbus ? profiles.get(written.profile ?? '') : undefined
  if (isModbus && model === undefined && complete) {
    const meant = nearest(written.profile ?? '', profiles.keys())
    complain(
      [...path, 'profile'],
      `there is no profile "${written.profile ?? ''}" to play`,
      meant ? `did you mean "${meant}"?` : 'a Modbus meter is played by its profile',
    )
  }
  const turnAroundMs = turnAroundOf(written.turnAround, [...path, 'turnAround'], complain)
  if (turnAroundMs !== null && protocol?.startsWith('modbus'))
    complain([...path, 'turnAround'], 'only DL/T 645 meters have a time of their own', 'write it at the line')
  if (protocol === undefined || address === undefined || !driver) return []
  const meters: SimulatedMeter[] = []
  for (let nth = 0; nth < count; nth++) {
    const text = nth === 0 ? address : countUp(address, nth)
    const checked = driver.checkAddress(text)
    if ('wrong' in checked) {
      complain(
        [...path, nth === 0 ? 'address' : 'count'],
        checked.wrong,
        'choose another address or a smaller count',
      )
      break
    }
    const profile = playedAs(written.profile ?? '')
    meters.push({
      protocol,
      address: checked.address,
      profile,
      ...(model && { model }),
      ...(written.quirks === undefined ? {} : { quirks }),
      ...(turnAroundMs === null ? {} : { turnAroundMs }),
      ...(written.dial && dialOf(written.dial, nth, [...path, 'dial'], complain)),
    })
  }
  return meters
}

const EVERY_MS = MINUTE

/** The DTU of the nth of `count` meters: each has its own, whose identity counts up. */
function dialOf(
  written: NonNullable<WrittenSimulatedMeter['dial']>,
  nth: number,
  path: Path,
  complain: Complain,
): Pick<SimulatedMeter, 'dial'> {
  const to = parseListen(written.to ?? '')
  if (!to) return {}
  const dtu = written.dtu === undefined ? null : countUp(written.dtu, nth)
  const identity = dtu === null ? NOTHING : identityBytes(dtu, written.identity ?? 'text')
  if (!identity)
    complain([...path, 'dtu'], `"${dtu}" is no identity of this form`, 'write e.g. "861234567890123"')
  const bytesOf = (key: 'registration' | 'heartbeat', usual: string | undefined): Uint8Array | null => {
    const packet = parsePacket(written[key] ?? usual ?? '')
    const bytes = packet && packetBytes(packet, identity ?? NOTHING)
    if (packet && !bytes)
      complain([...path, key], 'what is sent leaves no byte open', 'write each byte, without ..')
    return bytes
  }
  const dial: SimulatedDial = {
    ...to,
    registration: bytesOf('registration', dtu === null ? undefined : '{dtu}') ?? NOTHING,
    heartbeat: bytesOf('heartbeat', undefined),
    everyMs: parseDuration(written.every ?? '') ?? EVERY_MS,
    manners: (written.manners ?? []).flatMap(manner => manner ?? []),
  }
  return { dial }
}

const NOTHING = new Uint8Array(0)

/** Modbus meters are played by their profile; of the others only the number of phases counts. */
function playedAs(profile: string): string {
  return profile.endsWith('single-phase') ? 'single-phase' : profile
}

/** "000000000161" and 2 is "000000000163"; anything that is no number stays what it is. */
function countUp(address: string, steps: number): string {
  if (!/^\d{1,15}$/.test(address)) return address
  return (BigInt(address) + BigInt(steps)).toString().padStart(address.length, '0')
}

/** DL/T 645-2007 5.3.3. */
const LEAST_TURN_AROUND_MS = 20
const MOST_TURN_AROUND_MS = 500

function turnAroundOf(written: string | undefined, path: Path, complain: Complain): number | null {
  const ms = written === undefined ? null : parseDuration(written)
  if (ms !== null && (ms < LEAST_TURN_AROUND_MS || ms > MOST_TURN_AROUND_MS))
    complain(
      path,
      `${written} is not what the standard allows an answer`,
      'write 20ms to 500ms; answers that are late are a fault: faults: { late: 0.1, lateBy: 2500ms }',
    )
  return ms
}

export function faultsOf(written: WrittenFaults, path: Path, complain: Complain): SimulatedFaults {
  const shares: Partial<Record<FaultKind, number>> = {}
  const { lateBy, lateMs: _, ...kinds } = written ?? {}
  for (const [kind, share] of Object.entries(kinds))
    if (share !== undefined) shares[kind as FaultKind] = share
  const sum = Object.values(shares).reduce((all, share) => all + share, 0)
  if (sum > 1) complain(path, `the shares add up to ${sum}`, 'let them add up to 1 at most')
  const lateMs = lateBy === undefined ? null : parseDuration(lateBy)
  return lateMs === null ? shares : { ...shares, lateMs }
}

export type WrittenFaults = NonNullable<NonNullable<WrittenSimulator['lines']>[number]>['faults']
