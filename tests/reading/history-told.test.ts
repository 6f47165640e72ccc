/** What the rules of history tell alarms: only what days enough in a row say. */

import { describe, expect, test } from 'vitest'
import { daysTold, judgeHistory, judgeTogether } from '../../src/reading/rules/history.ts'
import { USUAL_LIMITS } from '../../src/reading/rules/parameters.ts'
import { SITE } from '../support/judged.ts'
import { BOUNDARY, history, released, times } from '../support/released-days.ts'

const shop = { limits: USUAL_LIMITS.shop }

function toldOf(days: readonly string[], watched: readonly string[] = [], change = shop): readonly string[] {
  const meter = history(released([{ days }]), change)
  return judgeHistory(meter, BOUNDARY, SITE, watched).findings.map(
    ({ rule, verdict }) => `${rule} ${verdict}`,
  )
}

describe('A-04 what history says', () => {
  test('of one day is not told, of two it is', () => {
    expect(toldOf(['1.00', ...times(8, '0.00')])).not.toContain('V-R6 flag')
    expect(toldOf(['1.00', ...times(9, '0.00')])).toContain('V-R6 flag')
  })
  test('of unusual use is told after a fortnight: people come and go', () => {
    const steady = times(48, '10.00')
    expect(toldOf([...steady, ...times(13, '80.00')])).not.toContain('V-R15 flag')
    expect(toldOf([...steady, ...times(14, '80.00')])).toContain('V-R15 flag')
  })
  test('has passed where it was asked for and could be said', () => {
    expect(toldOf(times(60, '10.00'), ['V-R6', 'V-R1'])).toEqual(['V-R6 accept'])
    expect(toldOf(times(3, '10.00'), ['V-R15'])).toEqual([])
  })
  test('V-A1 of an area is told with its supply, when two days say it', () => {
    const at = (days: readonly string[], id: string) => {
      const { releases, ...facts } = history(released([{ days }]))
      return daysTold({ ...facts, meter: id, line: id }, releases, BOUNDARY)
    }
    const [area] = [{ id: 'west', supply: ['feeder'], users: ['house'] }]
    const told = (days: readonly string[]) =>
      judgeTogether([at(times(60, '10.00'), 'feeder'), at(days, 'house')], area ? [area] : [], BOUNDARY, SITE)
    const before = times(58, '9.50')
    expect(told([...before, '9.50', '9.50'])).toEqual([])
    expect(told([...before, '9.50', '20.00'])).toEqual([])
    expect(told([...before, '20.00', '20.00'])).toMatchObject([
      { meter: 'feeder', findings: [{ rule: 'V-A1' }] },
    ])
  })
})
