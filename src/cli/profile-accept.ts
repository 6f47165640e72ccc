/** `meterd profile accept`: a person's word that what a new meter shows is right. */

import { parseArgs } from 'node:util'
import { Fault } from '../core/faults.ts'
import { askDaemon } from './ask-daemon.ts'
import { dataPlace } from './data-place.ts'
import { BAD_CONFIG, type Terminal, WrongUse } from './verb.ts'

export async function acceptMeter(argv: readonly string[], io: Terminal): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      config: { type: 'string' },
      data: { type: 'string' },
      by: { type: 'string' },
      because: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  const [meter, ...more] = positionals
  if (meter === undefined || more.length > 0) throw new WrongUse('name one METER, by its id')
  if (values.by === undefined) throw new WrongUse('--by is missing: who accepts it?')
  const place = await dataPlace(values, io)
  if (place === null) return BAD_CONFIG
  const { by, because } = values
  const answer = await askDaemon(place.directory, {
    method: 'POST',
    path: `/v1/meters/${encodeURIComponent(meter)}/acceptance`,
    body: { by, ...(because === undefined ? {} : { because }) },
  })
  if (answer === null) throw new Fault('ASK_FAILED', 'no daemon runs on these data; start it first')
  const { at, identity } = answer.body as { readonly at: string; readonly identity: string | null }
  if (values.json) io.out(JSON.stringify(answer.body))
  else
    io.out(
      `${meter}${identity === null ? '' : ` (${identity})`} is accepted by ${by}: what is read from ${at} on may be billed`,
    )
  return 0
}
