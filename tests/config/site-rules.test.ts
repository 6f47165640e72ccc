/** What verbs at a terminal go by: a whole configuration, or the two lines that are needed. */

import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { formatComplaint } from '../../src/config/complaint.ts'
import { loadSiteRules, USUAL_WINDOW } from '../../src/config/site-rules.ts'
import { USUAL_LIMITS } from '../../src/reading/rules/parameters.ts'
import { folderWith, GOOD, load, loadRight } from './support.ts'

async function rulesOf(text: string) {
  const folder = folderWith({ 'rules.yaml': text })
  const rules = await loadSiteRules(join(folder, 'rules.yaml'))
  return 'complaints' in rules
    ? { wrong: rules.complaints.map(complaint => formatComplaint(complaint).replaceAll(`${folder}/`, '')) }
    : { rules: { ...rules, dataDirectory: rules.dataDirectory?.replace(folder, '') ?? null } }
}

describe('the rules of a site', () => {
  test('are those of a file of two lines, the rest as usual', async () => {
    expect(await rulesOf('version: 1\ncommands: { allowClearing: true }\n')).toEqual({
      rules: {
        commands: { allowClearing: true },
        commissioning: { billingWindow: USUAL_WINDOW },
        offsetMinutes: null,
        limits: USUAL_LIMITS,
        dataDirectory: null,
      },
    })
  })

  test('are those of a whole configuration, and the daemon reads them alike', async () => {
    const text = `${GOOD}commissioning: { billingWindow: { from: "22:00", to: "02:15" } }\n`
    const billingWindow = { from: 22 * 60, to: 135 }
    expect(await rulesOf(text)).toMatchObject({
      rules: { commissioning: { billingWindow }, offsetMinutes: 480, dataDirectory: '/data' },
    })
    expect((await loadRight(text)).config.commissioning).toEqual({ billingWindow })
    expect((await loadRight(GOOD)).config.commissioning).toEqual({ billingWindow: USUAL_WINDOW })
  })

  test.each([
    [
      '{ billingWindow: { from: "24:00", to: "01:00" } }',
      /from: "24:00" is not right; expected a time of day/,
    ],
    ['{ billingWindow: { from: "23:50" } }', /to: is missing; expected a time of day/],
    ['{ billingWindow: { from: "23:50", to: "23:50" } }', /to: a window that ends where it begins is none/],
    ['{ window: { from: "23:50", to: "00:30" } }', /commissioning.window: unknown key/],
  ])('%s is a mistake, here and in a whole configuration', async (written, expected) => {
    expect((await rulesOf(`version: 1\ncommissioning: ${written}\n`)).wrong?.[0]).toMatch(expected)
    expect((await load(`${GOOD}commissioning: ${written}\n`)).printed[0]).toMatch(expected)
  })

  test.each([
    ['commands: { allowClearing: true }\n', /version: is missing/],
    ['version: 1\ncomands: { allowClearing: true }\n', /comands: unknown key.*did you mean "commands"/],
    ['version: 1\nlines: [{ id: a }]\n', /lines\[0\].url: is missing/],
  ])('%j allows nothing and says why', async (text, expected) => {
    expect((await rulesOf(text)).wrong?.[0]).toMatch(expected)
  })
})
