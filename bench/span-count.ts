/** The fewest requests that can hold a profile's points, by trying every cut of them: no plan of the driver's is looked at. */

import type { Located } from '../drivers/modbus/items.ts'
import type { Traits } from '../src/driver-api/driver.ts'

const CAREFUL_REGISTERS = 60
const MOST_REGISTERS = 125

/** Points of a shipped profile do not overlap, so runs of neighbours are all there is to try. */
export function fewestSpans(points: readonly Located[], traits: Traits): number {
  const sorted = [...points].sort((a, b) => a.code - b.code || a.address - b.address)
  const best = [0]
  for (let to = 1; to <= sorted.length; to++) {
    let fewest = Number.POSITIVE_INFINITY
    for (let from = 0; from < to; from++)
      if (isLegal(sorted.slice(from, to), traits)) fewest = Math.min(fewest, (best[from] ?? 0) + 1)
    best.push(fewest)
  }
  return best[sorted.length] ?? 0
}

function isLegal(run: readonly Located[], traits: Traits): boolean {
  const [first] = run
  if (!first || run.some(({ code }) => code !== first.code)) return false
  const last = Math.max(...run.map(endOf))
  const isRegister = first.code > 2
  const pairs = traits.evenPairs && isRegister ? 2 : 1
  const quantity = Math.ceil(last / pairs) * pairs - Math.floor(first.address / pairs) * pairs
  const most = Math.min(traits.maxRegisters ?? CAREFUL_REGISTERS, MOST_REGISTERS) * (isRegister ? 1 : 16)
  const holes = run.slice(1).map((point, place) => point.address - endOf(run[place] ?? first))
  const alone = (traits.alone ?? []).filter(item => {
    const [code, address] = item.split(':').map(Number)
    return code === first.code && address !== undefined && address >= first.address && address < last
  })
  return (
    quantity <= most &&
    Math.max(0, ...holes) <= (traits.wholeValues ? 0 : (traits.maxHole ?? 0)) &&
    (alone.length === 0 || run.length === 1)
  )
}

function endOf({ address, encoding }: Located): number {
  return address + encoding.registers
}
