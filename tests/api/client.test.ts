/** C-08: the client in examples/client is what the API's description makes, compiles, and does what it says. */

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { typesOf } from 'client-generator'
import { expect, test } from 'vitest'
import { changesAfter, createMeterdClient, Refused } from '../../examples/client/client.ts'
import { testApi } from '../support/api.ts'

const ROOT = join(import.meta.dirname, '..', '..')

test('C-08 examples/client/schema.ts is what the description makes: npm run client makes it anew', async () => {
  const api = await testApi({ accept: async () => undefined })
  const text = await typesOf((await api.get('/openapi.json')).json())
  await expect(text).toMatchFileSnapshot('../../examples/client/schema.ts')
})

test('C-08 the client compiles by itself, strictly', () => {
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', join(ROOT, 'examples', 'client')])
  expect({ status, said: stdout.toString() }).toEqual({ status: 0, said: '' })
})

test('C-08 the client asks the API, follows its pages, and tells problems by their code', async () => {
  const api = await testApi()
  const url = await api.app.listen({ host: '127.0.0.1', port: 0 })
  const client = createMeterdClient(url, await api.key(['read', 'billing']))
  const { data } = await client.GET('/v1/meters', { params: { query: { limit: '2' } } })
  expect(data?.meters.map(({ id, state }) => [id, state])).toEqual([
    ['m1', 'never'],
    ['m2', 'never'],
  ])
  const missing = await client.GET('/v1/meters/{id}', { params: { path: { id: 'none' } } })
  expect([missing.error?.code, missing.error?.status]).toEqual(['ASK_UNKNOWN', 404])
  // @ts-expect-error there is no such route
  expect((await client.GET('/v1/metres')).response.status).toBe(404)
  const pages: number[] = []
  for await (const page of changesAfter(client, 0)) pages.push(page.next)
  expect(pages).toEqual([])
  const stranger = changesAfter(createMeterdClient(url, `mk_${'0'.repeat(72)}`), 0)
  await expect(stranger.next()).rejects.toThrow(Refused)
})
