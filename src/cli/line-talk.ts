/** One line for one verb: opened, used, closed. */

import { type LineUrl, parseLineUrl } from '../core/line-url.ts'
import type {
  Call,
  Conversation,
  Driver,
  Point,
  ReadResult,
  Refusal,
  Request,
  Traits,
} from '../driver-api/driver.ts'
import type { Pass } from '../line/guard/pass.ts'
import { type Conversed, type Line, PRIORITY } from '../line/line.ts'
import { hexWithout, secretsOf } from '../line/secrets.ts'
import { openLine } from './one-line.ts'
import type { Terminal } from './verb.ts'
import { Stopped, WrongUse } from './verb.ts'

/** A line to talk to one meter after another on. */
export interface LineTalk {
  readonly line: Line
  callTo(address: string, traits: Traits): Call
  /** Whether the verb was told to end. */
  isStopped(): boolean
  /** Whether two different answers came to one question: no value of this meter is to be trusted. */
  isContradicted(address: string): boolean
  /** Rejects with Stopped where the verb was told to end before the first request. What is no read leaves by its pass only. */
  hold<Result>(
    driver: Driver,
    address: string,
    conversation: Conversation<Result>,
    pass?: Pass,
  ): Promise<Conversed<Result>>
  /**
   * Reads points. A meter may be silent to the first of them only: where nothing is answered they are read once more,
   * beginning with what any meter answers. Only reads are ever said twice.
   */
  read(driver: Driver, call: Call, points: readonly Point[]): Promise<Conversed<ReadResult>>
}

export async function withLine<Result>(
  url: LineUrl,
  replyWithinMs: number | null,
  io: Terminal,
  use: (talk: LineTalk) => Promise<Result>,
  options: { readonly isOurs?: boolean } = {},
): Promise<Result> {
  const { signal } = io
  if (signal.aborted) throw new Stopped()
  const line = await openLine(url, replyWithinMs, options)
  const doubted = new Set<string>()
  const isContradicted = (address: string) => line.contradictedAt(address) !== null
  const hold: LineTalk['hold'] = async (driver, address, conversation, pass) => {
    if (signal.aborted) throw new Stopped()
    const talked = await line.converse({
      driver,
      conversation: untilStopped(conversation, signal),
      priority: PRIORITY.onDemand,
      meter: address,
      retries: { silent: 1, silentOnceAnswered: 1, damaged: 2 },
      pass,
    })
    if (isContradicted(address) && !doubted.has(address))
      io.err(`${address}: two different answers came to one question: ${CONTRADICTED}`)
    if (isContradicted(address)) doubted.add(address)
    return talked
  }
  try {
    return await use({
      line,
      isStopped: () => signal.aborted,
      isContradicted,
      callTo: (address, traits) => ({
        address,
        sequence: line.sequence,
        traits,
        refusedBefore: new Set<string>(),
        doubt: line.doubtOf(address),
      }),
      hold,
      read: async (driver, call, points) => {
        const first = await hold(driver, call.address, driver.read(call, points))
        if (signal.aborted || !isAllSilence(first)) return first
        const again = await hold(driver, call.address, driver.read({ ...call, silentBefore: 1 }, points))
        return { ...again, exchanges: [...first.exchanges, ...again.exchanges] }
      },
    })
  } finally {
    await line.stop()
  }
}

function isAllSilence({ fault, exchanges }: Conversed<unknown>): boolean {
  return fault?.code === 'LINE_SILENT' && exchanges.every(({ frame }) => frame === null)
}

const CONTRADICTED =
  'two meters of one address, or a collision; nothing read of it is to be trusted. meterd scan --from its address tells'

/** Told to end, it hears out what was asked, and begins and repeats no further request. */
function* untilStopped<Result>(
  conversation: Conversation<Result>,
  signal: AbortSignal,
): Conversation<Result> {
  let step = conversation.next()
  while (!step.done) {
    if (signal.aborted) step.value.stayed?.(TOLD_TO_END)
    const answer = signal.aborted ? null : yield askedOnceStopped(step.value, signal)
    step = conversation.next(answer)
  }
  return step.value
}

const TOLD_TO_END: Refusal = { code: 'LINE_CLOSED', text: 'stopped before it was sent' }

/** The same request: its bytes are made no sooner; once told to end it is not begun any more, nor repeated. */
function askedOnceStopped(request: Request, signal: AbortSignal): Request {
  const whyStay = () => (signal.aborted ? TOLD_TO_END : (request.whyStay?.() ?? null))
  return Object.defineProperties({} as Request, {
    ...Object.getOwnPropertyDescriptors(request),
    safeToRepeat: { enumerable: true, get: () => request.safeToRepeat && !signal.aborted },
    whyStay: { enumerable: true, value: whyStay },
  })
}

/** The frames of a conversation for people, passwords replaced. */
export function traceTalk({ exchanges }: Conversed<unknown>, driver: Driver, io: Terminal): void {
  for (const { request, frame, others, sentAt, receivedAt, outcome, stayed } of exchanges) {
    const shown = (bytes: Uint8Array) => hexWithout(bytes, secretsOf(bytes, driver, request))
    if (stayed) {
      io.err(`  not sent: ${stayed.text} (${outcome})`)
      continue
    }
    io.err(`> ${shown(request.bytes)}`)
    for (const other of others) io.err(`  ${other.outcome}: ${other.reply ? shown(other.reply) : ''}`)
    if (outcome === 'sent') io.err('  to all; nobody answers')
    else
      io.err(
        frame
          ? `< ${shown(frame.bytes)}  (${(receivedAt ?? sentAt) - sentAt} ms)`
          : `  no answer (${outcome})`,
      )
  }
}

/** Options in words, or WrongUse. */
export function lineAsked(
  urlText: string | undefined,
  within: string | undefined,
): {
  readonly url: LineUrl
  readonly withinMs: number | null
} {
  if (urlText === undefined) throw new WrongUse('--line is missing')
  const url = parseLineUrl(urlText)
  if ('wrong' in url) throw new WrongUse(url.wrong)
  const withinMs = within === undefined ? null : Number(within)
  if (withinMs !== null && !(withinMs >= 1 && withinMs <= 600_000))
    throw new WrongUse('--within is a number of milliseconds up to 600000')
  return { url, withinMs }
}
