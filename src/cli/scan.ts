/** `meterd scan`: which meters are on a line, at which speed, and what to write into the configuration for them. */

import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type MeterKnown, openCapabilities, sameSince, whyAnother } from '../acquire/capabilities-held.ts'
import { estimateOf, type MeterFound, type PlaceLeft, type ScanAsked, scanLine } from '../commission/scan.ts'
import { settingInWords, settingsFor, urlText } from '../commission/speeds.ts'
import { whyClosed } from '../commission/window.ts'
import type { Library } from '../config/library.ts'
import { USUAL_WINDOW } from '../config/site-rules.ts'
import { systemClock } from '../core/clock.ts'
import { hasSettings, lineKey, parseLineUrl, sameSettings } from '../core/line-url.ts'
import { parseOffset } from '../core/time.ts'
import type { Driver } from '../driver-api/driver.ts'
import { openLine } from './one-line.ts'
import { scanUnits, unitsIn } from './scan-units.ts'
import { shippedLibrary } from './shipped.ts'
import { siteRulesIn } from './site-rules-in.ts'
import { BAD_CONFIG, STOPPED, type Terminal, type Verb, WrongUse } from './verb.ts'

/** Clause 5.3.3 allows a meter 500 ms; a socket and what is behind it take their own time. */
const WITHIN_SERIAL_MS = 600
const WITHIN_SOCKET_MS = 1_500
const MOST_PROBES = 3_000
const USUAL_OFFSET_MINUTES = 8 * 60

export const scan: Verb = {
  summary: 'finds the meters on a line, with what to write into the configuration',
  help: `meterd scan --line URL [options]

  --line URL        serial:///dev/ttyUSB0?baud=2400&parity=even, rfc2217://host:port?baud=2400 or tcp://host:port
  --protocol P      dlt645-2007 or dlt645-1997 only; without it both are asked, 2007 first
  --all-speeds      serial and RFC 2217: also 2400, 1200, 9600, 4800, 19200 and 600 baud, even parity and none, until a meter answers
  --from ADDRESS    search below this partial address only: AAAAAAAA0161 finds meters that end with 0161
  --units 1-10,20   Modbus, with --protocol modbus-rtu, modbus-ascii or modbus-tcp: asks these units, and only these, who
                    they are (function 43/14); who refuses that, or knows a register only, is told as there
  --thorough        ask everything twice, look below single answers, go on with all speeds
  --within MS       wait this long for an answer (${WITHIN_SERIAL_MS} on a serial port, ${WITHIN_SOCKET_MS} behind a socket)
  --most N          give up after this many addresses (${MOST_PROBES})
  --config FILE     the gateway's configuration, or a file with what of it is needed here: version, site, data,
                    commissioning: { billingWindow: { from: "23:50", to: "00:30" } } (without it those times)
  --data DIR        keep what each meter serves in this data directory (that of --config), for the daemon and for
                    meterd capabilities; without either it is shown and not kept
  --offset ±hh:mm   the site's offset from UTC (that of --config, else +08:00), for the billing window
  --force           search in the billing window too
  --json            one object a meter

A line that a running meterd holds is refused, and so is every line in the billing window. Where several meters answer
at once, each shorter address is asked, a hundred at a time; how long that takes is said first.
Meters of 1997 are known that answer no address with less than six real digits: give those with --from.
Exit 0 all found; 1 nobody, not everybody, or refused; 2 used wrongly; 78 a wrong file; 130 stopped.

Example: meterd scan --line serial:///dev/ttyUSB0 --all-speeds --data /var/lib/meterd`,
  async run(argv, io) {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        line: { type: 'string' },
        protocol: { type: 'string' },
        'all-speeds': { type: 'boolean', default: false },
        from: { type: 'string' },
        units: { type: 'string' },
        thorough: { type: 'boolean', default: false },
        within: { type: 'string' },
        most: { type: 'string' },
        config: { type: 'string' },
        data: { type: 'string' },
        offset: { type: 'string' },
        force: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    })
    const url = parseLineUrl(values.line ?? '')
    if ('wrong' in url)
      throw new WrongUse(values.line === undefined ? 'meterd scan: --line is needed' : url.wrong)
    const rules = values.config === undefined ? null : await siteRulesIn(values.config, io)
    if (rules === BAD_CONFIG) return BAD_CONFIG
    const offsetMinutes = offsetOf(values.offset, rules?.offsetMinutes ?? null)
    if (offsetMinutes === null) throw new WrongUse('meterd scan: --offset is written like +08:00')
    const library = await shippedLibrary(io)
    const window = rules?.commissioning.billingWindow ?? USUAL_WINDOW
    const inside = () => whyClosed(systemClock.now(), offsetMinutes, window)
    const closed = () => (values.force ? null : inside())
    const withinMs =
      numberOf('within', values.within, 600_000) ??
      (url.kind === 'serial' ? WITHIN_SERIAL_MS : WITHIN_SOCKET_MS)
    if (values.units !== undefined) {
      const driver = unitDriver(values.protocol ?? (url.kind === 'modbus-tcp' ? 'modbus-tcp' : ''), library)
      const why = closed()
      if (why !== null) {
        io.err(`meterd scan: ${why}; wait, or use --force`)
        return 1
      }
      const units = unitsIn(values.units, driver)
      return scanUnits({ url, driver, units, withinMs, json: values.json, whyNot: closed }, io)
    }
    const drivers = driversFor(values.protocol, library)
    const asked: ScanAsked = {
      settings: settingsFor(url, values['all-speeds']),
      drivers,
      withinMs,
      root: rootOf(values.from, drivers),
      thorough: values.thorough,
      mostProbes: numberOf('most', values.most, 1_000_000) ?? MOST_PROBES,
    }
    const why = inside()
    if (why !== null && !values.force) {
      io.err(`meterd scan: ${why}; wait, or use --force`)
      return 1
    }
    if (why !== null) io.err(`${why}; searched all the same, because of --force`)
    tellEstimate(asked, io)
    const result = await scanLine(asked, {
      open: setting => openLine(setting, asked.withinMs, { expectsSilence: true }),
      clock: systemClock,
      whyNot: () => (io.signal.aborted ? 'it was stopped' : closed()),
      progress: text => io.err(text),
    })
    for (const meter of result.meters)
      io.out(values.json ? JSON.stringify(jsonOf(meter)) : rowOf(meter, library))
    if (!values.json && result.meters.length > 0) tellEntries(result.meters, library, io)
    const directory = values.data === undefined ? rules?.dataDirectory : resolve(values.data)
    await keep(result.meters, directory ?? null, library, io)
    for (const place of result.shared)
      io.err(`${inWords(place)}: two meters answer to this one address; disconnect one and give it another`)
    for (const place of result.unresolved) io.err(`${inWords(place)}: ${UNRESOLVED}`)
    const whole = result.ended === null && result.unresolved.length + result.shared.length === 0
    io.err(
      `${result.meters.length} found with ${result.probes} addresses asked${result.ended === null ? '' : `; not all was searched: ${result.ended}`}`,
    )
    if (io.signal.aborted) return STOPPED
    return whole && result.meters.length > 0 ? 0 : 1
  },
}

