/**
 * Requests that the API's own description forbids, made from it: one thing wrong in each, and a word for it. A value counts
 * as wrong where the schema of its field refuses it by a validator that is not ours.
 */

import type { Random } from '../../src/core/random.ts'
import { type Described, type Operation, type Parameter, type Schema, validatorOf } from './openapi.ts'

export interface BadRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly payload?: string
  /** What is wrong with it, for the name of a failure. */
  readonly wrong: string
  /** What the detail of the answer must name. */
  readonly names: RegExp
  /** The caller's words that must not come back as they are. */
  readonly sent: string
}

interface Place {
  readonly path: string
  readonly method: string
  readonly parameters: readonly Parameter[]
  readonly body: NonNullable<Operation['requestBody']> | null
  readonly hasKey: boolean
  readonly random: Random
  readonly ajv: ReturnType<typeof validatorOf>
  readonly key: string
}

type Mutation = (place: Place) => BadRequest | null

/** As many as asked for; the same for the same dice. */
export function* badRequests(
  document: Described,
  { random, key, count }: { readonly random: Random; readonly key: string; readonly count: number },
): Generator<BadRequest> {
  const ajv = validatorOf(document)
  const places: Place[] = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody = null, security }]) => ({
      ...{ path, method: method.toUpperCase(), parameters, body: requestBody },
      hasKey: security !== undefined,
      ...{ random, ajv, key },
    })),
  )
  for (let made = 0; made < count; ) {
    const bad = pick(random, MUTATIONS)(pick(random, places))
    if (bad === null) continue
    made += 1
    yield bad
  }
}

function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[random.integer(items.length)] as Item
}

/** What a good request gives for every field that must be there. */
function usual(parameter: Parameter): string {
  return String(parameter.example ?? 'm1')
}

interface Sent {
  readonly query?: readonly (readonly [name: string, value: string])[]
  readonly path?: Readonly<Record<string, string>>
  /** A required field that is left out. */
  readonly without?: string
  readonly payload?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly method?: string
}

function request(place: Place, why: Pick<BadRequest, 'wrong' | 'names' | 'sent'>, sent: Sent): BadRequest {
  const given = new Set(sent.query?.map(([name]) => name))
  const required = place.parameters.filter(one => one.in === 'query' && one.required && !given.has(one.name))
  const query = [
    ...required.map(one => [one.name, usual(one)] as const).filter(([name]) => name !== sent.without),
    ...(sent.query ?? []),
  ]
  const path = place.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const parameter = place.parameters.find(one => one.in === 'path' && one.name === name)
    return encodeURIComponent(sent.path?.[name] ?? (parameter ? usual(parameter) : 'm1'))
  })
  const text = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
  const search = text.join('&')
  const payload =
    sent.payload ?? (place.body?.content['application/json'] ? JSON.stringify(goodBody(place)) : undefined)
  const authorization = place.hasKey ? { authorization: `Bearer ${place.key}` } : {}
  return {
    ...why,
    wrong: `${place.method} ${place.path}: ${why.wrong}`,
    method: sent.method ?? place.method,
    url: search === '' ? path : `${path}?${search}`,
    headers: { ...authorization, ...(payload !== undefined && JSON_BODY), ...sent.headers },
    ...(payload !== undefined && { payload }),
  }
}

const LONG = 5_000

/** Values no field is meant for, and some that few expect. */
const NASTY: readonly string[] = [
  ...[
    '',
    ' ',
    '\0',
    'a\u0000b',
    '\u001b[2J',
    'm1\r\nset-cookie: a=b',
    '\u202emoc',
    '\ufeff1',
    'null',
    'true',
  ],
  ...['-1', '0', '1.5', '1e3', '0x10', 'NaN', '01', '1001', '9'.repeat(30), '१२३', '１００', '½', '[]', '{}'],
  ...['2026-02-30', '2026-13-01', '2026-11-21T25:00:00Z', '2026-11-21T00:00:00', '21.11.2026', '9999-99-99'],
  ...['../../etc/passwd', "' OR '1'='1", '<script>alert(1)</script>', '{{7*7}}', '$' + '{jndi:ldap://x}'],
  ...[
    '😀'.repeat(40),
    'é'.repeat(60),
    'x'.repeat(LONG),
    'constructor',
    '__proto__',
    '1-0:1.8.0;DROP TABLE reading',
  ],
]

function nasty({ random }: Pick<Place, 'random'>, good: string): string {
  const choice = random.integer(4)
  if (choice > 1) return pick(random, NASTY)
  if (choice === 1) {
    const letters = Array.from({ length: 1 + random.integer(60) }, () => 1 + random.integer(0xd7fe))
    return String.fromCharCode(...letters)
  }
  const at = random.integer(good.length + 1)
  return `${good.slice(0, at)}${pick(random, ['\0', '\n', '-', '.', ' ', 'é', ''])}${good.slice(at + 1)}`
}

