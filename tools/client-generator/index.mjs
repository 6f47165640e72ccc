// TypeScript types of an OpenAPI document, by openapi-typescript. It writes them with TypeScript 5's own printer, which TypeScript 7
// has no longer: hence a package of its own, with its own TypeScript beside it.

import openapiTS, { astToString } from 'openapi-typescript'

const HEAD = `/**
 * The routes of the API and what they take and answer. Made from its description; \`npm run client\` makes it anew, and from a
 * gateway that runs: npx openapi-typescript http://127.0.0.1:8645/openapi.json -o schema.ts
 */

`

export async function typesOf(document) {
  return HEAD + astToString(await openapiTS(document))
}
