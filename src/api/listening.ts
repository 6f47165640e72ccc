/** Opens the port of the API. */

import { Fault } from '../core/faults.ts'
import type { App } from './app.ts'

/** Answers where it listens. Throws CONFIG_INVALID where the port is taken. */
export async function listenAt(
  server: App,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string> {
  try {
    return await server.listen({ host, port })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
    throw new Fault(
      'CONFIG_INVALID',
      `the API cannot listen on ${host}:${port}: the port is taken; choose another in api.listen`,
      error,
    )
  }
}
