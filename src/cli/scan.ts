/** `meterd scan`: which meters are on a line, at which speed, and what to write into the configuration for them. */

import { parseArgs } from 'node:util'
import { estimateOf, type MeterFound, type PlaceLeft, type ScanAsked, scanLine } from '../commission/scan.ts'
import { settingInWords, settingsFor, urlText } from '../commission/speeds.ts'
import { USUAL_WINDOW, whyClosed } from '../commission/window.ts'
import type { Library } from '../config/library.ts'
import { systemClock } from '../core/clock.ts'
import { parseLineUrl } from '../core/line-url.ts'
import { parseOffset } from '../core/time.ts'
import type { Driver } from '../driver-api/driver.ts'
import { openLine } from './one-line.ts'
import { shippedLibrary } from './shipped.ts'
import { type Terminal, type Verb, WrongUse } from './verb.ts'

/** Clause 5.3.3 allows a meter 500 ms; a socket and what is behind it take their own time. */
const WITHIN_SERIAL_MS = 600
const WITHIN_SOCKET_MS = 1_500
const MOST_PROBES = 3_000

export const scan: Verb = {
  summary: 'finds the meters on a line, with what to write into the configuration',
  help: `meterd scan --line URL [options]

  --line URL        serial:///dev/ttyUSB0?baud=2400&parity=even or tcp://host:port
  --protocol P      dlt645-2007 or dlt645-1997 only; without it both are asked, 2007 first
  --all-speeds      serial: also 2400, 1200, 9600, 4800, 19200 and 600 baud, even parity and none, until a meter answers
  --from ADDRESS    search below this partial address only: AAAAAAAA0161 finds meters that end with 0161
  --thorough        ask everything twice, look below single answers, go on with all speeds
  --within MS       wait this long for an answer (${WITHIN_SERIAL_MS} on a serial port, ${WITHIN_SOCKET_MS} behind a socket)
  --most N          give up after this many addresses (${MOST_PROBES})
  --offset ±hh:mm   the site's offset from UTC (+08:00): around midnight lines belong to billing reads
  --force           search even then
  --json            one object a meter

A line that a running meterd holds is refused. Where several meters answer at once, each shorter address is asked, a
hundred at a time; how long that takes is said first. Exit 1 when nobody was found, or not everybody.
Meters of 1997 are known that answer no address with less than six real digits: give those with --from.

Example: meterd scan --line serial:///dev/ttyUSB0 --all-speeds`,
  async run(argv, io) {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        line: { type: 'string' },
        protocol: { type: 'string' },
        'all-speeds': { type: 'boolean', default: false },
        from: { type: 'string' },
        thorough: { type: 'boolean', default: false },
        within: { type: 'string' },
        most: { type: 'string' },
        offset: { type: 'string', default: '+08:00' },
        force: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    })
    const url = parseLineUrl(values.line ?? '')
    if ('wrong' in url)
      throw new WrongUse(values.line === undefined ? 'meterd scan: --line is needed' : url.wrong)
    const offsetMinutes = parseOffset(values.offset)
    if (offsetMinutes === null) throw new WrongUse('meterd scan: --offset is written like +08:00')
    const library = await shippedLibrary(io)
    const drivers = driversFor(values.protocol, library)
    const asked: ScanAsked = {
      settings: settingsFor(url, values['all-speeds']),
      drivers,
      withinMs:
        numberOf('within', values.within, 600_000) ??
        (url.kind === 'serial' ? WITHIN_SERIAL_MS : WITHIN_SOCKET_MS),
      root: rootOf(values.from, drivers),
      thorough: values.thorough,
      mostProbes: numberOf('most', values.most, 1_000_000) ?? MOST_PROBES,
    }
    const closed = () => (values.force ? null : whyClosed(systemClock.now(), offsetMinutes, USUAL_WINDOW))
    const refused = closed()
    if (refused !== null) {
      io.err(`meterd scan: ${refused}; wait, or use --force`)
      return 1
    }
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
    for (const place of result.shared)
      io.err(`${inWords(place)}: two meters answer to this one address; disconnect one and give it another`)
    for (const place of result.unresolved) io.err(`${inWords(place)}: ${UNRESOLVED}`)
    const whole = result.ended === null && result.unresolved.length + result.shared.length === 0
    io.err(
      `${result.meters.length} found with ${result.probes} addresses asked${result.ended === null ? '' : `; not all was searched: ${result.ended}`}`,
    )
    return whole && result.meters.length > 0 ? 0 : 1
  },
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

function jsonOf({ address, protocol, url, capabilities, phases }: MeterFound): object {
  const { serves = [], refuses = [], facts = {} } = capabilities ?? {}
  return {
    address,
    protocol,
    line: urlText(url),
    answers: capabilities !== null,
    phases,
    facts,
    serves,
    refuses,
  }
}

function rowOf({ address, protocol, url, capabilities, phases }: MeterFound, { drivers }: Library): string {
  const nameOf = (item: string) => drivers.get(protocol)?.describe(item)?.name ?? item
  const said =
    capabilities === null
      ? 'does not answer to its own address'
      : [
          phases === null ? '' : `${phases}-phase`,
          ...Object.entries(capabilities.facts).map(([item, value]) => `${nameOf(item)} ${value}`),
          `serves ${capabilities.serves.length}, refuses ${capabilities.refuses.length} of what models differ in`,
        ]
          .filter(text => text !== '')
          .join(', ')
  return `${address}  ${protocol}  ${settingInWords(url).padEnd(9)} ${said}`
}

/** Ready to paste. One line for each setting that meters were found at; a bus of two speeds cannot be polled as one. */
function tellEntries(meters: readonly MeterFound[], library: Library, io: Terminal): void {
  const urls = [...new Set(meters.map(({ url }) => urlText(url)))]
  io.out('\nlines:')
  for (const [index, url] of urls.entries()) io.out(`  - { id: line-${index + 1}, url: "${url}" }`)
  io.out('\nmeters:')
  for (const meter of meters) {
    const line = urls.indexOf(urlText(meter.url)) + 1
    io.out(
      `  - { id: meter-${meter.address}, line: line-${line}, address: "${meter.address}", profile: ${profileFor(meter, library)} }`,
    )
  }
}

/** The profile of this protocol with as many phases; any of it where there is none such. */
function profileFor({ protocol, phases }: MeterFound, { profiles }: Library): string {
  const able = [...profiles.values()].filter(profile => profile.protocol === protocol)
  const alike = able.find(({ nameplate }) => nameplate.phases === phases) ?? able[0]
  return alike?.profile ?? `PROFILE-OF-${protocol}`
}

function inWords({ address, protocol, url }: PlaceLeft): string {
  return `${address} at ${settingInWords(url)} (${protocol})`
}
