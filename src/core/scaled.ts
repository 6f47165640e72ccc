/** Exact numbers as meters keep them: integer digits and a power of ten, as in DLMS. Never a float. */

/** `digits × 10^scaler`: 123456.78 kWh is `{ digits: 12345678n, scaler: -2 }`. */
export interface Scaled {
  readonly digits: bigint
  readonly scaler: number
}

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/

/** Reads a decimal string such as "-12.30"; the decimals written decide the scaler. Null when it is not one. */
export function parseScaled(text: string): Scaled | null {
  const match = DECIMAL.exec(text)
  if (!match) return null
  const [, sign, whole = '', decimals = ''] = match
  const magnitude = BigInt(whole + decimals)
  return { digits: sign === '-' ? -magnitude : magnitude, scaler: decimals === '' ? 0 : -decimals.length }
}

/** The decimal string with exactly the decimals the scaler promises: `{ 120n, -2 }` is "1.20". */
export function formatScaled({ digits, scaler }: Scaled): string {
  if (scaler >= 0) return (digits * power(scaler)).toString()
  const negative = digits < 0n
  const text = (negative ? -digits : digits).toString().padStart(1 - scaler, '0')
  return `${negative ? '-' : ''}${text.slice(0, scaler)}.${text.slice(scaler)}`
}

/** Negative, zero or positive as `a` is below, equal to or above `b`, whatever their scalers. */
export function compareScaled(a: Scaled, b: Scaled): number {
  const scaler = Math.min(a.scaler, b.scaler)
  const [one, other] = [digitsAt(a, scaler), digitsAt(b, scaler)]
  return one < other ? -1 : one > other ? 1 : 0
}

export function addScaled(a: Scaled, b: Scaled): Scaled {
  const scaler = Math.min(a.scaler, b.scaler)
  return { digits: digitsAt(a, scaler) + digitsAt(b, scaler), scaler }
}

export function subtractScaled(a: Scaled, b: Scaled): Scaled {
  const scaler = Math.min(a.scaler, b.scaler)
  return { digits: digitsAt(a, scaler) - digitsAt(b, scaler), scaler }
}

export function multiplyScaled(a: Scaled, b: Scaled): Scaled {
  return { digits: a.digits * b.digits, scaler: a.scaler + b.scaler }
}

/** The digits of the same number at a finer or equal scaler; `scaler` above the number's own would lose digits. */
export function digitsAt(value: Scaled, scaler: number): bigint {
  if (scaler > value.scaler)
    throw new RangeError(`scaler ${scaler} cannot hold a number of scaler ${value.scaler}`)
  if (scaler === value.scaler) return value.digits
  return value.digits * power(value.scaler - scaler)
}

/** The powers of ten that a float holds exactly. */
const EXACT_POWERS = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))

/** For charts and thresholds only; never for a number that is billed. */
export function approximate(value: Scaled): number {
  const digits = Number(value.digits)
  const divisor = EXACT_POWERS[-value.scaler]
  // The quotient of two exact numbers is rounded as the decimal itself would be.
  return divisor !== undefined && Number.isSafeInteger(digits)
    ? digits / divisor
    : Number(formatScaled(value))
}

function power(exponent: number): bigint {
  return 10n ** BigInt(exponent)
}
