/** `meterd restore`: a backup in the place of the store, in a new epoch. */

import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { systemClock } from '../core/clock.ts'
import { localUser } from '../running/local-user.ts'
import { restoreStore } from '../store/copies/restore.ts'
import { dataPlace } from './data-place.ts'
import { BAD_CONFIG, type Verb, WrongUse } from './verb.ts'

export const restore: Verb = {
  summary: 'puts a backup in the place of the store',
  help: `meterd restore FILE --config FILE | --data DIR [--json]

Holds FILE to its hash in FILE.json and to every checksum in it, then puts a copy in the place of the store. The store
that was there is kept under replaced/ in the data directory. The daemon must be stopped. The restored store goes on in
a new epoch, so that no sequence number is ever used for two things; sinks are sent again what they had since.
Exit 0 restored; 1 nothing was changed; 2 used wrongly; 78 a wrong configuration.
Example: meterd restore /backup/meterd-monday.db --config config/gateway.yaml`,
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
    const restored = await restoreStore(place.directory, resolve(file), {
      now: systemClock.now(),
      by: localUser(),
    })
    if (values.json) io.out(JSON.stringify({ file: resolve(file), ...restored }))
    else {
      io.out(
        `the store of ${restored.takenAt} with ${restored.readings} readings is in place and goes on in epoch ${restored.nextEpoch}`,
      )
      if (restored.kept !== null) io.out(`the store that was there is kept in ${restored.kept}`)
    }
    return 0
  },
}
