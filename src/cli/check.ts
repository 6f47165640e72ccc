/** `meterd check`: everything that is wrong with a configuration, at once, before anything is started. */

import { parseArgs } from 'node:util'
import { type Complaint, formatComplaint } from '../config/complaint.ts'
import { percent } from '../config/line-load.ts'
import { loadConfig, type Right } from '../config/load.ts'
import { BAD_CONFIG, type Terminal, type Verb, WrongUse } from './verb.ts'

export const check: Verb = {
  summary: 'says everything that is wrong with a configuration, at once',
  help: `meterd check --config FILE [--json]

Reads the configuration, the meter list, drivers and profiles, and runs every profile's example exchanges. Prints each
mistake on a line of its own, "file:line:column key: what is wrong; what to do", and exits 78. Without mistakes it
prints what the gateway will do, with a forecast of each line's load, and exits 0. With --json, one object a line.
Exit 0 right; 2 used wrongly; 78 mistakes.
Example: meterd check --config config/gateway.yaml`,
  async run(argv, io) {
    const { values } = parseArgs({
      args: [...argv],
      options: { config: { type: 'string' }, json: { type: 'boolean', default: false } },
    })
    if (values.config === undefined) throw new WrongUse('--config is missing')
    const loaded = await loadConfig(values.config, process.env)
    if ('complaints' in loaded) {
      for (const complaint of loaded.complaints) io.out(lineOf(complaint, 'mistake', values.json))
      io.err(counted(loaded.complaints.length, 'mistake'))
      return BAD_CONFIG
    }
    for (const warning of loaded.warnings) io.out(lineOf(warning, 'warning', values.json))
    tell(loaded, values.json, io)
    return 0
  },
}

function lineOf(complaint: Complaint, kind: 'mistake' | 'warning', json: boolean): string {
  if (json) return JSON.stringify({ kind, ...complaint })
  return `${kind === 'warning' ? 'warning: ' : ''}${formatComplaint(complaint)}`
}

function tell({ config, loads }: Right, json: boolean, io: Terminal): void {
  const protocols = [...new Set(config.meters.map(meter => meter.driver.protocol))].sort()
  if (json) {
    const lines = loads.map(({ line, meters, share, exchangesPerMinute }) => ({
      line,
      meters,
      share,
      exchangesPerMinute,
    }))
    io.out(
      JSON.stringify({
        kind: 'good',
        gateway: config.gateway,
        meters: config.meters.length,
        protocols,
        lines,
      }),
    )
    return
  }
  const meters = counted(config.meters.length, 'meter')
  io.out(`${config.gateway}: ${meters} on ${counted(loads.length, 'line')}, speaking ${protocols.join(', ')}`)
  for (const load of loads) {
    const url = config.lines.find(line => line.id === load.line)?.urlText
    io.out(
      `  ${load.line} ${url}: ${counted(load.meters, 'meter')}, ${percent(load.share)} of its time at least`,
    )
    io.out(`    ${load.arithmetic}`)
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
