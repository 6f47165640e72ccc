import { describe, expect, test } from 'vitest'
import { deliverHalving, type HalvingParts } from '../../src/publish/halving.ts'
import type { Wait } from '../../src/publish/influx-write.ts'

type Write = HalvingParts['write']

const WAIT: Wait = {
  kind: 'wait',
  fault: { code: 'SINK_UNREACHABLE', text: '' },
  retryAfterMs: 5,
  late: false,
}
const REFUSED = { kind: 'refused', reason: '400 no', guilt: 'likely' } as const

function owedUpTo(count: number) {
  return Array.from({ length: count }, (_, index) => ({ sequence: index + 1, line: 'x' }))
}

function deliver(count: number, write: Write, unwritable: HalvingParts['unwritable'] = []) {
  return deliverHalving(owedUpTo(count), { unwritable, write, atOnce: () => 1000 })
}

/** A server that takes all but these, whatever it says it dropped. */
function without(guilty: ReadonlySet<number>, count: { writes: number } = { writes: 0 }): Write {
  return async part => {
    count.writes += 1
    return part.some(one => guilty.has(one.sequence))
      ? { kind: 'refused', reason: 'partial write: dropped=0', guilt: 'likely' }
      : { kind: 'written' }
  }
}

describe('halving', () => {
  test('PR-14: sets aside exactly the guilty, in order, whatever the server says it dropped', async () => {
    const guilty = new Set([3, 4, 700, 1999])
    const count = { writes: 0 }
    const { accepted, rejected, fault } = await deliver(2500, without(guilty, count))
    expect(rejected.map(one => one.sequence)).toEqual([...guilty])
    expect(accepted).toHaveLength(2496)
    expect(accepted).toEqual([...accepted].sort((a, b) => a - b))
    expect(fault).toBeUndefined()
    expect(count.writes).toBeLessThan(80)
  })

  test('PR-14: a round of one meter that is poison throughout and stands first blocks nothing', async () => {
    const guilty = new Set(Array.from({ length: 40 }, (_, index) => index + 1))
    const { accepted, rejected, fault } = await deliver(200, without(guilty))
    expect(rejected.map(one => one.sequence)).toEqual([...guilty])
    expect([accepted.length, fault]).toEqual([160, undefined])
  })

  test('writes no more at once than it may, as that changes', async () => {
    const sizes: number[] = []
    let atOnce = 1
    await deliverHalving(owedUpTo(100), {
      unwritable: [],
      atOnce: () => atOnce,
      async write(part) {
        sizes.push(part.length)
        atOnce *= 3
        return { kind: 'written' }
      },
    })
    expect(sizes).toEqual([1, 3, 9, 27, 60])
  })

  test.each(['likely', 'unsure'] as const)(
    'a server that refuses all alike costs no reading and few writes (guilt %s)',
    async guilt => {
      let writes = 0
      const delivery = await deliver(1_000, async () => {
        writes += 1
        return { ...REFUSED, guilt }
      })
      expect(delivery.rejected).toEqual([])
      expect(delivery.accepted).toEqual([])
      expect(delivery.fault?.code).toBe('SINK_REFUSED')
      expect(writes).toBeLessThan(40)
    },
  )

  test('PR-14: where the words leave no doubt, all may be guilty', async () => {
    const { rejected, fault } = await deliver(50, async () => ({ ...REFUSED, guilt: 'certain' }))
    expect(rejected.map(one => one.sequence)).toEqual(owedUpTo(50).map(one => one.sequence))
    expect(fault).toBeUndefined()
  })

  test('an outage amid halving leaves the rest owed, in order, and accuses nobody', async () => {
    const verdicts = [REFUSED, { kind: 'written' }, WAIT] as const
    let at = 0
    const delivery = await deliver(4, async () => verdicts[at++] ?? WAIT)
    expect(delivery).toMatchObject({ accepted: [1, 2], rejected: [], retryAfterMs: 5 })
    let writes = 0
    const none = await deliver(2, async () => [REFUSED, REFUSED, WAIT][writes++] ?? WAIT)
    expect(none).toMatchObject({ accepted: [], rejected: [] })
  })

  test('what cannot be written is rejected whatever the server does', async () => {
    const unwritable = [{ sequence: 9, reason: 'no' }]
    expect(await deliver(1, async () => WAIT, unwritable)).toMatchObject({ rejected: unwritable })
  })
})
