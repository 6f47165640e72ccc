/** C-08: the description of the API is a valid one, every route has an example, and examples and real answers are as described. */

import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test } from 'vitest'
import { testApi } from '../support/api.ts'
import { answerCheckOf, type Described, validatorOf } from '../support/openapi.ts'

async function described(): Promise<Described> {
  const api = await testApi({ accept: async () => undefined })
  return (await api.get('/openapi.json')).json()
}

function* answersOf(document: Described) {
  for (const [path, operations] of Object.entries(document.paths))
    for (const [method, { responses }] of Object.entries(operations))
      for (const [status, { content = {} }] of Object.entries(responses))
        for (const [type, media] of Object.entries(content))
          yield { name: `${method.toUpperCase()} ${path} ${status} ${type}`, status, type, ...media }
}

test('C-08 the description is valid OpenAPI 3.1, by a validator of others', async () => {
  const document = await described()
  const validator = new Validator()
  // It takes the object apart.
  const { valid, errors } = await validator.validate({ ...structuredClone(document) })
  expect({ valid, errors }).toEqual({ valid: true, errors: undefined })
  expect(validator.version).toBe('3.1')
})

test('C-08 a description with a mistake in it is refused', async () => {
  const document = await described()
  const broken = { ...document, paths: { '/v1/meters': { get: { parameters: [{ name: 'x' }] } } } }
  expect((await new Validator().validate({ ...structuredClone(broken) })).valid).toBe(false)
})

test('C-08 every answer of every route has an example, and each is as its schema says', async () => {
  const document = await described()
  const ajv = validatorOf(document)
  const lacking: string[] = []
  const wrong: string[] = []
  for (const { name, status, schema, examples = {} } of answersOf(document)) {
    const values = Object.entries(examples)
    if (values.length === 0 && status !== 'default') lacking.push(name)
    const accepts = ajv.compile(schema)
    for (const [example, { value }] of values)
      if (!accepts(value)) wrong.push(`${name} ${example}: ${ajv.errorsText(accepts.errors)}`)
  }
  expect(lacking).toEqual([])
  expect(wrong).toEqual([])
})

test('C-08 problems stand in the description with their own status, code and remedy', async () => {
  const document = await described()
  const problems = [...answersOf(document)].filter(({ type }) => type === 'application/problem+json')
  const wrong = problems.flatMap(({ name, status, examples = {} }) =>
    Object.entries(examples)
      .map(([code, { value }]) => ({ code, value: value as { status: number; code: string; hint: string } }))
      .filter(
        ({ code, value }) => String(value.status) !== status || value.code !== code || value.hint === '',
      )
      .map(({ code }) => `${name} ${code}`),
  )
  expect(wrong).toEqual([])
  const names = new Set(problems.map(({ name }) => name.split(' ').slice(0, 3).join(' ')))
  for (const name of ['GET /v1/billing/reads 403', 'POST /v1/meters/{id}/read 504', 'GET /v1/keys 401'])
    expect(names).toContain(name)
})

test('C-08 only what answers are made of stands in it, and none of it twice', async () => {
  const { components, paths } = await described()
  const text = JSON.stringify([paths, components])
  const unused = Object.keys(components.schemas).filter(
    name => !text.includes(`"#/components/schemas/${name}"`),
  )
  expect(unused).toEqual([])
  expect(Object.keys(components.schemas).filter(name => name.endsWith('Input'))).toEqual([])
})

test('C-08 real answers are held against the description, and one that is not as described is told', async () => {
  const check = answerCheckOf(await described())
  const headers = { 'content-type': 'application/json; charset=utf-8' }
  const clock = { now: '2026-11-21T10:00:00+08:00', trusted: true }
  const answer = (body: object, statusCode = 200) => ({ statusCode, headers, body: JSON.stringify(body) })
  expect(check('GET', '/v1/clock', answer(clock))).toBe(null)
  expect(check('GET', '/v1/clock?x=1', answer({ ...clock, more: 1 }))).toContain('additional properties')
  expect(check('GET', '/v1/clock', answer({ ...clock, now: 'today' }))).toContain('date-time')
  expect(check('GET', '/v1/clock', answer(clock, 404))).toContain('404 application/json is not described')
})
