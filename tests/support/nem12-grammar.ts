/**
 * NEM12 as a grammar: each kind of record one expression, their order another, and what spans records counted. Written apart
 * from `src/export/nem12-*.ts`, by other means, so that each is a witness of the other.
 */

const DATE = String.raw`(?!00)\d{4}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])`
const CLOCK = String.raw`(?:[01]\d|2[0-3])[0-5]\d`
const TIME = String.raw`${DATE}${CLOCK}[0-5]\d`
const PAIR = '[A-HJ-NP-Z][0-9A-HJ-NP-Z]'
const WORDS = '[ !#-+--~]{0,240}'
const GIVEN = '(?=[^,]*[^ ,])[ !#-+--~]{1,240}'
const METHOD = '(?:1[1-57-9]|2[0-5]|5[1-8])'
const NOT_ZERO = String.raw`(?:[1-9]\d?)`

const ACTUAL = `A,(?:|61|79|89),${WORDS}`
const NULL = `N,(?:(?:|${NOT_ZERO}),${WORDS}|0,${GIVEN})`
const ESTIMATE = `E${METHOD},(?:(?:|${NOT_ZERO}),${WORDS}|0,${GIVEN})`
const SUBSTITUTE = `[FS]${METHOD},(?:${NOT_ZERO},${WORDS}|0,${GIVEN})`
const ONE = `(?:${ACTUAL}|${NULL}|${ESTIMATE}|${SUBSTITUTE})`
const VALUE = String.raw`(?:\d+(?:\.\d+)?|\.\d+)`

const HEADER = new RegExp(`^100,NEM12,${DATE}${CLOCK},[0-9A-Za-z]{1,10},[0-9A-Za-z]{1,10}$`)
const DETAILS = new RegExp(
  `^200,([0-9A-Z]{10}),((?:${PAIR})+),[ !#-+--~]{0,10},(${PAIR}),(?:[0-9A-Z]{2})?,[0-9A-Za-z]{0,12},([A-Za-z]+),(5|15|30),(?:${DATE})?$`,
)
const PART = new RegExp(`^400,([1-9]\\d{0,3}),([1-9]\\d{0,3}),(${ONE})$`)
const READ = new RegExp(`^500,[ACDEGNORS],[ !#-+--~]{0,15},${TIME},\\d{1,15}$`)
const UNIT = /^([kKmM]?(WH|VARH|VAH|W|VAR|VA)|[kK]?[VA]|PF)$/i

function dayOf(count: number): RegExp {
  const update = `(?:(?:V,,|${ACTUAL}|${ESTIMATE}|${SUBSTITUTE}),${TIME}|${NULL},(?:${TIME})?)`
  return new RegExp(`^300,(${DATE}),(${VALUE}(?:,${VALUE}){${count - 1}}),(${update}),(?:${TIME})?$`)
}

const DAYS = new Map([5, 15, 30].map(length => [String(length), dayOf(1440 / length)]))

/** Whether it is a file of the grammar. */
export function isNem12(text: string): boolean {
  const end = text.includes('\r\n') ? '\r\n' : '\n'
  const whole = text.endsWith(end) ? text : `${text}${end}`
  const lines = whole.slice(0, -end.length).split(end)
  if (lines.some(line => /[\r\n]/.test(line))) return false
  const order = lines.map(line => line.split(',')[0]).join(' ')
  if (!/^100( 200( 300( 400)*( 500)*)+)+ 900$/.test(order)) return false
  if (!HEADER.test(lines[0] ?? '') || lines.at(-1) !== '900') return false
  if (lines.some(line => [...line.matchAll(/(?<=,)(\d{8})(\d{4}|\d{6})?(?=,|$)/g)].some(isNoDay(line))))
    return false
  return blocksOf(lines).every(isBlock) && areInOrder(blocksOf(lines))
}

