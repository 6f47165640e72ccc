/** docs/validation.md is current: `vitest run tests/reading/validation-page.test.ts -u` writes it anew. */

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ALL_RULES } from '../../src/reading/rules/all-rules.ts'
import { validationPage } from './validation-page.ts'

const PAGE = new URL('../../docs/validation.md', import.meta.url)
const MARK = '<!-- From here on made by tests/reading/validation-page.test.ts; `-u` writes it anew. -->\n'
const [head = ''] = readFileSync(PAGE, 'utf8').split(MARK)

test('docs/validation.md tells the rules as they are', async () => {
  await expect(`${head}${MARK}\n${validationPage()}`).toMatchFileSnapshot(PAGE.pathname)
})

test('every verdict the rules give is explained at its head', () => {
  const verdicts = new Set(ALL_RULES.flatMap(({ outcomes }) => outcomes.map(({ verdict }) => verdict)))
  for (const verdict of [...verdicts, 'not evaluated']) expect(head).toContain(`| ${verdict} |`)
})
