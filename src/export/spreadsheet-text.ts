/**
 * What spreadsheets make of a cell's text when they open a CSV: formulas, numbers (1.23457E+11 for a meter's number), dates,
 * times, truth values. Guarded is no more than that, as the guard is seen. Independent of the language the spreadsheet speaks.
 */

const FORMULA = /^[=+\-@\t\r]/
/** Digits and what stands between them in numbers, amounts, shares, dates and times. */
const OF_NUMBERS = /^[\d.,:/\-+()%'’$€£¥\s]*$/u
/** An exponent, the halves of a day, and what ISO 8601 and Chinese put between digits. */
const BESIDE_DIGITS = /(?<=[\d.])e(?=[+-]?\d)|(?<=\d\s*)[ap]m$|(?<=\d\s+)[ap]$|(?<=\d)(t(?=\d)|z$)/g
const OF_TIMES = /[年月日时時点點分秒]|[上下]午/gu
const TRUTHS = new Set(
  'true false wahr falsch vrai faux verdadero falso vero verdadeiro waar onwaar prawda fałsz истина ложь'.split(
    ' ',
  ),
)

/** English, German, French, Spanish, Portuguese, Italian, Dutch, Russian; abbreviated they begin so, or are listed too. */
const MONTHS = [
  'january february march april may june july august september october november december',
  'januar jänner februar märz mrz mai juni juli oktober dezember',
  'janvier février fevrier mars avril juin juillet août aout septembre octobre novembre décembre decembre',
  'enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre',
  'janeiro fevereiro março marco maio junho julho setembro outubro novembro dezembro',
  'gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre',
  'januari februari maart mrt april mei augustus',
  'январь января февраль февраля март марта апрель апреля май мая июнь июня июль июля август августа',
  'сентябрь сентября октябрь октября ноябрь ноября декабрь декабря',
].flatMap(names => names.split(' '))
const LEAST_LETTERS = 3

/** True where a spreadsheet would not show the text as it stands. */
export function isMoreThanText(value: string): boolean {
  // As they read it: full-width letters and digits as narrow ones.
  const text = value.normalize('NFKC')
  const plain = text.trim().toLowerCase()
  if (FORMULA.test(text) || FORMULA.test(plain) || TRUTHS.has(plain)) return true
  if (!/\d/.test(plain)) return false
  const rest = plain.replaceAll(BESIDE_DIGITS, ' ').replaceAll(OF_TIMES, ' ')
  return OF_NUMBERS.test(rest.replaceAll(/\p{L}+/gu, word => (isMonth(word) ? ' ' : word)))
}

function isMonth(word: string): boolean {
  return word.length >= LEAST_LETTERS && MONTHS.some(name => name.startsWith(word))
}
