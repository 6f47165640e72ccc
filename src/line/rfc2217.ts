/** A serial port behind a server that takes its settings over the connection (RFC 2217), as a transport. */

import { type Clock, within } from '../core/clock.ts'
import { Fault } from '../core/faults.ts'
import { characterMs, type Rfc2217Url, type SerialSettings, settingsText } from '../core/line-url.ts'
import {
  comPortAnswer,
  confirmationsOf,
  createTelnetReader,
  dataBytes,
  PURGED,
  purgeBytes,
  settingBytes,
  type TelnetCommand,
} from './telnet.ts'
import { createTelnetOptions } from './telnet-options.ts'
import type { Transport, TransportEars } from './transport.ts'

/** Servers answer within a round trip, some of them late, and some never (links: sredird, Moxa). */
const ANSWERS_WITHIN_MS = 3_000
/** A server may take new settings before or after what it still holds: it is left to send that, and to settle, ms. */
const SETTLES_MS = 50

/** What a server has yet to confirm, by command. */
interface Confirming {
  readonly left: Map<number, number>
  /** Commands it answered with another value than was asked. */
  readonly differing: Map<number, number>
  readonly done: () => void
}

/** One connection: all that is known of it goes with it. */
interface Connection {
  readonly reader: ReturnType<typeof createTelnetReader>
  readonly options: ReturnType<typeof createTelnetOptions>
  readonly ears: TransportEars
  /** What comes before the port is set as asked was heard at some other speed, and is nobody's. */
  isSet: boolean
  /** False once the server kept silent: it is not waited for a second time. */
  confirms: boolean
  confirming: Confirming | null
  /** Told when the server says whether it takes settings, and when the connection ends. */
  hasSaid: () => void
  lost: string | null
  settings: SerialSettings
  /** When what was written last has left the port, as far as its speed tells. */
  leftAt: number
}

export function createRfc2217Transport(url: Rfc2217Url, socket: Transport, clock: Clock): Transport {
  let connection: Connection | null = null

  function heard(on: Connection, bytes: Uint8Array): void {
    const { data, commands } = on.reader.read(bytes)
    for (const command of commands) obey(on, command)
    if (data.length > 0 && on.isSet) on.ears.bytes(data)
  }

  function obey(on: Connection, command: TelnetCommand): void {
    const answer = on.options.answer(command)
    if (answer) socket.write(answer)
    if (on.options.takesSettings !== null) on.hasSaid()
    const said = comPortAnswer(command)
    const asked = said && on.confirming?.left.get(said.command)
    if (!said || !on.confirming || asked === null || asked === undefined) return
    const { left, differing, done } = on.confirming
    left.delete(said.command)
    if (asked !== said.value) differing.set(said.command, said.value)
    if (left.size === 0) done()
  }

  function closed(on: Connection, why: string, byPeer?: boolean): void {
    on.lost = why
    on.hasSaid()
    on.confirming?.done()
    if (on.isSet) on.ears.closed(why, byPeer)
  }

  /** Until the server has said whether it takes settings, or has had its time to. */
  async function negotiate(on: Connection): Promise<void> {
    const said = new Promise<void>(resolve => {
      on.hasSaid = resolve
    })
    socket.write(on.options.opening)
    await within(clock, ANSWERS_WITHIN_MS, said)
    if (on.lost !== null) throw refused(on.lost)
    if (on.options.takesSettings === false)
      throw refused('it takes no settings (COM-PORT refused); set them in the server and write tcp://')
  }

  /** Until the server has said what is in force, or has had its time to; rejects where that is something else. */
  async function apply(on: Connection, settings: SerialSettings, purges: boolean): Promise<void> {
    const { promise, resolve: done } = Promise.withResolvers<void>()
    const wanted = confirmationsOf(settings)
    const asked = { left: new Map(purges ? [...wanted, PURGED] : wanted), differing: new Map(), done }
    on.confirming = asked
    socket.write(settingBytes(settings))
    if (purges) socket.write(purgeBytes())
    if (on.confirms) await within(clock, ANSWERS_WITHIN_MS, promise)
    on.confirming = null
    if (on.lost !== null) throw refused(on.lost)
    const others = [...wanted.keys()].filter(command => asked.differing.has(command))
    if (others.length > 0) throw refused(`its port does not take ${settingsText(settings)}`)
    on.confirms &&= ![...wanted.keys()].some(command => asked.left.has(command))
    on.settings = settings
    await clock.sleep(SETTLES_MS)
  }

  function refused(why: string): Fault {
    return new Fault('LINE_UNREACHABLE', `rfc2217://${url.host}:${url.port}: ${why}`)
  }

  function warn({ options, confirms, ears }: Connection): void {
    const port = `rfc2217://${url.host}:${url.port}`
    if (!confirms)
      ears.warned?.(`${port} does not say which settings are in force; is its port at ${settingsText(url)}?`)
    else if (options.refusesBinary)
      ears.warned?.(`${port} does not promise to carry 8 bits (BINARY refused); answers may be damaged`)
  }

  return {
    async open(ears) {
      const on: Connection = {
        reader: createTelnetReader(),
        options: createTelnetOptions(),
        ears,
        isSet: false,
        confirms: true,
        confirming: null,
        hasSaid: () => undefined,
        lost: null,
        settings: url,
        leftAt: Number.NEGATIVE_INFINITY,
      }
      await socket.open({ bytes: bytes => heard(on, bytes), closed: (...how) => closed(on, ...how) })
      await negotiate(on)
      await apply(on, url, true)
      if (on.lost !== null) throw refused(on.lost)
      on.isSet = true
      connection = on
      warn(on)
    },
    write(bytes) {
      if (!connection) return
      connection.leftAt = clock.monotonic() + bytes.length * characterMs(connection.settings)
      socket.write(dataBytes(bytes))
    },
    async set(settings) {
      const on = connection
      if (!on) throw refused('the connection is closed')
      await clock.sleep(Math.max(0, Math.ceil(on.leftAt + SETTLES_MS - clock.monotonic())))
      await apply(on, settings, false)
    },
    unsent: () => socket.unsent?.() ?? 0,
    drop: () => socket.drop?.(),
    close() {
      connection = null
      return socket.close()
    },
  }
}
