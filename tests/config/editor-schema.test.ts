/** The JSON Schemas editors use are those of the code: `vitest run tests/config -u` writes them anew. */

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { editorSchemas } from '../../src/config/editor-schema.ts'

test.each([...editorSchemas()])('config/%s is current', async (name, text) => {
  await expect(text).toMatchFileSnapshot(`../../config/${name}`)
})

test('editors are not told of a key for passwords', () => {
  for (const text of editorSchemas().values()) expect(text).not.toContain('"password"')
})

test('the shipped files name their schema', () => {
  for (const name of ['demo.yaml', 'gateway.example.yaml'])
    expect(readFileSync(`config/${name}`, 'utf8')).toContain('$schema=./gateway.schema.json')
})