/** No address stands for any Modbus meter, so which is to be asked, and in which framing, is named. */
function unitDriver(protocol: string, { drivers }: Library): Driver {
  const driver = drivers.get(protocol)
  if (driver && !driver.discovery) return driver
  throw new WrongUse('meterd scan: --units needs --protocol modbus-rtu, modbus-ascii or modbus-tcp')
}

function offsetOf(written: string | undefined, configured: number | null): number | null {
  return written === undefined ? (configured ?? USUAL_OFFSET_MINUTES) : parseOffset(written)
}

/** What was learned is kept by line and address; a meter of another number than the one known before is told. */
async function keep(
  meters: readonly MeterFound[],
  directory: string | null,
  { drivers }: Library,
  io: Terminal,
): Promise<void> {
  const learned = meters.flatMap(meter => knownOf(meter) ?? [])
  if (learned.length === 0) return
  if (directory === null) {
    io.err('what they serve was not kept; --data DIR or --config FILE keeps it for the daemon')
    return
  }
  const held = await openCapabilities(directory, systemClock.now)
  const succeeding: MeterKnown[] = []
  for (const known of learned) {
    const before = held.of(known)
    const items = drivers.get(known.protocol)?.discovery?.identityItems ?? []
    const why = before && whyAnother(before, known.facts, items)
    if (why) io.err(`${known.address}: another meter than before: ${why}`)
    succeeding.push({ ...known, sameSince: sameSince(before, known, items) })
  }
  await held.learn(succeeding)
  io.err(`what ${learned.length === 1 ? 'it serves' : 'they serve'} is kept in ${directory}`)
}

function knownOf({
  address,
  protocol,
  url,
  capabilities,
  phases,
  addressRules,
}: MeterFound): MeterKnown | null {
  if (!capabilities) return null
  return {
    line: lineKey(url),
    address,
    protocol,
    learnedAt: systemClock.now(),
    by: 'meterd scan',
    speed: hasSettings(url) ? settingInWords(url) : null,
    phases,
    addressRules,
    ...capabilities,
  }
}

const UNRESOLVED =
  'more was heard here than meters could be found: noise, wrong parity, or meters that know no such short address; try --thorough, a longer --within, or --from with the last six digits of a meter'

function driversFor(protocol: string | undefined, { drivers }: Library): readonly Driver[] {
  const able = [...drivers.values()].filter(({ discovery }) => discovery)
  const named = able.filter(driver => protocol === undefined || driver.protocol === protocol)
  if (named.length === 0)
    throw new WrongUse(
      `meterd scan: meters can be searched by ${able.map(driver => driver.protocol).join(' and ')}, not by "${protocol}"`,
    )
  return named
}

