/** `meterd trust-clock`: a person's word that the clock of the box is right (PR-31). */

import { parseArgs } from 'node:util'
import { Fault } from '../core/faults.ts'
import { askDaemon } from './ask-daemon.ts'
import { dataPlace } from './data-place.ts'
import { BAD_CONFIG, type Verb } from './verb.ts'

export const trustClock: Verb = {
  summary: 'say that the clock of this box is right, when the daemon does not believe it',
  help: `meterd trust-clock --config FILE | --data DIR [--json]

Compare the clock first: readings stamped from now on may be billed by it. What was stamped later than now, as by a
clock that was ahead, is put in doubt. The daemon must run.
Exit 0 done; 1 it was not; 2 used wrongly; 78 a wrong configuration.
Example: date && meterd trust-clock --config config/gateway.yaml`,
  async run(argv, io) {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        config: { type: 'string' },
        data: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    })
    const place = await dataPlace(values, io)
    if (place === null) return BAD_CONFIG
    const answer = await askDaemon(place.directory, { method: 'POST', path: '/v1/clock/trust' })
    if (answer === null) throw new Fault('ASK_FAILED', 'no daemon runs on these data; start it first')
    const { now, trusted } = answer.body as { readonly now: string; readonly trusted: boolean }
    io.out(values.json ? JSON.stringify({ now, trusted }) : `it is ${now}; the clock is believed`)
    return trusted ? 0 : 1
  },
}
