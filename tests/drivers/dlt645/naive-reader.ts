/** The slowest possible frame reader, for comparison: every offset, every time from the start. */

export interface Candidate {
  readonly start: number
  readonly end: number
}

export function candidatesIn(bytes: Uint8Array): Candidate[] {
  const found: Candidate[] = []
  for (let start = 0; start < bytes.length; start += 1) {
    for (let length = 0; length <= 200; length += 1) {
      const end = start + 12 + length
      if (end > bytes.length) break
      const frame = bytes.slice(start, end)
      if (frame[0] !== 0x68 || frame[7] !== 0x68 || frame[9] !== length || frame.at(-1) !== 0x16) continue
      let sum = 0
      for (const byte of frame.slice(0, -2)) sum += byte
      if (frame.at(-2) === sum % 256) found.push({ start, end })
    }
  }
  return found
}

/** True when no two of them share a byte: then every reader must find exactly these. */
export function areApart(candidates: readonly Candidate[]): boolean {
  const inOrder = candidates.toSorted((a, b) => a.start - b.start)
  return inOrder.every((candidate, index) => index === 0 || candidate.start >= inOrder[index - 1]!.end)
}

/** Of those that share bytes the one that starts first. */
export function earliestOf(candidates: readonly Candidate[]): Candidate[] {
  const found: Candidate[] = []
  for (const candidate of candidates.toSorted((a, b) => a.start - b.start))
    if (candidate.start >= (found.at(-1)?.end ?? 0)) found.push(candidate)
  return found
}
