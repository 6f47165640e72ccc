/** Readers of exported files, written apart from the writers: what an importer makes of them, in exact integers. */

/** One interval as it was read: millionths of kWh or kvarh, null where there is none; and its mark. */
export interface ReadInterval {
  /** UTC ms at which it begins. */
  readonly from: number
  readonly everyMs: number
  readonly millionths: bigint | null
  readonly mark: string
}

/** By meter, or what stands for it, and register. */
export type ReadIntervals = ReadonlyMap<string, readonly ReadInterval[]>

/** Millionths of a decimal. */
export function millionthsOf(decimal: string): bigint {
  const [whole = '', decimals = ''] = decimal.split('.')
  return BigInt(`${whole}${decimals.padEnd(6, '0')}`)
}

const LETTERS: Readonly<Record<string, string>> = {
  A: 'measured',
  S17: 'linear',
  S15: 'like-days',
  N: 'missing',
}

/** By NMI and suffix. */
export function readNem12(text: string, offsetMinutes: number): ReadIntervals {
  const found = new Map<string, ReadInterval[]>()
  let key = ''
  let minutes = 0
  let day: ReadInterval[] = []
  for (const line of text.split('\r\n')) {
    const fields = line.split(',')
    if (fields[0] === '200') {
      key = `${fields[1]} ${fields[4]} ${fields[7]}`
      minutes = Number(fields[8])
    } else if (fields[0] === '300') {
      const [, date = ''] = fields
      const from = Date.parse(`${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T00:00:00Z`)
      const mark = LETTERS[fields.at(-5) ?? ''] ?? ''
      day = fields.slice(2, -5).map((value, place) => ({
        from: from + (place * minutes - offsetMinutes) * 60_000,
        everyMs: minutes * 60_000,
        millionths: mark === 'missing' ? null : millionthsOf(value),
        mark,
      }))
      found.set(key, [...(found.get(key) ?? []), ...day])
    } else if (fields[0] === '400') {
      const all = found.get(key) ?? []
      const first = all.length - day.length
      const mark = LETTERS[fields[3] ?? ''] ?? ''
      for (let place = Number(fields[1]); place <= Number(fields[2]); place += 1) {
        const one = all[first + place - 1]
        if (one)
          all[first + place - 1] = { ...one, mark, millionths: mark === 'missing' ? null : one.millionths }
      }
    }
  }
  return found
}
