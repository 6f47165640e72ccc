/** Which data directory a verb works on: the one a configuration names, or one given outright. */

import { resolve } from 'node:path'
import { formatComplaint } from '../config/complaint.ts'
import { loadConfig } from '../config/load.ts'
import { BAD_CONFIG, type Terminal } from './verb.ts'

export interface Given {
  readonly config?: string | undefined
  readonly data?: string | undefined
}

/** The directory, or the exit code when what is wrong has been told. */
export async function dataPlace(
  { config, data }: Given,
  help: string,
  io: Terminal,
): Promise<string | number> {
  if ((config === undefined) === (data === undefined)) {
    io.err(`give --config FILE or --data DIR\n\n${help}`)
    return 2
  }
  if (config === undefined) return resolve(data ?? '')
  const loaded = await loadConfig(config, process.env)
  if ('config' in loaded) return loaded.config.dataDirectory
  for (const complaint of loaded.complaints) io.err(formatComplaint(complaint))
  return BAD_CONFIG
}
