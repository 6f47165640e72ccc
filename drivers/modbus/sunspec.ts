/**
 * SunSpec models: found by walking the chain from its mark ("SunS") over the id and length of each model to FFFF, read
 * from their own header on. Where a model begins is remembered (`sunspec:203@40069`); a chain that has moved shows
 * itself in the header and is walked again (SunSpec Information Model Specification V1.9, clause 6).
 */

import type { Call, Conversation, Frame, Point } from '../../src/driver-api/driver.ts'
import { askPdu, exceptionIn, noteUnheard } from './ask.ts'
import { parseEncoding, scaleFactorAt } from './encodings.ts'
import { type Framing, questionPdu, wordAt } from './framing.ts'
import { type Located, type Models, modelsText } from './items.ts'
import { planSpans } from './spans.ts'
import { type Answered, askSpans, type Taken } from './spans-asked.ts'

const READ_HOLDING = 3
/** Where chains begin, the usual place first. */
const BASES: readonly number[] = [40_000, 50_000, 0]
const MARK = [0x5375, 0x6e53] as const
const END = 0xffff
const MOST_MODELS = 200
/** A chain that moves at every look is walked at every look, and no former place of it is tried but the last ones. */
const REMEMBERED_TRIED = 2
const LAST_ADDRESS = 0xffff
/** Id and length. */
const HEADER = 2
const HEADER_POINT: Point = {
  obis: '',
  item: 'sunspec',
  place: 0,
  encoding: 'u32',
  unit: '',
  name: 'model id and length',
}
const FACTOR_POINT: Point = { ...HEADER_POINT, encoding: 's16', name: 'scale factor' }
/** Models have no holes that may not be read. */
const ANY_HOLE = 124

interface Model {
  readonly id: number
  /** Where its id stands. */
  readonly start: number
  /** Registers behind the header. */
  readonly length: number
}

/** What one device has of these models goes into `taken` under addresses of its own. */
export function* readModels(
  framing: Framing,
  call: Call,
  points: readonly Located[],
  taken: Taken,
): Conversation<void> {
  for (const group of groupsOf(points)) {
    const goesOn = yield* readGroup(framing, call, group, taken)
    if (!goesOn) return
  }
}

function groupsOf(points: readonly Located[]): readonly (readonly Located[])[] {
  const groups = Map.groupBy(points, ({ models }) => (models === null ? '' : modelsText(models)))
  return [...groups.values()]
}

function* readGroup(
  framing: Framing,
  call: Call,
  points: readonly Located[],
  taken: Taken,
): Conversation<boolean> {
  const models = points[0]?.models
  if (!models) return true
  for (const model of rememberedIn(call.refusedBefore, models)) {
    const outcome = yield* readModel(framing, call, model, points, taken)
    if (outcome !== 'moved') return outcome === 'read'
  }
  const found = yield* walk(framing, call, models)
  if (found === null) return false
  if ('text' in found) {
    for (const { point } of points)
      taken.reads.push({
        point,
        frames: found.frames,
        refused: { code: 'METER_NO_DATA', text: found.text },
      })
    return true
  }
  taken.refused.push(`sunspec:${found.id}@${found.start}`)
  const outcome = yield* readModel(framing, call, found, points, taken)
  return outcome === 'read'
}

/** What was remembered last comes first. */
function rememberedIn(remembered: ReadonlySet<string>, { from, to }: Models): readonly Model[] {
  return [...remembered]
    .map(text => /^sunspec:(\d{1,5})@(\d{1,5})$/.exec(text))
    .filter(match => match !== null)
    .map(([, id, start]) => ({ id: Number(id), start: Number(start), length: LAST_ADDRESS }))
    .filter(({ id }) => id >= from && id <= to)
    .slice(-REMEMBERED_TRIED)
    .reverse()
}

/** `moved`: another model, or nothing, begins there now. */
function* readModel(
  framing: Framing,
  call: Call,
  model: Model,
  points: readonly Located[],
  taken: Taken,
): Conversation<'read' | 'moved' | 'silent'> {
  const { start } = model
  const asked: Located[] = [at(HEADER_POINT, start)]
  for (const { encoding } of points)
    if (encoding.factorAt !== null) asked.push(at(FACTOR_POINT, start + encoding.factorAt))
  const values = points.map(located => ({ ...located, address: start + located.address, models: null }))
  const traits = { ...call.traits, maxHole: ANY_HOLE, wholeValues: false }
  const spans = planSpans([...asked, ...values], traits, new Set())
  const mine: Taken = { answers: [], reads: [], refused: [], unanswered: null, isBusy: taken.isBusy }
  const goesOn = yield* askSpans(framing, { ...call, traits }, spans, mine)
  taken.unanswered ??= mine.unanswered
  taken.isBusy ||= mine.isBusy
  const length = headerLength(framing, model, mine.answers)
  if (length === null) return goesOn && !mine.isBusy && !mine.unanswered ? 'moved' : endOf(mine, taken)
  taken.refused.push(...mine.refused)
  taken.reads.push(...mine.reads.filter(({ point }) => point !== HEADER_POINT && point !== FACTOR_POINT))
  for (const { span, frame } of mine.answers) {
    const wanted = span.points.filter(({ point }) => point !== HEADER_POINT && point !== FACTOR_POINT)
    const held = wanted.filter(located => {
      const why = whyNotHeld(framing, start, length, located, mine.answers)
      if (why !== null) taken.reads.push({ point: located.point, frames: [frame], refused: why })
      return why === null
    })
    const scaled = held.map(located => withFactor(framing, start, located, mine.answers))
    taken.answers.push({ span: { ...span, points: scaled }, frame })
  }
  return goesOn ? 'read' : 'silent'
}

