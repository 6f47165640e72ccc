/**
 * Which tests declare what they prove: a title that begins with it in brackets, "[2007 1C] a relay order …", several
 * divided by commas. Text elsewhere counts for nothing.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const TESTS = join(import.meta.dirname, '..', '..')
const ROOMS = ['drivers/dlt645', 'simulator', 'commission', 'cli'] as const

/** The first argument of a call, which is a title where it begins with a mark. */
const TITLE = /[\w)]\(\s*(?:'|"|`)\[((?:2007|1997|quirk|golden) [^\]]+)\] /g

/** Files by mark, in the order of the rooms. */
export function markedTests(): ReadonlyMap<string, readonly string[]> {
  const marked = new Map<string, string[]>()
  for (const room of ROOMS)
    for (const name of readdirSync(join(TESTS, room)).filter(each => each.endsWith('.test.ts')))
      for (const [, marks = ''] of readFileSync(join(TESTS, room, name), 'utf8').matchAll(TITLE))
        for (const mark of marks.split(', ')) {
          const file = `${room}/${name.replace(/\.test\.ts$/, '')}`
          const files = marked.get(mark) ?? []
          if (!files.includes(file)) marked.set(mark, [...files, file])
        }
  return marked
}
