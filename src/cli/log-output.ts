/** The daemon's log as lines: words for people, JSON for whatever collects logs. */

import pino from 'pino'
import type { Config } from '../config/config.ts'
import type { Log } from '../core/log.ts'
import type { Terminal } from './verb.ts'

const WARN = 40
const ERROR = 50

interface Line {
  readonly time: number
  readonly level: number
  readonly msg: string
  readonly lineId?: string
  readonly sinkId?: string
  readonly meterId?: string
  readonly hint?: string
  readonly hex?: string
}

export function openLog({ logLevel, logFormat }: Config, io: Terminal): Log {
  if (logFormat === 'json') return pino({ level: logLevel }, pino.destination({ dest: 1, sync: true }))
  return pino({ level: logLevel }, { write: line => io.out(inWords(JSON.parse(line))) })
}

/** One line, whatever a meter or a server has said in it: nobody writes lines of our log, or steers a terminal by it. */
function inWords({ time, level, msg, lineId, sinkId, meterId, hint, hex }: Line): string {
  const mark = level >= ERROR ? 'ERROR ' : level >= WARN ? 'WARN  ' : ''
  const who = [lineId, sinkId, meterId].filter(name => name !== undefined).join(' ')
  const what = `${who === '' ? '' : `${who}: `}${msg}${hex === undefined ? '' : ` ${hex}`}`
  const remedy = level >= WARN && hint !== undefined ? ` — ${hint}` : ''
  return `${new Date(time).toISOString().slice(0, 19)}Z ${mark}${shown(what)}${shown(remedy)}`
}

function shown(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, unseen => `\\u${unseen.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
