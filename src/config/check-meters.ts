/** Meters that check another one: which counts what they count (V-L12). */

import { remedyFor } from './areas.ts'
import type { MeterEntry } from './meters.ts'

/** A meter that is checked checks none itself: of three nobody could say which of them is wrong. */
export function checkChecks(entries: readonly MeterEntry[]): void {
  const byId = new Map(entries.toReversed().map(entry => [entry.written.id, entry.written]))
  for (const { written, path, complain } of entries) {
    const { id, checks } = written
    if (checks === undefined) continue
    const say = (text: string, remedy: string) => complain([...path, 'checks'], text, remedy)
    const main = byId.get(checks)
    if (!main) {
      const others = [...byId.keys()].flatMap(other => (other === undefined || other === id ? [] : [other]))
      say(`no meter "${checks}" is listed`, remedyFor(checks, others))
    } else if (checks === id) say('a meter cannot check itself', 'name the meter that is billed')
    else if (main.checks !== undefined)
      say(
        `the meter "${checks}" checks "${main.checks}" itself`,
        `name ${main.checks} here, or remove its checks`,
      )
  }
}
