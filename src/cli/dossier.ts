/** `meterd dossier`: what can be shown where a customer disputes a quantity, as a page to print. */

import { dirname, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { Fault } from '../core/faults.ts'
import { writeDurably } from '../store/durable.ts'
import { askDaemon } from './ask-daemon.ts'
import { dataPlace } from './data-place.ts'
import { targetFault } from './export-file.ts'
import { BAD_CONFIG, type Verb, WrongUse } from './verb.ts'

export const dossier: Verb = {
  summary:
    'the dossier of a disputed quantity: billed days, meter, creep, appliances, whether to test, raw frames',
  help: `meterd dossier METER --out FILE --config FILE | --data DIR [--from DAY] [--to DAY] [--json]

METER       its id
--out FILE  where to write; one that is there is replaced
--from DAY  YYYY-MM-DD, the first day; without it the last 31 days that are over
--to DAY    before this day, 62 days later at most; without it 31 days after --from
--json      the same as JSON

Writes one page that needs nothing else and prints on A4 (or to PDF, from any browser). Each figure in it names the readings it
rests on, and the appendix holds their raw frames. The daemon must run.
Exit 0 written; 1 it was not; 2 used wrongly; 78 a wrong configuration.
Example: meterd dossier flat-02 --from 2026-11-01 --to 2026-12-01 --out flat-02.html --config config/gateway.yaml`,
  async run(argv, io) {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        config: { type: 'string' },
        data: { type: 'string' },
        from: { type: 'string' },
        to: { type: 'string' },
        out: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    })
    const [meter, ...others] = positionals
    if (meter === undefined || others.length > 0) throw new WrongUse('name one METER')
    if (values.out === undefined) throw new WrongUse('--out is missing')
    const place = await dataPlace(values, io)
    if (place === null) return BAD_CONFIG
    const { from, to, json } = values
    const query = new URLSearchParams({
      format: json ? 'json' : 'html',
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    })
    const path = `/v1/meters/${encodeURIComponent(meter)}/dossier?${query}`
    const answer = await askDaemon(place.directory, { method: 'GET', path })
    if (answer === null) throw new Fault('ASK_FAILED', 'no daemon runs on these data; start it first')
    const file = resolve(values.out)
    const text = typeof answer.body === 'string' ? answer.body : `${JSON.stringify(answer.body)}\n`
    try {
      writeDurably(file, text)
    } catch (error) {
      throw targetFault(error, dirname(file))
    }
    io.out(file)
    return 0
  },
}