function endOf(mine: Taken, taken: Taken): 'silent' {
  taken.reads.push(...mine.reads.filter(({ point }) => point !== HEADER_POINT && point !== FACTOR_POINT))
  return 'silent'
}

/** Registers behind the header; null when another model begins here, or nobody can say. */
function headerLength(framing: Framing, { id, start }: Model, answers: readonly Answered[]): number | null {
  const said = registerIn(framing, answers, start)
  const length = registerIn(framing, answers, start + 1)
  return said === id && length !== null ? length : null
}

function whyNotHeld(
  framing: Framing,
  start: number,
  length: number,
  { address, encoding }: Located,
  answers: readonly Answered[],
) {
  if (address + encoding.registers > start + HEADER + length)
    return {
      code: 'METER_NO_DATA',
      text: `this device's model ends after ${length} registers`,
    } as const
  if (encoding.factorAt === null) return null
  const factor = factorOf(framing, start + encoding.factorAt, answers)
  if (factor === null) return { code: 'METER_NO_DATA', text: 'its scale factor was not answered' } as const
  return typeof factor === 'number' ? null : factor
}

/** The same with the scale factor of this device in its encoding. */
function withFactor(
  framing: Framing,
  start: number,
  located: Located,
  answers: readonly Answered[],
): Located {
  const { encoding } = located
  if (encoding.factorAt === null) return located
  const factor = factorOf(framing, start + encoding.factorAt, answers)
  const scaler = encoding.scaler + (typeof factor === 'number' ? factor : 0)
  return { ...located, encoding: { ...encoding, scaler, factorAt: null } }
}

function factorOf(framing: Framing, address: number, answers: readonly Answered[]) {
  const word = registerIn(framing, answers, address)
  return word === null ? null : scaleFactorAt(Uint8Array.of(word >> 8, word & 0xff), 0)
}

function registerIn(
  { plain, codeAt }: Framing,
  answers: readonly Answered[],
  address: number,
): number | null {
  const holder = answers.find(({ span }) => span.address <= address && address < span.address + span.quantity)
  return holder ? wordAt(plain(holder.frame.bytes), codeAt + 2 + 2 * (address - holder.span.address)) : null
}

function at(point: Point, address: number): Located {
  const encoding = parseEncoding(point.encoding)
  if ('wrong' in encoding) throw new Error(`broken promise: ${encoding.wrong}`)
  return { point, code: READ_HOLDING, address, models: null, encoding }
}

/** Null when the device fell silent. */
function* walk(
  framing: Framing,
  call: Call,
  { from, to }: Models,
): Conversation<Model | { readonly text: string; readonly frames: readonly Frame[] } | null> {
  const frames: Frame[] = []
  for (const base of BASES) {
    // The first model's header comes along: a device that has the mark has a model.
    let words = yield* registersAt(framing, call, base, MARK.length + HEADER, frames)
    if (words === null) return null
    if (words[0] !== MARK[0] || words[1] !== MARK[1]) continue
    words = words.slice(MARK.length)
    let start = base + MARK.length
    for (let count = 0; count < MOST_MODELS; count++) {
      const [id = END, length = 0] = words
      if (id === END) return { text: `this device's chain has no model ${modelsText({ from, to })}`, frames }
      if (id >= from && id <= to) return { id, start, length }
      start += HEADER + length
      if (start + HEADER > LAST_ADDRESS) return { text: 'its chain of SunSpec models has no end', frames }
      const next = yield* registersAt(framing, call, start, HEADER, frames)
      if (next === null) return null
      words = next
    }
    return { text: 'its chain of SunSpec models has no end', frames }
  }
  return { text: `no SunSpec mark at ${BASES.join(', ')}`, frames }
}

/** Empty when they are refused, null on silence or where nothing is answered now. */
function* registersAt(
  framing: Framing,
  call: Call,
  address: number,
  quantity: number,
  frames: Frame[],
): Conversation<readonly number[] | null> {
  const frame = yield* askPdu(framing, call, questionPdu(READ_HOLDING, address, quantity))
  if (frame === null) return null
  frames.push(frame)
  const exception = exceptionIn(framing, frame)
  if (exception) noteUnheard(call, exception)
  // A busy device has not said that it has no chain.
  if (exception) return exception.remedy === 'again' || exception.remedy === 'later' ? null : []
  const bytes = framing.plain(frame.bytes)
  const dataAt = framing.codeAt + 2
  return Array.from({ length: quantity }, (_, place) => wordAt(bytes, dataAt + 2 * place))
}