/** Dates that no calendar has, such as 30 February, where a date stands. */
function isNoDay(line: string): (match: RegExpExecArray) => boolean {
  return ({ index, 1: date = '' }) => {
    const place = line.slice(0, index).split(',').length
    const fields = line.split(',')
    const isDate =
      (line.startsWith('100') && place === 3) ||
      (line.startsWith('200') && place === 10) ||
      (line.startsWith('300') && (place === 2 || place > fields.length - 2)) ||
      (line.startsWith('500') && place === 4)
    const day = Number(date.slice(6))
    return (
      isDate && day > new Date(Date.UTC(Number(date.slice(0, 4)), Number(date.slice(4, 6)), 0)).getUTCDate()
    )
  }
}

type Block = readonly string[]

function blocksOf(lines: readonly string[]): readonly Block[] {
  const blocks: string[][] = []
  for (const line of lines.slice(1, -1))
    if (line.startsWith('200')) blocks.push([line])
    else blocks.at(-1)?.push(line)
  return blocks
}

function isBlock([details = '', ...rest]: Block): boolean {
  const match = DETAILS.exec(details)
  if (!match) return false
  const [, , configuration = '', suffix = '', unit = '', length = ''] = match
  const suffixes: readonly string[] = configuration.match(/../g) ?? []
  const energy = /^[EB]/.test(suffix) ? /^[KM]?WH$/i : /^[QK]/.test(suffix) ? /^[KM]?VARH$/i : UNIT
  const isNamed = suffixes.includes(suffix) && new Set(suffixes).size === suffixes.length
  if (!isNamed || configuration.length > 240 || !UNIT.test(unit) || !energy.test(unit)) return false
  const days = rest.join('\n').split(/\n(?=300,)/)
  return days.every(day => isDay(day.split('\n'), length))
}

function isDay([head = '', ...rest]: readonly string[], length: string): boolean {
  const match = DAYS.get(length)?.exec(head)
  if (!match) return false
  const [, , values = '', told = ''] = match
  const parts = rest.filter(line => line.startsWith('400')).map(line => PART.exec(line))
  if (!rest.filter(line => line.startsWith('500')).every(line => READ.test(line))) return false
  if (parts.some(part => part === null)) return false
  const spans = parts.map(part => ({
    from: Number(part?.[1]),
    to: Number(part?.[2]),
    quality: part?.[3] ?? '',
  }))
  const known = spans.length === 0 ? [{ from: 1, to: 1440 / Number(length), quality: told }] : spans
  if (spans.length === 0 ? told.startsWith('V') : !/^[VA]/.test(told)) return false
  if (told.startsWith('A') && known.some(({ quality }) => !quality.startsWith('A'))) return false
  const covered = known.flatMap(({ from, to }) =>
    Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at),
  )
  if (covered.some((interval, at) => interval !== at + 1) || covered.length !== 1440 / Number(length))
    return false
  const nulls = known.filter(({ quality }) => quality.startsWith('N'))
  const zeros = values.split(',').map(value => /^[0.]*$/.test(value))
  return nulls.every(({ from, to }) => zeros.slice(from - 1, to).every(Boolean))
}

/** Registers of a point and day together, with one configuration; each day of a register once and in order. */
function areInOrder(blocks: readonly Block[]): boolean {
  const heads = blocks.map(([details = '']) => details.split(','))
  const runs = heads.map(
    (_, at) => heads.slice(0, at + 1).filter(([, nmi], of, all) => nmi !== all[of - 1]?.[1]).length,
  )
  const named = new Set(heads.map(([, , all], at) => `${runs[at]} ${all}`))
  if (named.size !== new Set(runs).size) return false
  const days = blocks.map(lines =>
    lines.filter(line => line.startsWith('300')).map(line => line.slice(4, 12)),
  )
  const all = days.flatMap((dates, at) => dates.map(date => `${heads[at]?.[1]} ${heads[at]?.[4]} ${date}`))
  const ofPoints = days.flatMap((dates, at) =>
    dates.map(date => [`${heads[at]?.[1]} ${date}`, runs[at]] as const),
  )
  const apart = ofPoints.some(([day, run]) => ofPoints.some(([other, its]) => other === day && its !== run))
  return (
    !apart &&
    new Set(all).size === all.length &&
    days.every(dates => dates.join() === dates.toSorted().join())
  )
}
