/** Words about several meters, as they are told to a key that covers some of them. */

/** What an id can hold, and what may stand behind one in a sentence. */
const BETWEEN_WORDS = /[^\p{L}\p{N}_.:-]+/u
const BEHIND = /[.:-]+$/

const NOT_SHOWN = 'it is about other meters too, which this key does not cover'

/** `seen` are the meters the key covers, null for all; `ids` those there are. A text that names another is not shown. */
export function withoutOthers(
  text: string,
  seen: readonly string[] | null,
  ids: ReadonlySet<string>,
): string {
  if (seen === null) return text
  const words = text.split(BETWEEN_WORDS).flatMap(word => [word, word.replace(BEHIND, '')])
  return words.some(word => ids.has(word) && !seen.includes(word)) ? NOT_SHOWN : text
}
