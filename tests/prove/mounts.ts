/** Whether this machine lets us mount: an unprivileged container does not, whatever is installed in it. */

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Tries it; null when it worked, else why not. `what` is all that stands before the folder. */
export function whyNotMounted(what: readonly string[]): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'meterd-mount-'))
  const { status, stderr } = spawnSync('mount', [...what, folder], { encoding: 'utf8' })
  if (status === 0) execFileSync('umount', [folder])
  rmSync(folder, { recursive: true, force: true })
  if (status === 0) return null
  const why = `this machine does not mount ${what.join(' ')}: ${stderr.trim()}`
  // Not even METERD_REQUIRE_SERVICES makes this a failure, so it has to be heard.
  console.warn(`SKIPPED: ${why}`)
  return why
}
