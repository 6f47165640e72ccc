/** Reads one line of InfluxDB line protocol, character by character, from the format's description and not from our writer. */

export interface ReadPoint {
  readonly measurement: string
  readonly tags: readonly (readonly [string, string])[]
  readonly fields: readonly (readonly [string, bigint | number | string])[]
  readonly time: string
}

export function readLine(text: string): { readonly point: ReadPoint; readonly rest: string } {
  let at = 0

  /** A name ends at one of `ends` not preceded by a backslash; the backslash goes only where it escapes. */
  const name = (ends: string) => {
    let read = ''
    while (at < text.length) {
      const character = text[at] ?? ''
      const following = text[at + 1] ?? ''
      if (character === '\\' && ', ='.includes(following) && following !== '') {
        read += following
        at += 2
        continue
      }
      if (ends.includes(character)) break
      if (character === '\n') throw new Error('line break in a name')
      read += character
      at += 1
    }
    if (read === '') throw new Error(`empty name at ${at}`)
    return read
  }
  const take = (character: string) => {
    if (text[at] !== character) throw new Error(`expected ${character} at ${at} of ${text}`)
    at += 1
  }
  const quoted = () => {
    let read = ''
    take('"')
    while (text[at] !== '"') {
      if (at >= text.length) throw new Error('string does not end')
      if (text[at] === '\\' && (text[at + 1] === '"' || text[at + 1] === '\\')) at += 1
      read += text[at]
      at += 1
    }
    take('"')
    return read
  }
  const fieldValue = () => {
    if (text[at] === '"') return quoted()
    const number = /^-?\d+i|^-?(?:\d+(?:\.\d+)?(?:e[+-]\d+)?)/.exec(text.slice(at))?.[0]
    if (number === undefined) throw new Error(`no value at ${at} of ${text}`)
    at += number.length
    return number.endsWith('i') ? BigInt(number.slice(0, -1)) : Number(number)
  }

  if (text.startsWith('#')) throw new Error('a comment')
  const measurement = name(', ')
  const tags: (readonly [string, string])[] = []
  while (text[at] === ',') {
    take(',')
    const key = name('=')
    take('=')
    tags.push([key, name(', ')])
  }
  take(' ')
  const fields: (readonly [string, bigint | number | string])[] = []
  do {
    if (fields.length > 0) take(',')
    const key = name('=')
    take('=')
    fields.push([key, fieldValue()])
  } while (text[at] === ',')
  take(' ')
  const time = /^-?\d+/.exec(text.slice(at))?.[0] ?? ''
  at += time.length
  return { point: { measurement, tags, fields, time }, rest: text.slice(at) }
}
