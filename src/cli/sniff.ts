/** `meterd sniff`: listens to a line, never sends, and says what passes. */

import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Cancel, systemClock } from '../core/clock.ts'
import { describeFault } from '../core/faults.ts'
import { toHex } from '../core/hex.ts'
import { type LineUrl, lineKey, parseLineUrl } from '../core/line-url.ts'
import type { Driver } from '../driver-api/driver.ts'
import { claimLine } from '../line/lock.ts'
import { hexWithout, secretsOf } from '../line/secrets.ts'
import { transportFor } from '../line/transports.ts'
import { createListening, type Heard, type HeardFrame } from './listening.ts'
import { shippedDrivers } from './shipped.ts'
import { createSniffSummary } from './sniff-summary.ts'
import { type Terminal, toldToEnd, type Verb, WrongUse } from './verb.ts'

export const sniff: Verb = {
  summary: 'listens to a line, never sends, and says what passes',
  help: `meterd sniff --line URL [options]

  --line URL      serial:///dev/ttyUSB0?baud=2400&parity=even, or tcp://host:port or rfc2217://host:port?baud=2400 of a
                  serial server that passes all on
  --protocol P    dlt645-2007, dlt645-1997, modbus-rtu, modbus-ascii; auto takes the one whose frames are heard first (auto)
  --for TIME      listen for 30s, 10m or 2h; without it until Ctrl-C
  --raw FILE      also keep all bytes as they came, passwords too
  --json          one object a frame

Each frame is told as it comes: time, the silence before it, > to or < from a meter, bytes, named values, error words. At
the end, also by Ctrl-C: who was asked and how often, who answered and how fast, who did not, and what was damaged.
meterd decode --raw FILE reads the bytes kept, and meterd decode - what was written here.
Exit 0 ended as asked; 1 the line was lost or is another's; 2 used wrongly.
Passwords are not shown; --raw keeps them. A line that a running meterd holds is refused: its own log at level trace shows every frame.
Example: meterd sniff --line serial:///dev/ttyUSB0 --for 10m`,
  async run(argv, io) {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        line: { type: 'string' },
        protocol: { type: 'string', default: 'auto' },
        for: { type: 'string' },
        raw: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    })
    const url = urlIn(values.line)
    const drivers = driversFor(values.protocol, await shippedDrivers())
    const lastsMs = values.for === undefined ? null : durationOf(values.for)
    const release = await claimLine(lineKey(url))
    const raw = values.raw === undefined ? null : await fileFor(values.raw)
    try {
      return await listen({ url, drivers, lastsMs, raw, json: values.json, io })
    } finally {
      if (raw) await new Promise<void>(closed => raw.end(() => closed()))
      await release()
    }
  },
}

function urlIn(text: string | undefined): LineUrl {
  if (text === undefined) throw new WrongUse('meterd sniff: --line is needed')
  const url = parseLineUrl(text)
  if ('wrong' in url) throw new WrongUse(`meterd sniff: ${url.wrong}`)
  if (url.kind === 'modbus-tcp')
    throw new WrongUse('meterd sniff: on a modbus-tcp:// connection of our own nobody else is heard')
  return url
}

/** Protocols that number their requests are spoken over connections that carry nobody else's words. */
function driversFor(protocol: string, known: ReadonlyMap<string, Driver>): readonly Driver[] {
  const able = [...known.values()].filter(({ concurrent }) => !concurrent)
  const named = able.filter(driver => protocol === 'auto' || driver.protocol === protocol)
  if (named.length === 0)
    throw new WrongUse(
      `meterd sniff: --protocol is auto, ${able.map(driver => driver.protocol).join(', ')}, not "${protocol}"`,
    )
  return named
}

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 }
const LONGEST_HOURS = 500

function durationOf(text: string): number {
  const [, count, unit = ''] = /^(\d{1,6})([smh])$/.exec(text) ?? []
  const ms = Number(count) * (UNITS_MS[unit] ?? Number.NaN)
  if (!(ms > 0 && ms <= LONGEST_HOURS * 3_600_000))
    throw new WrongUse(`meterd sniff: --for is written like 30s, 10m or 2h, up to ${LONGEST_HOURS}h`)
  return ms
}

