/** `meterd read`: one conversation with a real meter, no daemon, no store. */

import { parseArgs } from 'node:util'
import type { Library } from '../config/library.ts'
import { type LineUrl, parseLineUrl } from '../core/line-url.ts'
import type { Driver } from '../driver-api/driver.ts'
import { readInParts } from './blocks-refused.ts'
import { traceTalk, withLine } from './line-talk.ts'
import { memoryAsked, readMemory } from './read-memory.ts'
import { pointsFor } from './read-points.ts'
import { secondOpinion } from './second-opinion.ts'
import { shippedLibrary } from './shipped.ts'
import { tellReads } from './tell-reads.ts'
import { STOPPED, type Terminal, type Verb } from './verb.ts'

export const read: Verb = {
  summary: 'asks one meter on a line, once',
  help: `meterd read --line URL --protocol P --address A [options] ITEM…

  --line URL          serial:///dev/ttyUSB0?baud=2400&parity=even, tcp://host:port, modbus-tcp://host:port
  --protocol P        dlt645-2007, dlt645-1997, modbus-rtu, modbus-ascii, modbus-tcp; auto, the usual,
                      tells modbus-tcp:// lines and 645 editions
  --address A         12 digits as on the meter, or a Modbus unit
  --profile NAME      OBIS codes are looked up in this profile, and its decimal places hold for identifiers too;
                      without ITEM all its points are read
  --within MS         wait this long for an answer (DL/T 645 2000, Modbus 1000)
  --freeze KIND [N]   what the meter froze: daily, hourly, monthly, settlement …; the Nth back, 1 the last
  --load-record FROM [N]  N load records from earliest, latest, or a time of the meter such as 2026-11-21T12:00
  --class C           of load records: one class of values, 1 to 6 (0, all)
  --events NAME [N]   the last N records of a class of events, or of all classes
  --trace             show the frames
  --via modbus-serial also ask through that second stack and compare
  --json              one object a point
  ITEM                OBIS code, data identifier (4 or 8 hex digits), or Modbus fc:address:type

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
    if (via !== undefined && via !== 'modbus-serial') return wrong(io, '--via knows modbus-serial only')
    const library = await shippedLibrary(io)
    const candidates = driversFor(url, values.protocol, library)
    if ('wrong' in candidates) return wrong(io, candidates.wrong)
    if (via !== undefined && !candidates.every(({ protocol }) => SECOND_STACK.has(protocol)))
      return wrong(io, '--via modbus-serial compares reads of modbus-rtu and modbus-tcp only')
    const memory = memoryAsked(values, positionals)
    if (memory) return readMemory({ memory, url, withinMs, address, candidates, library, ...values }, io)
    for (const [index, driver] of candidates.entries()) {
      const last = index === candidates.length - 1
      const asked = pointsFor(driver, address, values.profile, positionals, library)
      if ('wrong' in asked && !last) continue
      if ('wrong' in asked) return wrong(io, asked.wrong)
      const talked = await withLine(url, withinMs, io, async talk => {
        const call = talk.callTo(asked.address, asked.profile?.traits ?? {})
        const first = await talk.read(driver, call, asked.points)
        const inParts = await readInParts(talk, driver, call, first)
        return { ...first, inParts, isContradicted: talk.isContradicted(asked.address) }
      })
      if (talked.fault && talked.result.reads.length === 0 && !last && !io.signal.aborted) continue
      if (values.trace) for (const one of [talked, ...talked.inParts.talks]) traceTalk(one, driver, io)
      const good = tellReads({ driver, points: asked.points, talked, json: values.json }, io)
      if (io.signal.aborted) return STOPPED
      const agreed =
        via === undefined ||
        (await secondOpinion(url, talked.exchanges, withinMs ?? driver.timing.replyWithinMs, io))
      return good && agreed && !talked.isContradicted ? 0 : 1
    }
    return 1
  },
}

/** What the second stack speaks. */
const SECOND_STACK: ReadonlySet<string> = new Set(['modbus-rtu', 'modbus-tcp'])

/** `auto` tells what can be told: MBAP by the URL, and the edition of 645 by who answers (2007 first, clause 7.4). */
function driversFor(
  url: LineUrl,
  protocol: string,
  { drivers }: Library,
): readonly Driver[] | { readonly wrong: string } {
  const names =
    protocol !== 'auto'
      ? [protocol]
      : url.kind === 'modbus-tcp'
        ? ['modbus-tcp']
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
