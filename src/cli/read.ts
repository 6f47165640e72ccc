/** `meterd read`: one conversation with a real meter, no daemon, no store. */

import { parseArgs } from 'node:util'
import type { Library } from '../config/library.ts'
import { type LineUrl, parseLineUrl } from '../core/line-url.ts'
import type { Driver } from '../driver-api/driver.ts'
import type { Profile } from '../driver-api/profile.ts'
import { readInParts } from './blocks-refused.ts'
import { type LineTalk, traceTalk, withLine } from './line-talk.ts'
import { whileOurs } from './one-line.ts'
import { isFile, profileNamed } from './profile-named.ts'
import { memoryAsked, readMemory } from './read-memory.ts'
import { isModbusItem, pointsFor } from './read-points.ts'
import { SECOND_STACK, secondOpinion } from './second-opinion.ts'
import { shippedLibrary } from './shipped.ts'
import { whatToCheck } from './silent-meter.ts'
import { tellReads } from './tell-reads.ts'
import { BAD_CONFIG, STOPPED, type Terminal, type Verb } from './verb.ts'

export const read: Verb = {
  summary: 'asks one meter on a line, once',
  help: `meterd read --line URL --protocol P --address A [options] ITEM…

  --line URL          serial:///dev/ttyUSB0?baud=2400&parity=even, tcp://host:port, modbus-tcp://host:port,
                      rfc2217://host:port?baud=2400&parity=even
  --protocol P        dlt645-2007, dlt645-1997, modbus-rtu, modbus-ascii, modbus-tcp; auto, the usual,
                      tells Modbus by the line, the profile or the items, and 645 editions by who answers
  --address A         12 digits as on the meter, or a Modbus unit
  --profile NAME|FILE OBIS codes are looked up in this profile, and its decimal places hold for identifiers too;
                      without ITEM all its points are read, and the credit and relay state it declares
  --within MS         wait this long for an answer (DL/T 645 2000, Modbus 1000)
  --freeze KIND [N]   what the meter froze: daily, hourly, monthly, settlement …; the Nth back, 1 the last
  --load-record FROM [N]  N load records from earliest, latest, or a time of the meter such as 2026-11-21T12:00
  --class C           of load records: one class of values, 1 to 6 (0, all)
  --events NAME [N]   the last N records of a class of events, or of all classes
  --trace             show the frames
  --via modbus-serial also ask through that second stack and compare
  --json              one object a point
  ITEM                OBIS code, data identifier (4 or 8 hex digits), or Modbus fc:address:type, the address from 0
                      as on the wire: 40101 of a manual is 3:100, 30101 is 4:100. Types are u16 s16 u32 s32 u64 s64
                      f32 f64 bcd16 bcd32 bcd64 mod10k:N ascii:N (N registers) bit; behind them the order of words and
                      bytes and a scale: 4:200:u32:CDAB:e-2

A block that is refused is told in one line with the reason, and its items are then asked one by one. Two different
answers to one question are told: two meters of one address, or a collision.
Exit 0 every item has a value; 1 one has none, or is in doubt; 2 used wrongly; 130 stopped.
Example: meterd read --line tcp://127.0.0.1:64501 --protocol dlt645-2007 --address 000000000001 00010000 1-0:32.7.0
Example: meterd read --line modbus-tcp://127.0.0.1:502 --protocol modbus-tcp --address 1 3:0:u32`,
  async run(argv, io) {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        line: { type: 'string' },
        protocol: { type: 'string', default: 'auto' },
        address: { type: 'string' },
        profile: { type: 'string' },
        within: { type: 'string' },
        trace: { type: 'boolean', default: false },
        via: { type: 'string' },
        freeze: { type: 'string' },
        'load-record': { type: 'string' },
        class: { type: 'string' },
        events: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    })
    const { line: urlText, address, via } = values
    if (urlText === undefined || address === undefined) return wrong(io, '--line and --address are needed')
    const url = parseLineUrl(urlText)
    if ('wrong' in url) return wrong(io, url.wrong)
    const withinMs = values.within === undefined ? null : Number(values.within)
    if (withinMs !== null && !(withinMs >= 1 && withinMs <= 600_000))
      return wrong(io, '--within is a number of milliseconds up to 600000')
    if (via !== undefined && url.kind === 'rfc2217')
      return wrong(io, '--via modbus-serial does not speak RFC 2217')
    if (via !== undefined && via !== 'modbus-serial') return wrong(io, '--via knows modbus-serial only')
    const library = await libraryFor(values.profile, io)
    if (library === null) return BAD_CONFIG
    const profile = values.profile === undefined ? undefined : library.profiles.get(values.profile)
    const candidates = driversFor(url, values.protocol, positionals, profile, library)
    if ('wrong' in candidates) return wrong(io, candidates.wrong)
    if (via !== undefined && !candidates.every(({ protocol }) => SECOND_STACK.has(protocol)))
      return wrong(io, '--via modbus-serial compares reads of modbus-rtu and modbus-tcp only')
    const memory = memoryAsked(values, positionals)
    if (memory) return readMemory({ memory, url, withinMs, address, candidates, library, ...values }, io)
    const asked = { url, withinMs, address, candidates, library, items: positionals, ...values }
    // Between our reading and the other stack's nobody else takes the line.
    return via === undefined ? readPoints(asked, io) : whileOurs(url, () => readPoints(asked, io))
  },
}

