/** Who uses this machine here, for the journal. */

import { userInfo } from 'node:os'

/** `local:` and the name of the user this process runs as; the number of one who has no name. */
export function localUser(): string {
  try {
    return `local:${userInfo().username}`
  } catch {
    return `local:${process.getuid?.() ?? 'unknown'}`
  }
}
