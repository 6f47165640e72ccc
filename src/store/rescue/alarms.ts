/** Damaged stores put aside that nobody has looked at yet: an alarm stands until somebody has (PR-07). */

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DAMAGED } from './set-aside.ts'

/** A person leaves it in a folder that is to be kept. */
export const ACKNOWLEDGED = 'acknowledged'

/** Their folders. */
export function unacknowledged(directory: string): readonly string[] {
  const place = join(directory, DAMAGED)
  if (!existsSync(place)) return []
  return readdirSync(place, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && !existsSync(join(place, entry.name, ACKNOWLEDGED)))
    .map(({ name }) => join(place, name))
}