function rootOf(from: string | undefined, [driver]: readonly Driver[]): string | null {
  if (from === undefined || !driver) return null
  const checked = driver.checkAddress(from)
  if ('wrong' in checked) throw new WrongUse(`meterd scan: --from: ${checked.wrong}`)
  return checked.address
}

function numberOf(name: string, text: string | undefined, most: number): number | null {
  if (text === undefined) return null
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > most)
    throw new WrongUse(`meterd scan: --${name} is a whole number from 1 to ${most}`)
  return value
}

function tellEstimate(asked: ScanAsked, io: Terminal): void {
  const { leastSeconds, eachCollisionSeconds, mostProbes } = estimateOf(asked)
  io.err(
    `${asked.settings.length} ${asked.settings.length === 1 ? 'setting' : 'settings'}, ${asked.drivers.map(({ protocol }) => protocol).join(' and ')}: about ${leastSeconds} s when nobody answers, and ${eachCollisionSeconds} s more for each place where several answer together; at most ${mostProbes} addresses`,
  )
}

function jsonOf({ address, protocol, url, capabilities, phases, addressRules }: MeterFound): object {
  const { serves = [], refuses = [], silentTo = [], followUp = null, facts = {} } = capabilities ?? {}
  return {
    address,
    protocol,
    line: urlText(url),
    answers: capabilities !== null,
    phases,
    facts,
    serves,
    refuses,
    silentTo,
    followUp,
    addressRules,
  }
}

function rowOf(
  { address, protocol, url, capabilities, phases, isAsked }: MeterFound,
  { drivers }: Library,
): string {
  const nameOf = (item: string) => drivers.get(protocol)?.describe(item)?.name ?? item
  const said =
    capabilities === null
      ? isAsked
        ? 'does not answer to its own address'
        : 'not asked what it serves'
      : [
          phases === null ? '' : `${phases}-phase`,
          ...Object.entries(capabilities.facts).map(([item, value]) => `${nameOf(item)} ${value}`),
          `serves ${capabilities.serves.length}, refuses ${capabilities.refuses.length}, is silent to ${capabilities.silentTo.length} of what models differ in`,
        ]
          .filter(text => text !== '')
          .join(', ')
  return `${address}  ${protocol}  ${settingInWords(url).padEnd(9)} ${said}`
}

/** Ready to paste. One line for each setting that meters were found at; a bus of two speeds cannot be polled as one. */
function tellEntries(meters: readonly MeterFound[], library: Library, io: Terminal): void {
  for (const text of entriesFor(meters, library)) io.out(text)
}

/** All of a scan are on one port: one line, and those found at other settings than the first name theirs. */
export function entriesFor(
  meters: readonly MeterFound[],
  library: Pick<Library, 'profiles'>,
): readonly string[] {
  const [first] = meters
  if (!first) return []
  const entries = meters.map(meter => {
    const { address, url } = meter
    const own = hasSettings(url) && hasSettings(first.url) && !sameSettings(url, first.url)
    const serial = own ? `, serial: { baud: ${url.baud}, parity: ${url.parity} }` : ''
    return `  - { id: meter-${address}, line: line-1, address: "${address}", profile: ${profileFor(meter, library)}${serial} }`
  })
  return ['\nlines:', `  - { id: line-1, url: "${urlText(first.url)}" }`, '\nmeters:', ...entries]
}

/** A meter that says so scales its registers otherwise than its edition; it must not be read by the usual profile. */
const SCALED_OTHERWISE = [{ item: 'C115', says: 3, profile: 'dlt645-1997-three-decimals' }]

/** The status of its keys: of the rules that gave status word 3 the bits that tell whether power is kept. */
const KEY_STATUS = '04000508'

/** What the meter's own words ask for, then what is usual for its edition and phases, then any of its protocol. */
function profileFor(
  { protocol, phases, capabilities }: MeterFound,
  { profiles }: Pick<Library, 'profiles'>,
): string {
  const scaled = SCALED_OTHERWISE.find(({ item, says }) => Number(capabilities?.facts[item]) === says)
  const inPhases = `${phases === 1 ? 'single' : 'three'}-phase`
  const usual = `${protocol}-${inPhases}`
  const own = capabilities?.serves.includes(KEY_STATUS) ? `${protocol}-state-grid-${inPhases}` : usual
  const named = [scaled?.profile ?? own, usual].find(name => profiles.has(name))
  const any = [...profiles.values()].find(profile => profile.protocol === protocol)
  return named ?? any?.profile ?? `PROFILE-OF-${protocol}`
}

function inWords({ address, protocol, url }: PlaceLeft): string {
  return `${address} at ${settingInWords(url)} (${protocol})`
}