/** Dates of no calendar: a pattern cannot tell. */
const NO_DATES = ['2026-02-30', '2026-13-01', '9999-99-99', '2026-11-21T25:00:00Z']
const FORGED = [
  '["another","a"]',
  '["meters", "a"]',
  '[]',
  '{}',
  'null',
  '["releases",1e400]',
  '["x",{}]',
].map(text => Buffer.from(text).toString('base64url'))

/** A value its schema refuses, or its meaning does; null where every text is one. */
function wrongValue(place: Place, { name, schema, ...parameter }: Parameter): string | null {
  if (name === 'cursor' && place.random.integer(2) === 0) return pick(place.random, FORGED)
  if (/^(from|to|boundary)$/.test(name) && place.random.integer(4) === 0) return pick(place.random, NO_DATES)
  const isNumber = [schema.type].flat().some(type => type === 'integer' || type === 'number')
  const accepts = place.ajv.compile(schema)
  for (let tries = 0; tries < 20; tries++) {
    const value = nasty(place, usual({ name, schema, ...parameter }))
    if (!accepts(isNumber ? Number(value) : value)) return value
  }
  return null
}

const wrongQuery: Mutation = place => {
  const fields = place.parameters.filter(one => one.in === 'query')
  if (fields.length === 0) return null
  const field = pick(place.random, fields)
  const value = wrongValue(place, field)
  if (value === null) return null
  const names = new RegExp(`query\\.${field.name}\\b|\`${field.name}\` goes with it`)
  return request(
    place,
    { wrong: `query.${field.name}`, names, sent: value },
    { query: [[field.name, value]] },
  )
}

const doubledQuery: Mutation = place => {
  const fields = place.parameters.filter(one => one.in === 'query')
  if (fields.length === 0) return null
  const field = pick(place.random, fields)
  const names = new RegExp(`query\\.${field.name}\\b`)
  const value = usual(field)
  const query = [
    [field.name, value],
    [field.name, value],
  ] as const
  return request(place, { wrong: `query.${field.name} twice`, names, sent: '' }, { query })
}

const missingQuery: Mutation = place => {
  const fields = place.parameters.filter(one => one.in === 'query' && one.required)
  if (fields.length === 0) return null
  const { name } = pick(place.random, fields)
  const names = new RegExp(`query\\.${name}\\b`)
  return request(place, { wrong: `query.${name} missing`, names, sent: '' }, { without: name })
}

const UNKNOWN = [
  'metre',
  'limit[]',
  'limit[x]',
  '__proto__',
  'constructor',
  'x'.repeat(LONG),
  '\u001b[2J\u0000',
  'é',
]

const unknownQuery: Mutation = place => {
  const name = pick(place.random, UNKNOWN)
  // What a parser of queries takes out is as good as never sent.
  const names = /query/
  return request(place, { wrong: `query ${name.slice(0, 20)}`, names, sent: name }, { query: [[name, '1']] })
}

const brokenPath: Mutation = place => {
  const broken = pick(place.random, ['%zz', '%ff%fe', '%c0%af', '%'])
  const path = `${place.path.replaceAll(/\{\w+\}/g, 'm1')}/${broken}`
  return { ...request(place, { wrong: broken, names: /path|address/, sent: '' }, {}), url: path }
}

const wrongPathPart: Mutation = place => {
  // What is stated by PUT need not be there.
  if (place.method === 'PUT') return null
  const fields = place.parameters.filter(one => one.in === 'path')
  if (fields.length === 0) return null
  const field = pick(place.random, fields)
  // A dot of its own is taken out by clients, and nothing is another route.
  const value = `${nasty(place, usual(field))}~`
  const names = new RegExp(`path\\.${field.name}\\b|there is no such|part of the path`)
  return request(
    place,
    { wrong: `path.${field.name}`, names, sent: value },
    { path: { [field.name]: value } },
  )
}

const unknownPath: Mutation = place => {
  const part = pick(place.random, [
    'none',
    'x'.repeat(LONG),
    '%00',
    '..%2f..%2fetc%2fpasswd',
    '\u202e',
    '<b>',
    ';a=1',
  ])
  const { url, ...rest } = request(
    place,
    { wrong: 'unknown path', names: /address|path|there is no such/, sent: part },
    {},
  )
  return { ...rest, url: `${url.split('?')[0]}/${encodeURI(part)}` }
}

