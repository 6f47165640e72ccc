/** Rows found damaged since the start: each is counted and reported once, and never served (PR-06). */

export interface Damage {
  found(table: string, key: number | string): void
  readonly count: number
}

/** Beyond this many the file is lost anyway; the count stops here instead of the memory (PR-23). */
const MOST_REMEMBERED = 100_000

export function createDamage(report: (text: string) => void): Damage {
  const known = new Set<string>()
  return {
    found(table, key) {
      const name = `${table} ${key}`
      if (known.has(name) || known.size >= MOST_REMEMBERED) return
      known.add(name)
      report(`row ${key} of ${table} does not match its checksum and is withheld`)
    },
    get count() {
      return known.size
    },
  }
}
