/** The API's description of itself, held against values by a validator that is not ours (JSON Schema 2020-12). */

import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

export interface Schema {
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly anyOf?: readonly Schema[]
  readonly enum?: readonly unknown[]
  readonly examples?: readonly unknown[]
  readonly required?: readonly string[]
}

export interface Parameter {
  readonly name: string
  readonly in: 'query' | 'path' | 'header'
  readonly required?: boolean
  readonly schema: Schema
  readonly example?: unknown
}

export interface Media {
  readonly schema: Schema
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>
}

export interface Operation {
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly required?: boolean; readonly content: Readonly<Record<string, Media>> }
  readonly security?: readonly object[]
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>
}

export interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

/** Schemas of the document name its components as it does, by `#/components/…`. */
export function validatorOf({ components }: Pick<Described, 'components'>) {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  // Ships as CommonJS, with its function as `default`.
  ;(addFormats as unknown as { default: (ajv: Ajv2020) => void }).default(ajv)
  ajv.addSchema({ $id: ID, components })
  return {
    errorsText: ajv.errorsText.bind(ajv),
    compile: (schema: Schema) => ajv.compile(referringTo(schema)),
  }
}

/** Says what of an answer is not as the description has it; null where all is, or where it describes no such route. */
export function answerCheckOf(document: Described) {
  const { compile, errorsText } = validatorOf(document)
  const routes = Object.entries(document.paths).map(([path, operations]) => ({
    pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/?]+')}$`),
    operations,
  }))
  const compiled = new Map<Schema, ReturnType<typeof compile>>()

  return (method: string, url: string, answer: Answered): string | null => {
    const [path = ''] = url.split('?')
    const operation = routes.find(({ pattern }) => pattern.test(path))?.operations[method.toLowerCase()]
    if (operation === undefined) return null
    const { statusCode, headers, body } = answer
    const { content } = operation.responses[statusCode] ?? operation.responses['default'] ?? {}
    const [type = ''] = String(headers['content-type']).split(';')
    const schema = content?.[type]?.schema
    if (schema === undefined) return `${statusCode} ${type} is not described`
    const accepts = compiled.get(schema) ?? compile(schema)
    compiled.set(schema, accepts)
    const value: unknown = /[/+]json$/.test(type) ? JSON.parse(body) : body
    return accepts(value) ? null : `${statusCode} ${errorsText(accepts.errors)}`
  }
}

interface Answered {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

const ID = 'urn:meterd:openapi'

function referringTo(schema: Schema): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', `"${ID}#/components/`))
}