const wrongMethod: Mutation = place =>
  request(
    place,
    { wrong: 'method', names: /address|method/, sent: '' },
    { method: pick(place.random, ['DELETE', 'PATCH', 'OPTIONS']) },
  )

const noKey: Mutation = place => {
  if (!place.hasKey) return null
  const value = pick(place.random, [
    '',
    'Bearer',
    'Bearer x',
    `Bearer mk_${'0'.repeat(72)}`,
    'Basic YTpi',
    `Bearer ${'x'.repeat(LONG)}`,
    'Bearer é',
  ])
  return request(place, { wrong: 'key', names: /key/, sent: value }, { headers: { authorization: value } })
}

/** A body of a type that is not among those the route takes. */
const wrongType: Mutation = place => {
  if (place.body === null) return null
  const taken = Object.keys(place.body.content)
  const type = pick(
    place.random,
    ['text/plain', 'application/xml', 'multipart/form-data', 'a', 'application/jsonp'].filter(
      one => !taken.includes(one),
    ),
  )
  return request(
    place,
    { wrong: type, names: /Content-Type/, sent: '' },
    { payload: '{"by":"m1"}', headers: { 'content-type': type } },
  )
}

/** Text that is no JSON of one meaning, or more of it than is taken. */
const BROKEN_JSON = [
  '{',
  '{} {}',
  '{"a":NaN}',
  "{'a':1}",
  '{"a":1,"a":1}',
  '{"__proto__":{}}',
  '\0',
  '[1,]',
  '{"by":"\u0001"}',
  '['.repeat(30_000),
  `{"by":"${'x'.repeat(70_000)}"}`,
]

const brokenBody: Mutation = place => {
  if (place.body?.content['application/json'] === undefined) return null
  const payload = pick(place.random, BROKEN_JSON)
  return request(place, { wrong: `body ${payload.slice(0, 20)}`, names: /body/, sent: payload }, { payload })
}

const JSON_BODY = { 'content-type': 'application/json' }

/** A body with one value in it that its schema refuses. */
const wrongBody: Mutation = place => {
  const schema = place.body?.content['application/json']?.schema
  if (schema === undefined) return null
  const accepts = place.ajv.compile(schema)
  for (let tries = 0; tries < 20; tries++) {
    const { value, names, sent } = wrongJson(place, schema)
    if (accepts(value)) continue
    return request(
      place,
      { wrong: `body ${JSON.stringify(value).slice(0, 60)}`, names, sent },
      { payload: JSON.stringify(value) },
    )
  }
  return null
}

function wrongJson(
  place: Place,
  schema: Schema,
): { readonly value: unknown; readonly names: RegExp; readonly sent: string } {
  const { random } = place
  const other = () =>
    pick<unknown>(random, [-1, 0, 1.5, 2 ** 53, 1e308, true, null, [], {}, [[1]], nasty(place, '1')])
  const properties = propertiesOf(schema)
  const name =
    random.integer(3) === 0 ? pick(random, UNKNOWN) : pick(random, [...Object.keys(properties), 'metre'])
  if (random.integer(4) === 0) return { value: other(), names: /body/, sent: '' }
  const { [name]: _, ...without } = goodBody(place)
  const bad = other()
  const value = random.integer(4) === 0 ? without : { ...without, [name]: bad }
  return { value, names: /body/, sent: typeof bad === 'string' ? bad : '' }
}

function goodBody({ body }: Place): Readonly<Record<string, unknown>> {
  const schema = body?.content['application/json']?.schema ?? {}
  const needed = [schema, ...(schema.anyOf ?? [])].flatMap(({ required = [] }) => required)
  const required = Object.entries(propertiesOf(schema)).filter(([name]) => needed.includes(name))
  return Object.fromEntries(required.map(([name, one]) => [name, exampleOf(one)]))
}

function propertiesOf({ properties, anyOf = [] }: Schema): Readonly<Record<string, Schema>> {
  return properties ?? anyOf.map(propertiesOf).find(found => Object.keys(found).length > 0) ?? {}
}

function exampleOf({ type, enum: values = [], examples = values }: Schema): unknown {
  if (examples.length > 0) return examples[0]
  if (type === 'array') return []
  return type === 'integer' || type === 'number' ? 1 : type === 'boolean' ? true : 'm1'
}

const MUTATIONS: readonly Mutation[] = [
  ...[wrongQuery, wrongQuery, wrongQuery, wrongQuery, doubledQuery, missingQuery, unknownQuery, brokenPath],
  ...[
    wrongPathPart,
    wrongPathPart,
    unknownPath,
    wrongMethod,
    noKey,
    wrongType,
    brokenBody,
    brokenBody,
    wrongBody,
    wrongBody,
  ],
]
