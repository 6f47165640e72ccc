/** Every check that is known is a row of the table, or it is written down why it is none. */

import { describe, expect, test } from 'vitest'
import { ALL_RULES } from '../../src/reading/rules/all-rules.ts'
import { EXCEPTIONS } from '../../src/reading/rules/exceptions.ts'

/** Copied from domain/vee.md, first column of the tables of §2 to §6: families, numbers, and those with a letter. */
const NAMED: Readonly<Record<string, number>> = { F: 11, I: 7, T: 8, R: 37, L: 13, A: 6 }
const LETTERED = ['V-T2a']
const KNOWN = [
  ...Object.entries(NAMED).flatMap(([family, count]) =>
    Array.from({ length: count }, (_, nth) => `V-${family}${nth + 1}`),
  ),
  ...LETTERED,
]

const rows = new Set(ALL_RULES.map(({ id }) => id))
const exceptions = new Map(EXCEPTIONS.map(one => [one.id, one]))

describe('every check that is known', () => {
  test.each(KNOWN)('%s is a row, or has a reason why not', id => {
    expect(rows.has(id)).toBe(!exceptions.has(id))
  })

  test('is excused only where it is known, with a reason worth reading', () => {
    for (const { id, what, why } of EXCEPTIONS) {
      expect(KNOWN).toContain(id)
      expect(what.length, id).toBeGreaterThan(10)
      expect(why.length, id).toBeGreaterThan(20)
    }
  })
})
