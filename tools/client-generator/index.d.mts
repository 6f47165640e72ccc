/** The text of a TypeScript file with the types of an OpenAPI document. */
export function typesOf(document: object): Promise<string>