async function fileFor(path: string): Promise<WriteStream> {
  const file = createWriteStream(path, { mode: 0o600 })
  try {
    await once(file, 'open')
  } catch (error) {
    throw new WrongUse(
      `meterd sniff: --raw ${path}: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
  return file
}

interface Asked {
  readonly url: LineUrl
  readonly drivers: readonly Driver[]
  readonly lastsMs: number | null
  readonly raw: WriteStream | null
  readonly json: boolean
  readonly io: Terminal
}

async function listen({ url, drivers, lastsMs, raw, json, io }: Asked): Promise<number> {
  const listening = createListening(drivers)
  const transport = transportFor(url)
  const summary = createSniffSummary()
  const lost = Promise.withResolvers<string>()
  // Gaps are measured, whatever happens to the machine's clock meanwhile.
  const startedAt = systemClock.now() - systemClock.monotonic()
  const present = () => Math.round(startedAt + systemClock.monotonic())
  let cancelSilence: Cancel = () => undefined

  function tellAll(all: readonly Heard[]): void {
    for (const heard of all) {
      summary.note(heard)
      io.out(json ? JSON.stringify(jsonOf(heard)) : inWords(heard))
    }
  }
  function heard(bytes: Uint8Array): void {
    cancelSilence()
    raw?.write(bytes)
    tellAll(listening.heard(bytes, present()))
    const ms = listening.betweenBytesMs
    if (ms !== null) cancelSilence = systemClock.after(ms, () => tellAll(listening.silent(present())))
  }

  await transport.open({ bytes: heard, closed: lost.resolve, warned: io.err })
  io.err(`listening to ${lineKey(url)}; nothing is sent`)
  const over = new AbortController()
  const ends: Promise<string | null>[] = [toldToEnd(io).then(() => null), lost.promise]
  if (lastsMs !== null) ends.push(systemClock.sleep(lastsMs, over.signal).then(() => null))
  const why = await Promise.race(ends)
  over.abort()
  cancelSilence()
  await transport.close()
  tellAll(listening.silent(present()))
  if (why !== null) io.err(`meterd sniff: the line was lost: ${why} (LINE_CLOSED)`)
  for (const line of summary.lines()) io.err(line)
  return why === null ? 0 : 1
}

function jsonOf(heard: Heard): object {
  const time = { at: new Date(heard.at).toISOString(), gapMs: heard.gapMs }
  if (heard.kind === 'noise') return { ...time, kind: 'noise', bytes: heard.count }
  if (heard.kind === 'damaged') {
    const { bytes, code, text } = heard.broken
    return {
      ...time,
      kind: 'damaged',
      protocol: heard.driver.protocol,
      fault: describeFault(code, text),
      bytes: shown(bytes, heard.driver),
    }
  }
  const { kind, ...decoded } = heard.decoded
  const { protocol } = heard.driver
  return { ...time, kind, protocol, ...decoded, fault: null, bytes: shown(heard.bytes, heard.driver) }
}

function inWords(heard: Heard): string {
  const gap = heard.gapMs === null ? '' : ` +${heard.gapMs} ms`
  const time = `${new Date(heard.at).toISOString().slice(11, 23)}${gap}`
  if (heard.kind === 'noise') return `${time}  ~ ${heard.count} bytes of noise`
  if (heard.kind === 'damaged')
    return `${time}  ! ${heard.broken.text} (${heard.broken.code})\n    ${shown(heard.broken.bytes, heard.driver)}`
  return [`${time}  ${headOf(heard)}`, `    ${shown(heard.bytes, heard.driver)}`, ...saidIn(heard)].join('\n')
}

function headOf({ decoded, driver }: HeardFrame): string {
  const arrow = decoded.kind === 'request' || decoded.kind === 'broadcast' ? '>' : '<'
  const item = decoded.item === null ? '' : `, item ${decoded.item}`
  const more = decoded.more ? ', more follows' : ''
  return `${arrow} ${decoded.protocol ?? driver.protocol} ${decoded.kind} ${decoded.function}, address ${decoded.address}${item}${more}`
}

function saidIn({ decoded }: HeardFrame): string[] {
  const points = decoded.points.map(({ name, item, value, unit, at, fault }) => {
    const said = fault || value === null ? `none, ${fault?.text ?? ''}` : `${value} ${unit}`.trim()
    return `      ${name || item}: ${said}${at === null ? '' : ` at ${at}`}`
  })
  return [...points, ...decoded.refused.map(({ text }) => `      refused: ${text}`)]
}

function shown(bytes: Uint8Array, driver: Driver): string {
  const secrets = secretsOf(bytes, driver)
  return secrets.length === 0 ? toHex(bytes) : hexWithout(bytes, secrets)
}
