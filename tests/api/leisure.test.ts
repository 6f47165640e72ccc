/** Long answers beside the work of the lines: in pieces, in turn, and nobody held up by what fails. */

import { expect, test } from 'vitest'
import { createLeisure } from '../../src/api/leisure.ts'
import { virtualClock } from '../support/virtual-clock.ts'

/** Each thing made takes a millisecond; when and by whom it was made is noted. */
function bench() {
  const clock = virtualClock()
  const made: string[] = []
  const leisure = createLeisure(clock)
  const make = (name: string) => (item: number) => {
    clock.stop(1)
    made.push(`${name}${item}@${clock.monotonic()}`)
    return item * 2
  }
  return { clock, made, leisure, make }
}

test('a long answer is made in pieces, with twice as long a rest after each', async () => {
  const { clock, made, leisure, make } = bench()
  const answer = leisure.each([1, 2, 3, 4, 5, 6, 7], make('a'))
  await clock.pass(100)
  expect(await answer).toEqual([2, 4, 6, 8, 10, 12, 14])
  expect(made).toEqual(['a1@1', 'a2@2', 'a3@3', 'a4@10', 'a5@11', 'a6@12', 'a7@19'])
})

test('of two long answers one piece is made at a time, in turn', async () => {
  const { clock, made, leisure, make } = bench()
  const answers = [leisure.each([1, 2, 3, 4], make('a')), leisure.each([1, 2, 3, 4], make('b'))]
  await clock.pass(100)
  expect(await Promise.all(answers)).toEqual([
    [2, 4, 6, 8],
    [2, 4, 6, 8],
  ])
  expect(made.map(one => one.slice(0, 2))).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'b3', 'a4', 'b4'])
})

test('what cannot be made holds up nobody else', async () => {
  const { clock, leisure, make } = bench()
  const wrong = leisure.each([1], () => {
    throw new Error('not to be made')
  })
  const right = leisure.each([1], make('b'))
  const refused = expect(wrong).rejects.toThrow('not to be made')
  await clock.pass(100)
  await refused
  expect(await right).toEqual([2])
})