interface PointsToRead {
  readonly url: LineUrl
  readonly withinMs: number | null
  readonly address: string
  readonly candidates: readonly Driver[]
  readonly library: Library
  readonly items: readonly string[]
  readonly profile?: string | undefined
  readonly via?: string | undefined
  readonly trace: boolean
  readonly json: boolean
}

/** The first of the protocols in which anything is answered. */
async function readPoints(to: PointsToRead, io: Terminal): Promise<number> {
  const { url, withinMs, address, candidates, library, items, profile, via } = to
  for (const [index, driver] of candidates.entries()) {
    const last = index === candidates.length - 1
    const asked = pointsFor(driver, address, profile, items, library)
    if ('wrong' in asked && !last) continue
    if ('wrong' in asked) return wrong(io, asked.wrong)
    const ask = async (talk: LineTalk) => {
      const call = talk.callTo(asked.address, asked.profile?.traits ?? {})
      const first = await talk.read(driver, call, asked.points)
      const inParts = await readInParts(talk, driver, call, first)
      return { ...first, inParts, isContradicted: talk.isContradicted(asked.address) }
    }
    const talked = await withLine(url, withinMs, io, ask, { isOurs: via !== undefined })
    if (talked.fault && talked.result.reads.length === 0 && !last && !io.signal.aborted) continue
    if (to.trace) for (const one of [talked, ...talked.inParts.talks]) traceTalk(one, driver, io)
    const good = tellReads({ driver, ...asked, talked, json: to.json }, io)
    if (talked.fault?.code === 'LINE_SILENT' && talked.result.reads.length === 0)
      io.err(`nothing was answered: ${whatToCheck(url, driver)}`)
    if (io.signal.aborted) return STOPPED
    const agreed =
      via === undefined ||
      (await secondOpinion(url, talked.exchanges, withinMs ?? driver.timing.replyWithinMs, io))
    return good && agreed && !talked.isContradicted ? 0 : 1
  }
  return 1
}

/** What is shipped, and the file a person names as the profile; null after telling what is wrong with it. */
async function libraryFor(profileName: string | undefined, io: Terminal): Promise<Library | null> {
  const library = await shippedLibrary(io)
  if (profileName === undefined || !isFile(profileName)) return library
  const own = await profileNamed(profileName, io)
  return own && { ...library, profiles: new Map([...library.profiles, [profileName, own.profile]]) }
}

/**
 * `auto` tells what can be told: Modbus by the profile, the URL or how the items are written, and the edition of 645 by
 * who answers (2007 first, clause 7.4).
 */
function driversFor(
  url: LineUrl,
  protocol: string,
  items: readonly string[],
  profile: Profile | undefined,
  { drivers }: Library,
): readonly Driver[] | { readonly wrong: string } {
  const names =
    protocol !== 'auto'
      ? [protocol]
      : url.kind === 'modbus-tcp'
        ? ['modbus-tcp']
        : profile?.protocol.startsWith('modbus') || (items.length > 0 && items.every(isModbusItem))
          ? ['modbus-rtu']
          : ['dlt645-2007', 'dlt645-1997']
  const found = names.map(name => drivers.get(name)).filter(driver => driver !== undefined)
  if (found.length < names.length)
    return { wrong: `there is no protocol "${protocol}"; known are ${[...drivers.keys()].join(', ')}` }
  return found
}

function wrong(io: Terminal, text: string): number {
  io.err(`meterd read: ${text}\nmeterd read --help shows the options.`)
  return 2
}
