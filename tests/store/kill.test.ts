import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/core/random.ts'
import { close, newDirectory, openIn } from './data-directory.ts'
import { saidUntilKilled } from './dying-child.ts'
import { type Acknowledged, acknowledgedIn, expectWhole, lostOf } from './whole.ts'

/** More by `METERD_KILLS=200`, other moments by `METERD_SEED`. */
const KILLS = Number(process.env['METERD_KILLS'] ?? 20)
const SEED = Number(process.env['METERD_SEED'] ?? 1)

/** Starts a life, kills it `afterMs` after its first acknowledgement, answers what it had been told is kept. */
async function liveAndDie(directory: string, life: number, afterMs: number): Promise<Acknowledged[]> {
  const text = await saidUntilKilled('accepting-child.ts', directory, life, afterMs)
  return acknowledgedIn(text)
}

describe('kill -9', () => {
  test(`PR-01 PR-02 PR-10 ${KILLS} lives cut short lose and double nothing`, {
    timeout: 60_000 + KILLS * 3_000,
  }, async () => {
    const directory = newDirectory()
    const random = seededRandom(SEED)
    const told: Acknowledged[] = []
    for (let life = 1; life <= KILLS; life++) {
      told.push(...(await liveAndDie(directory, life, random.integer(200))))
      expectWhole(directory)
    }
    expect(told.length).toBeGreaterThan(KILLS)
    const store = await openIn(directory)
    expect(await lostOf(store, told)).toEqual([])
    expect((await store.sizes()).damaged).toBe(0)
    await close(store)
  })
})
