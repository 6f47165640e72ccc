/** Which methods an address takes, for who asks it by another one (RFC 9110 §15.5.6). */

import type { FastifyInstance } from 'fastify'

/** Answers by path, without its query: none where there is no such address. Comes before any route, so that it sees them all. */
export function methodsByPath(app: FastifyInstance): (path: string) => readonly string[] {
  const routes: { readonly pattern: readonly string[]; readonly methods: readonly string[] }[] = []
  app.addHook('onRoute', ({ method, url }) => {
    routes.push({ pattern: url.split('/'), methods: [method].flat() })
  })
  return path => {
    const parts = path.split('/')
    const found = routes.filter(({ pattern }) => fits(pattern, parts))
    return [...new Set(found.flatMap(({ methods }) => methods))]
  }
}

/** `:name` is any part, `*` at the end whatever follows. */
function fits(pattern: readonly string[], path: readonly string[]): boolean {
  const isOpen = pattern.at(-1) === '*'
  if (isOpen ? path.length < pattern.length : path.length !== pattern.length) return false
  return pattern.every(
    (part, nth) => part === '*' || part === path[nth] || (part.startsWith(':') && path[nth] !== ''),
  )
}
