/** A nightly round of 32 meters on one serial line with real wire time, against the least time any legal plan needs. */

import { SerialPort } from 'serialport'
import { systemClock } from '../src/core/clock.ts'
import { parseLineUrl, type SerialUrl } from '../src/core/line-url.ts'
import { silentLog } from '../src/core/log.ts'
import { systemRandom } from '../src/core/random.ts'
import { DAY, HOUR, slotOf } from '../src/core/time.ts'
import { createLine } from '../src/line/line.ts'
import type { Transport } from '../src/line/transport.ts'
import { transportFor } from '../src/line/transports.ts'
import { startMeters } from './daemon.ts'
import { limitOf, METERS, nightMeters, nightPoller, OFFSET_MINUTES, PAUSE_MS, THE_LIST } from './night.ts'
import type { Benchmark, Result } from './run.ts'
import { hurry, openSocketWire, openWire } from './wire.ts'

/** At the first two the emulated wire's own delay is nothing beside a frame; the third goes through a pty, beside a bare loop. */
const BAUDS = [2_400, 9_600, 115_200]
const FAST = 115_200
/** The clock of the site at the start of a round: after the freeze, far from any boundary. */
const STARTS_AT = 2.5 * HOUR

export const line: Benchmark = {
  about: `a nightly round of ${METERS} DL/T 645-2007 meters at 2400, 9600 and 115200 baud against the least time it can take; some six minutes, \`npm run bench -- line 9600\` for one rate`,
  async run(say) {
    const chosen = process.argv.slice(2).map(Number)
    const results: Result[] = []
    say(THE_LIST)
    for (const baud of BAUDS.filter(one => !chosen.some(Number.isFinite) || chosen.includes(one)))
      results.push(...(await measure(baud, say)))
    return results
  },
}

/** A question as it left, and how many bytes came back to it. */
interface Exchanged {
  readonly request: Uint8Array
  answerBytes: number
}

async function measure(baud: number, say: (text: string) => void): Promise<Result[]> {
  const now = systemClock.now()
  const aheadMs = slotOf(now, DAY, OFFSET_MINUTES) + STARTS_AT - now
  const clock = { ...systemClock, now: () => systemClock.now() + aheadMs }
  const meters = nightMeters()
  const limit = limitOf(meters, baud, clock.now())
  const { bytes, exchanges, wireMs, turnAroundMs, pausesMs, totalMs } = limit
  const s = (ms: number) => `${(ms / 1_000).toFixed(1)} s`
  say(`${baud} baud, the least there can be: ${bytes} bytes in ${exchanges} exchanges, ${s(wireMs)} of wire`)
  say(`  + ${s(turnAroundMs)} that meters take to answer + ${s(pausesMs)} of pauses of ${PAUSE_MS} ms`)
  say(`  = ${s(totalMs)}; ${s(totalMs - pausesMs)} without any pause`)
  const listener = { url: { kind: 'tcp', host: '127.0.0.1', port: 0 }, meters, faults: {} }
  const { child: slaves, ports } = await startMeters([listener], aheadMs)
  const { url, transport, wire } = await (baud === FAST ? ptyEnd : socketEnd)(baud, ports[0] ?? 0)
  for (const pid of [process.pid, slaves.process.pid]) hurry(pid)
  const exchanged: Exchanged[] = []
  const polled = createLine({
    id: 'wire',
    url,
    transport: recorded(transport, exchanged),
    claim: async () => async () => undefined,
    replyWithinMs: null,
    inFlight: 1,
    clock,
    random: systemRandom,
    log: silentLog,
  })
  const done = Promise.withResolvers<number>()
  const night = await nightPoller({
    line: polled,
    meters,
    clock,
    kept: () => void (night.whole.size === METERS && done.resolve(performance.now())),
  })
  polled.start()
  await polled.opened()
  const from = performance.now()
  night.poller.start()
  const tookMs = (await done.promise) - from
  const { counters } = polled
  await night.poller.stop()
  const { timeouts, broken, strays, lates, requests } = counters
  say(`  took ${s(tookMs)} with ${counters.bytesIn + counters.bytesOut} bytes in ${requests} exchanges`)
  const bare = baud === FAST ? await pingPong(url, exchanged) : null
  await wire.stop()
  await slaves.stop()
  const rate = (ms: number) => (METERS * 60_000) / ms
  const row = (what: string, reference: number, against: string): Result => ({
    what: `${baud} baud: ${what}`,
    value: rate(tookMs),
    unit: 'meters/min',
    better: 'higher',
    reference: rate(reference),
    against,
  })
  return [
    row('nightly round', totalMs, 'the least time any legal plan takes,'),
    row('nightly round', totalMs - pausesMs, 'the same without any pause,'),
    ...(bare === null ? [] : [row('nightly round', bare, 'a bare ping-pong of the same frames,')]),
    {
      what: `${baud} baud: exchanges that went wrong`,
      value: timeouts + broken + strays + lates,
      unit: `of ${requests}`,
      better: 'lower',
      reference: null,
      against: '',
    },
  ]
}

/** What a line is made of, and the emulated wire it hangs on. */
interface End {
  readonly url: SerialUrl
  readonly transport: Transport
  readonly wire: { stop(): Promise<void> }
}

/** A serial line to the line and everything above it; its bytes go through a socket. */
async function socketEnd(baud: number, port: number): Promise<End> {
  const wire = await openSocketWire(baud, port)
  const transport = transportFor({ kind: 'tcp', host: '127.0.0.1', port: wire.masterPort })
  return { url: serialUrl('/dev/emulated', baud), transport, wire }
}

async function ptyEnd(baud: number, port: number): Promise<End> {
  const wire = await openWire(baud, port)
  const url = serialUrl(wire.masterEnd, baud)
  return { url, transport: transportFor(url), wire }
}

/** Notes what goes out and how much comes back. */
function recorded(transport: Transport, exchanged: Exchanged[]): Transport {
  return {
    open: ears =>
      transport.open({
        ...ears,
        bytes(chunk) {
          const last = exchanged.at(-1)
          if (last) last.answerBytes += chunk.length
          ears.bytes(chunk)
        },
      }),
    write(bytes) {
      exchanged.push({ request: bytes.slice(), answerBytes: 0 })
      transport.write(bytes)
    },
    close: () => transport.close(),
  }
}

/** The same frames through the same bridge, by a loop that knows how long each answer will be; ms. */
async function pingPong(url: SerialUrl, exchanged: readonly Exchanged[]): Promise<number> {
  const port = new SerialPort({ path: url.path, baudRate: url.baud, parity: url.parity, autoOpen: false })
  await new Promise<void>((resolve, reject) => port.open(error => (error ? reject(error) : resolve())))
  let awaited = 0
  let come: () => void = () => undefined
  port.on('data', (chunk: Buffer) => {
    awaited -= chunk.length
    if (awaited <= 0) come()
  })
  const from = performance.now()
  for (const [index, { request, answerBytes }] of exchanged.entries()) {
    if (index > 0) await systemClock.sleep(PAUSE_MS)
    awaited = answerBytes
    const here = new Promise<void>(resolve => {
      come = resolve
    })
    port.write(request)
    await here
  }
  const tookMs = performance.now() - from
  await new Promise<void>(resolve => port.close(() => resolve()))
  return tookMs
}

export function serialUrl(path: string, baud: number): SerialUrl {
  // Ptys have no parity; the wire's pacing counts 11 bits a character all the same.
  const url = parseLineUrl(`serial://${path}?baud=${baud}&parity=none&stop=2`)
  if ('wrong' in url || url.kind !== 'serial') throw new Error(`${path} makes no line`)
  return url
}
