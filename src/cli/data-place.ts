/** Where the data of a gateway are, for verbs that take `--config FILE` or `--data DIR`. */

import { resolve } from 'node:path'
import { formatComplaint } from '../config/complaint.ts'
import type { Config } from '../config/config.ts'
import { loadConfig } from '../config/load.ts'
import { type Terminal, WrongUse } from './verb.ts'

export interface DataPlace {
  readonly directory: string
  /** Null where only the data directory is known. */
  readonly config: Config | null
}

/** Null when the configuration is wrong; its complaints are told by then. Throws WrongUse. */
export async function dataPlace(
  { config, data }: { readonly config?: string | undefined; readonly data?: string | undefined },
  io: Terminal,
): Promise<DataPlace | null> {
  if ((config === undefined) === (data === undefined)) throw new WrongUse('give --config FILE or --data DIR')
  if (config === undefined) return { directory: resolve(data ?? ''), config: null }
  const loaded = await loadConfig(config, process.env)
  if ('complaints' in loaded) {
    for (const complaint of loaded.complaints) io.err(formatComplaint(complaint))
    return null
  }
  return { directory: loaded.config.dataDirectory, config: loaded.config }
}
