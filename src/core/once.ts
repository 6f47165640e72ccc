/** What is found out of a name once: OBIS codes are those of the configured meters, and asked about in every round. */

export function once<Result>(of: (name: string) => Result): (name: string) => Result {
  const known = new Map<string, Result>()
  return name => {
    const before = known.get(name)
    if (before !== undefined) return before
    const result = of(name)
    known.set(name, result)
    return result
  }
}
