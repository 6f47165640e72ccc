/** What billing systems call a register: "A+.T0" for 1-0:1.8.0. */

/** By group C of the OBIS code; Q1 to Q4 are the quadrants of reactive energy. */
const QUANTITIES: ReadonlyMap<string, string> = new Map([
  ['1', 'A+'],
  ['2', 'A-'],
  ['3', 'R+'],
  ['4', 'R-'],
  ['5', 'R.Q1'],
  ['6', 'R.Q2'],
  ['7', 'R.Q3'],
  ['8', 'R.Q4'],
  ['9', 'S+'],
  ['10', 'S-'],
  ['15', 'A.SUM'],
  ['16', 'A.NET'],
])

const ELECTRICITY = /^1-0:(\d{1,3})\.([68])\.(\d{1,3})$/

/**
 * Only of forward active energy the total has a tariff in its name, T0; of all others it has none, and tariffs are T1, T2 …
 * Maximum demands are MD+ and MD-. What has no name keeps its OBIS code.
 */
export function registerName(obis: string): string {
  const [, group = '', kind, tariff] = ELECTRICITY.exec(obis) ?? []
  const quantity = QUANTITIES.get(group)
  if (quantity === undefined) return obis
  if (kind === '6') return /^A[+-]$/.test(quantity) ? `MD${quantity[1]}${withTariff(tariff, '')}` : obis
  return `${quantity}${withTariff(tariff, group === '1' ? '.T0' : '')}`
}

function withTariff(tariff: string | undefined, total: string): string {
  return tariff === '0' ? total : `.T${tariff}`
}
