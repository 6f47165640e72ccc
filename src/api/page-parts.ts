/** Pages that carry something for the door in lines before the answer: each line JSON, which has no line feed in it. */

const LINE_FEED = 10

export interface PageInParts {
  /** The lines before the last, without their line feeds. */
  readonly lines: readonly Uint8Array<ArrayBuffer>[]
  readonly answer: Uint8Array<ArrayBuffer>
}

/** Nothing is copied: all of it goes with the memory of the page. */
export function inParts(page: Uint8Array<ArrayBuffer>, count: number): PageInParts {
  const lines: Uint8Array<ArrayBuffer>[] = []
  let answer = page
  for (let line = 0; line < count; line++) {
    const end = answer.indexOf(LINE_FEED)
    lines.push(answer.subarray(0, end))
    answer = answer.subarray(end + 1)
  }
  return { lines, answer }
}

export function textOf(line: Uint8Array | undefined): string {
  return new TextDecoder().decode(line)
}
