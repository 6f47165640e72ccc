/** Where the control door of a data directory is; a file of its own, so that verbs need not load the web server. */

import { join } from 'node:path'

/** unix(7): 108 bytes with the closing zero. */
export const LONGEST_PATH = 107

export function doorOf(dataDirectory: string): string {
  return join(dataDirectory, 'meterd.sock')
}

export function fitsSocket(path: string): boolean {
  return Buffer.byteLength(path) <= LONGEST_PATH
}
