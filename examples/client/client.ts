/** A client of the API with the types of its description: openapi-fetch over `schema.ts`. */

import createClient, { type Client } from 'openapi-fetch'
import type { components, paths } from './schema.ts'

export type Meterd = Client<paths>
export type Problem = components['schemas']['Problem']
export type ChangesPage = paths['/v1/billing/changes']['get']['responses'][200]['content']['application/json']

export function createMeterdClient(baseUrl: string, key: string): Meterd {
  return createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${key}` } })
}

/** An answer that is a problem; branch on `problem.code`. */
export class Refused extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.detail}`)
    this.problem = problem
  }
}

/** Every page of what was released after this number, until there is no more. Keep `next` with what you make of each. */
export async function* changesAfter(client: Meterd, after: number): AsyncGenerator<ChangesPage> {
  for (let place = after; ; ) {
    const query = { after: String(place), limit: '500' }
    const { data, error, response } = await client.GET('/v1/billing/changes', { params: { query } })
    if (response.status === 429) {
      await waited(Number(response.headers.get('retry-after') ?? 1))
      continue
    }
    if (data === undefined) throw new Refused(error)
    if (data.next === place) return
    yield data
    place = data.next
  }
}

function waited(seconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, 1000 * seconds))
}
