/** `meterd profile doctor`: a profile tried on a live meter, so that a wrong one is seen before it is used. */

import { parseArgs } from 'node:util'
import type { Look } from '../commission/looks.ts'
import { type Expected, judge } from '../commission/plausibility.ts'
import { remediesOf, VARIATIONS, type Variation, varied } from '../commission/variations.ts'
import { protocolOn } from '../config/meters.ts'
import { parseRatio } from '../config/quantities.ts'
import { systemClock } from '../core/clock.ts'
import { type Failure, Fault } from '../core/faults.ts'
import { toHex } from '../core/hex.ts'
import { formatScaled } from '../core/scaled.ts'
import type { Conversation, Driver, Frame } from '../driver-api/driver.ts'
import type { Point, Profile } from '../driver-api/profile.ts'
import type { Exchange } from '../line/asker.ts'
import { besidePoints } from './beside-points.ts'
import { type LineTalk, lineAsked, traceTalk, withLine } from './line-talk.ts'
import { whileOurs } from './one-line.ts'
import { type Diagnosis, type Stacks, tellDiagnosis, tellFirst } from './profile-diagnosis.ts'
import { profileNamed } from './profile-named.ts'
import { answerText, type BothAnswers, bothAnswers, SECOND_STACK, type SecondLook } from './second-opinion.ts'
import { whatToCheck } from './silent-meter.ts'
import { BAD_CONFIG, STOPPED, type Terminal, WrongUse } from './verb.ts'

interface Asked {
  readonly profile: Profile
  readonly driver: Driver
  readonly address: string
  readonly url: ReturnType<typeof lineAsked>['url']
  readonly withinMs: number | null
  readonly againMs: number
  readonly expected: Expected
  readonly trace: boolean
}

const USUAL_AGAIN_S = 10
const MOST_AGAIN_S = 86_400

export async function doctor(argv: readonly string[], io: Terminal): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      line: { type: 'string' },
      address: { type: 'string' },
      ascii: { type: 'boolean', default: false },
      volts: { type: 'string' },
      amperes: { type: 'string' },
      ct: { type: 'string' },
      vt: { type: 'string' },
      serial: { type: 'string' },
      again: { type: 'string' },
      within: { type: 'string' },
      trace: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const [name, ...more] = positionals
  if (name === undefined || more.length > 0) throw new WrongUse('give one FILE or NAME')
  const { url, withinMs } = lineAsked(values.line, values.within)
  if (values.address === undefined) throw new WrongUse('--address is missing')
  const found = await profileNamed(name, io)
  if (found === null) return BAD_CONFIG
  const protocol = protocolOn(values.ascii ? { url, modbus: 'ascii' } : { url }, found.profile)
  const driver = found.drivers.get(protocol)
  if (!driver || (url.kind === 'modbus-tcp') !== (protocol === 'modbus-tcp'))
    throw new WrongUse(
      `the profile ${found.profile.profile} speaks ${protocol}, which a ${url.kind}:// line does not carry`,
    )
  const checked = driver.checkAddress(values.address)
  if ('wrong' in checked) throw new WrongUse(checked.wrong)
  const { nameplate } = found.profile
  const profile = {
    ...found.profile,
    nameplate: {
      ...nameplate,
      volts: numberIn(values.volts, '--volts') ?? nameplate.volts,
      amperes: numberIn(values.amperes, '--amperes') ?? nameplate.amperes,
    },
  }
  const again = numberIn(values.again, '--again') ?? USUAL_AGAIN_S
  if (again > MOST_AGAIN_S) throw new WrongUse(`--again ${again}: at most ${MOST_AGAIN_S} seconds`)
  const expected = {
    ...(values.serial === undefined ? {} : { serialNumber: values.serial }),
    ...(values.ct === undefined ? {} : { currentRatio: ratioIn(values.ct, '--ct') }),
    ...(values.vt === undefined ? {} : { voltageRatio: ratioIn(values.vt, '--vt') }),
  }
  const asked = {
    profile,
    driver,
    address: checked.address,
    url,
    withinMs,
    againMs: again * 1000,
    expected,
    trace: values.trace,
  }
  const diagnosis = await whileOurs(url, () => diagnose(asked, io))
  const fits = tellDiagnosis(diagnosis, values.json, io)
  if (io.signal.aborted) return STOPPED
  return fits ? 0 : 1
}

function numberIn(text: string | undefined, option: string): number | null {
  if (text === undefined) return null
  if (!/^\d{1,6}(\.\d{1,3})?$/.test(text) || Number(text) === 0)
    throw new WrongUse(`${option} ${text}: write a number above 0`)
  return Number(text)
}

function ratioIn(text: string, option: string): string {
  const ratio = parseRatio(text)
  if (ratio === null) throw new WrongUse(`${option} ${text}: write 200/5 or 40`)
  return formatScaled(ratio)
}

/**
 * Reads, asks the second stack, waits, reads again; where a check fails, everything that might be meant instead too. The
 * line is opened each time, since the second stack opens it for itself, and is ours throughout.
 */
