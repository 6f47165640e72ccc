/** Which units fit an OBIS code: kWh under a voltage is a slip of the pen that no meter would show. */

/** Group A 1 is electricity; C and D say what is measured and how (IEC 62056-61, tables of groups C and D). */
const ELECTRICITY = /^1-\d{1,3}:(\d{1,3})\.(\d{1,3})\./

/** Group D: energies are time integrals, the others are of a moment, a demand or an extreme. */
const TIME_INTEGRALS = new Set([8, 9, 29])
const MEASURED = new Set([3, 4, 5, 6, 7, 14, 15, 16, 24])

/** By quantity, group C as phase L1 to L3 and the total share it. */
const UNITS = {
  active: 'W',
  reactive: 'var',
  apparent: 'VA',
  current: 'A',
  voltage: 'V',
  factor: '',
  frequency: 'Hz',
} as const

type Measured = keyof typeof UNITS

const QUANTITIES: ReadonlyMap<number, Measured> = new Map<number, Measured>([
  [1, 'active'],
  [2, 'active'],
  [3, 'reactive'],
  [4, 'reactive'],
  [5, 'reactive'],
  [6, 'reactive'],
  [7, 'reactive'],
  [8, 'reactive'],
  [9, 'apparent'],
  [10, 'apparent'],
  [11, 'current'],
  [12, 'voltage'],
  [13, 'factor'],
  [14, 'frequency'],
  [15, 'active'],
  [16, 'active'],
])

/** Beyond the phases: sums and the neutral, and reactive power as the sum of both directions. */
const OTHERS: ReadonlyMap<number, Measured> = new Map<number, Measured>([
  [90, 'current'],
  [91, 'current'],
  [92, 'voltage'],
  [130, 'reactive'],
  [131, 'reactive'],
  [151, 'reactive'],
  [171, 'reactive'],
  [191, 'reactive'],
])

/** The units a value of this code may have; null where the code says nothing of it. */
export function unitsOf(obis: string): readonly string[] | null {
  const match = ELECTRICITY.exec(obis)
  if (!match) return null
  const [quantity, kind] = [Number(match[1]), Number(match[2])]
  const measured = OTHERS.get(quantity) ?? (quantity <= 80 ? QUANTITIES.get(quantity % 20) : undefined)
  if (measured === undefined) return null
  const unit = UNITS[measured]
  const isPower = measured === 'active' || measured === 'reactive' || measured === 'apparent'
  if (TIME_INTEGRALS.has(kind)) return isPower ? prefixed(`${unit}h`) : null
  if (!MEASURED.has(kind)) return null
  return unit === '' || unit === 'Hz' ? [unit] : prefixed(unit)
}

function prefixed(unit: string): readonly string[] {
  return [unit, `k${unit}`, `M${unit}`, ...(unit === 'A' || unit === 'V' ? [`m${unit}`] : [])]
}
