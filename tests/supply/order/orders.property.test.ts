/**
 * Walks through payments, notices, protections, approvals, crashes, lost, late and repeated frames, clocks that are set and meters that
 * misbehave, held against a judge who knows the specification and the wire alone (FZ-33, FT-76, FT-80).
 */

import { describe, expect, test } from 'vitest'
import { walk } from './model/walk.ts'

/** `npm run prove -- orders` walks 100,000. */
const WALKS = Number(process.env['METERD_ORDER_WALKS'] ?? 120)
const SEED = Number(process.env['METERD_SEED'] ?? 1)

/**
 * Where something was found: a clock set back, then killed while telling it; late frames after the meter was seen closed; a window that
 * closed while the frame was on its way; a late frame of the cut between the look that saw the meter supplied and the word "restored";
 * frames that left nearer to each other than they were written down.
 */
const FOUND = [10_015_107, 10_017_862, 20_006_134, 20_011_595, 20_029_310, 30_010_802, 40_009_552]

describe('orders of supply', () => {
  test('P-15 P-17 what walks have found', async () => {
    for (const seed of FOUND) expect((await walk(seed)).wrong, `walk ${seed}`).toEqual([])
  })

  test('P-06 P-13 P-15 P-17 P-18 PR-51 PR-57 PR-58 PR-60 PR-63 PR-64 PR-66 nobody is cut who must not be, and who paid has light or somebody on the way', async () => {
    const seen: Record<string, number> = {}
    for (let place = 0; place < WALKS; place++) {
      const seed = SEED * 10_000_000 + place
      const judge = await walk(seed)
      for (const [what, count] of Object.entries(judge.seen)) seen[what] = (seen[what] ?? 0) + count
      expect(judge.wrong, `walk ${seed}`).toEqual([])
    }
    const told = [
      'open',
      'close-allowed',
      'closed',
      'confirmed',
      'restored',
      'to restore',
      'field order in time',
    ]
    // A walk on which nothing happens proves nothing.
    expect(told.filter(what => !seen[what])).toEqual([])
  })

  test('P-15 P-18 who paid has light or somebody on the way, whatever people say of it', async () => {
    const seen: Record<string, number> = {}
    for (let place = 0; place < WALKS; place++) {
      const judge = await walk(SEED * 10_000_000 + place, true)
      for (const [what, count] of Object.entries(judge.seen)) seen[what] = (seen[what] ?? 0) + count
      expect(judge.wrong, `walk ${place}`).toEqual([])
    }
    const told = ['told, and so', 'told, and wrong', 'restored', 'field order in time']
    expect(told.filter(what => !seen[what])).toEqual([])
  })
})