async function diagnose(asked: Asked, io: Terminal): Promise<Diagnosis> {
  const { profile, expected, url, driver, againMs } = asked
  const refused = new Map<string, Set<string>>()
  const first = await withLine(
    url,
    asked.withinMs,
    io,
    talk => lookAround(asked, talk, refused, false, io),
    OURS,
  )
  const once = {
    profile,
    looks: [first.look],
    judgement: judge(profile, [first.look], expected),
    others: new Map(),
    remedies: [],
    stacks: null,
    fault: first.fault,
    toCheck: whatToCheck(url, driver),
  }
  if (first.look.reads.length === 0) return once
  tellFirst(first.look, io)
  const theirs =
    SECOND_STACK.has(driver.protocol) && url.kind !== 'rfc2217'
      ? await bothAnswers(url, first.exchanges, asked.withinMs ?? driver.timing.replyWithinMs, io.signal)
      : null
  const at = url.kind === 'modbus-tcp' ? 6 : 0
  if (!io.signal.aborted) io.err(`read once; again in ${againMs / 1000} s, to see what moves`)
  await systemClock.sleep(againMs, io.signal)
  const stacksWith = (later: readonly Exchange[]) => theirs && compared(theirs, later, at)
  if (io.signal.aborted) return { ...once, fault: { code: 'LINE_CLOSED', text: 'stopped' } }
  const second = await lookAgain(asked, refused, first.look, io)
  if ('code' in second || second.look.reads.length === 0) {
    const fault = 'code' in second ? second : second.fault
    return { ...once, stacks: stacksWith([]), fault }
  }
  const looks = [first.look, second.look]
  const { others } = second
  return {
    ...once,
    looks,
    judgement: judge(profile, looks, expected),
    others,
    remedies: remediesOf(profile, looks, others, expected),
    stacks: stacksWith(second.exchanges),
    fault: null,
  }
}

const OURS = { isOurs: true }

/** A line lost meanwhile is no reason to forget what was seen before. */
async function lookAgain(
  asked: Asked,
  refused: Map<string, Set<string>>,
  before: Look,
  io: Terminal,
): Promise<Around | Failure> {
  try {
    return await withLine(
      asked.url,
      asked.withinMs,
      io,
      talk => lookAround(asked, talk, refused, true, io, before),
      OURS,
    )
  } catch (error) {
    if (error instanceof Fault) return { code: error.code, text: error.text }
    throw error
  }
}

interface Around {
  readonly look: Look
  readonly exchanges: readonly Exchange[]
  readonly fault: Failure | null
  readonly others: ReadonlyMap<Variation, readonly Look[]>
}

async function lookAround(
  asked: Asked,
  talk: LineTalk,
  refused: Map<string, Set<string>>,
  isLast: boolean,
  io: Terminal,
  before?: Look,
): Promise<Around> {
  const { profile, driver, address, expected } = asked
  const heard = new Map<string, Frame>()
  const read = async (each: Profile, key: string) => {
    const known = refused.get(key) ?? new Set<string>()
    refused.set(key, known)
    const call = { ...talk.callTo(address, each.traits), refusedBefore: known }
    const talked = await talk.hold(driver, address, remembering(driver.read(call, pointsOf(each)), heard))
    for (const one of talked.result.refused) known.add(one)
    if (asked.trace) traceTalk(talked, driver, io)
    return talked
  }
  const talked = await read(profile, '')
  const look = { at: systemClock.now(), reads: talked.result.reads }
  const others = new Map<Variation, readonly Look[]>()
  const around = { look, exchanges: talked.exchanges, fault: talked.fault, others }
  if (!isLast || look.reads.length === 0) return around
  const looks = before ? [before, look] : [look]
  const hasFailed = [...judge(profile, looks, expected).standing.values()].includes('failed')
  if (!hasFailed) return around
  io.err(`a check fails; ${VARIATIONS.length} other ways to read the registers are tried`)
  for (const variation of VARIATIONS) {
    if (io.signal.aborted) break
    const instead = varied(profile, variation)
    const { result } = await read(instead, variation.label)
    const other = { at: look.at, reads: result.reads }
    others.set(
      variation,
      looks.map(() => other),
    )
  }
  return around
}

/** The same question of the same look has the same answer: other orders and scales of the registers cost no more time. */
function* remembering<Result>(
  conversation: Conversation<Result>,
  heard: Map<string, Frame>,
): Conversation<Result> {
  let step = conversation.next()
  while (!step.done) {
    const request = step.value
    const key = toHex(request.bytes)
    const frame = (request.alongside ? undefined : heard.get(key)) ?? (yield request)
    if (frame) heard.set(key, frame)
    step = conversation.next(frame)
  }
  return step.value
}

/** All that is looked at: points, and what tells of the meter itself. */
function pointsOf(profile: Profile): readonly Point[] {
  const { points, ident, serialNumber, ratios } = profile
  const about = [ident?.point, serialNumber, ratios?.current, ratios?.voltage]
  return [...points, ...about.filter(point => point !== undefined), ...besidePoints(profile)]
}

/** What the second stack heard; registers that stood still between our readings must have stood so for it in between. */
function compared({ answers, fault }: SecondLook, later: readonly Exchange[], at: number): Stacks {
  const after = new Map(
    later.flatMap(({ request, frame }) =>
      frame ? [[toHex(request.bytes.subarray(at, at + 6), ''), frame.bytes.subarray(at + 3)] as const] : [],
    ),
  )
  const isSame = ({ key, ours, theirs }: BothAnswers) => {
    if (typeof ours === 'string' || typeof theirs === 'string' || theirs === null) return ours === theirs
    const again = after.get(key)
    return (
      ours.length === theirs.length &&
      ours.every((byte, place) => byte === theirs[place] || (again !== undefined && byte !== again[place]))
    )
  }
  const heard = answers.filter(({ theirs }) => theirs !== null)
  return {
    answers: heard.length,
    differ: heard
      .filter(answer => !isSame(answer))
      .map(({ what, ours, theirs }) => `${what}: ours ${answerText(ours)}, theirs ${answerText(theirs)}`),
    unanswered: answers.filter(({ theirs }) => theirs === null).map(({ what }) => what),
    fault,
  }
}
