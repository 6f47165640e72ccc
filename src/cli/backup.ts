/** `meterd backup`: a verified copy of the store, taken while the daemon runs or without one. */

import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { systemClock } from '../core/clock.ts'
import { backUpStore } from '../store/copies/backup.ts'
import { dataPlace } from './data-place.ts'
import { BAD_CONFIG, type Verb, WrongUse } from './verb.ts'
import { versionOf } from './version.ts'

export const backup: Verb = {
  summary: 'a verified copy of the store, while the daemon runs',
  help: `meterd backup FILE --config FILE | --data DIR [--json]

Copies the store as it is at this moment to FILE, which must not exist, and its hash and figures to FILE.json. Reading
goes on meanwhile. Every checksum in the copy is verified before it gets its name. Never copy the files of the data
directory instead while a daemon runs: such a copy mixes moments.
Exit 0 copied and verified; 1 it was not; 2 used wrongly; 78 a wrong configuration.
Example: meterd backup /backup/meterd-monday.db --config config/gateway.yaml`,
  async run(argv, io) {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: {
        config: { type: 'string' },
        data: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    })
    const [file] = positionals
    if (file === undefined || positionals.length > 1) throw new WrongUse('name one FILE')
    const place = await dataPlace(values, io)
    if (place === null) return BAD_CONFIG
    const taken = await backUpStore(place.directory, resolve(file), {
      now: systemClock.now(),
      version: versionOf(),
    })
    if (values.json) io.out(JSON.stringify({ file: resolve(file), ...taken }))
    else
      io.out(
        `${resolve(file)}: ${taken.readings} readings up to number ${taken.lastSequence} of epoch ${taken.epoch}, verified`,
      )
    if (taken.damaged > 0)
      io.err(`${taken.damaged} rows of the store do not check; they are withheld there and in the copy`)
    return 0
  },
}
