/**
 * How many labelled faults pass the gateway's validation unnoticed: the real pipeline, alarms and release over a model
 * town, judged by the town's ledger. Faults were drawn without sight of the rules.
 */

import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { argv, cpuUsage, execPath } from 'node:process'
import { setFlagsFromString } from 'node:v8'
import type { Benchmark } from '../run.ts'
import { archivist } from './archive.ts'
import { shownBoard } from './board.ts'
import { EVERYTHING, FAULT_FREE, NOISE_ONLY } from './faults.ts'
import type { TownMeter } from './load.ts'
import { boardOf, keep, keptOf, type SeedResult, seedResultOf } from './seed-result.ts'
import { missedAims, resultsOf, shownSums } from './sums.ts'
import { liveThrough } from './town-run.ts'

/**
 * `--meters 500 --days 60 --noise --clean --each 4 --line 40 --kinds a,b --ask m0001,modbus-rtu`, and seeds as bare numbers;
 * `--jobs 2` seeds at a time, `--keep FOLDER` for what came of each, where a run broken off goes on; `--aims` fails where one
 * is missed.
 */
export interface Size {
  readonly seeds: readonly number[]
  readonly meters: number
  readonly days: number
  readonly each: number
  readonly eachOnLine: number
  readonly only: 'all' | 'noise' | 'clean'
  readonly kinds: readonly string[] | null
  /** Meters and protocols, of which alone is asked. */
  readonly ask: readonly string[] | null
  readonly jobs: number
  readonly keep: string | null
}

/** Of a seed in a process of its own. */
const HERE = '--here'
/** MB: what a round leaves behind is gone before it is moved to where the heap is old. */
const YOUNG = '--max-semi-space-size=48'

export const validation: Benchmark = {
  about:
    'labelled faults of a model town: caught, missed, released as good; false alarms; readings judged a second',
  run: async say => {
    const size = sizeOf(argv.slice(2))
    const results = argv.includes(HERE)
      ? await Promise.all(size.seeds.map(seed => runSeed(seed, size)))
      : await runSeeds(size, say)
    if (argv.includes('--aims') && missedAims(results).length > 0) process.exitCode = 1
    if (!argv.includes(HERE)) say(shownSums(results))
    return resultsOf(results)
  },
}

export function sizeOf(args: readonly string[]): Size {
  const textAfter = (name: string) =>
    args.includes(`--${name}`) ? args[args.indexOf(`--${name}`) + 1] : undefined
  const numberAfter = (name: string, usual: number) => Number(textAfter(name) ?? usual)
  const namesAfter = (name: string) => textAfter(name)?.split(',') ?? null
  const isFlag = (arg: string | undefined) => arg !== undefined && FLAGS.includes(arg)
  const seeds = args
    .filter((arg, at) => /^\d+$/.test(arg) && (isFlag(args[at - 1]) || !args[at - 1]?.startsWith('--')))
    .map(Number)
  return {
    seeds: seeds.length === 0 ? [1] : seeds,
    meters: numberAfter('meters', 500),
    days: numberAfter('days', 60),
    each: numberAfter('each', EVERYTHING.each),
    eachOnLine: numberAfter('line', EVERYTHING.eachOnLine),
    kinds: namesAfter('kinds'),
    ask: namesAfter('ask'),
    only: args.includes('--noise') ? 'noise' : args.includes('--clean') ? 'clean' : 'all',
    jobs: numberAfter('jobs', 1),
    keep: textAfter('keep') ?? null,
  }
}

const FLAGS = ['--noise', '--clean', '--aims', HERE]

/** Of results that may be added up. */
function sameOf({ seeds: _, jobs: __, keep: ___, ...size }: Size): string {
  return JSON.stringify(size)
}

async function runSeed(seed: number, size: Size): Promise<SeedResult> {
  // On a large machine V8 would let garbage grow to four times what lives.
  setFlagsFromString('--heap-growing-percent=60')
  const plantOf =
    size.only === 'clean'
      ? FAULT_FREE
      : {
          ...(size.only === 'noise' ? NOISE_ONLY : EVERYTHING),
          each: size.each,
          eachOnLine: size.eachOnLine,
          ...(size.kinds && { kinds: size.kinds }),
        }
  const archived = await archivist()
  const before = cpuUsage()
  const isAsked = ({ id, protocol }: TownMeter) =>
    size.ask?.some(one => one === id || one === protocol) ?? true
  const town = { seed, meters: size.meters, days: size.days }
  const lived = await liveThrough(town, plantOf, archived, isAsked)
  const { user, system } = cpuUsage(before)
  const board = shownBoard(seed, lived)
  const result = seedResultOf(seed, sameOf(size), lived, (user + system) / 1e6)
  if (size.keep !== null) keep(size.keep, result, board)
  return result
}

/** Each in a process of its own, so many at a time: seeds know nothing of each other. */
async function runSeeds(size: Size, say: (text: string) => void): Promise<readonly SeedResult[]> {
  const folder = size.keep ?? mkdtempSync(join(tmpdir(), 'meterd-validation-'))
  const of = sameOf(size)
  const left = size.seeds.filter(seed => keptOf(folder, seed, of) === null)
  async function work(): Promise<void> {
    for (let seed = left.shift(); seed !== undefined; seed = left.shift()) {
      if (size.seeds.length > 1) say(`seed ${seed} …`)
      await inItsOwnProcess(seed, size, folder)
    }
  }
  await Promise.all(Array.from({ length: size.jobs }, work))
  const results = size.seeds.flatMap(seed => keptOf(folder, seed, of) ?? [])
  const [only, ...more] = results
  if (only && more.length === 0) say(boardOf(folder, only.seed))
  if (size.keep === null) rmSync(folder, { recursive: true })
  return results
}

function inItsOwnProcess(seed: number, size: Size, folder: string): Promise<void> {
  const { meters, days, each, eachOnLine, only, kinds, ask } = size
  const args = [
    ...['validation', HERE, `${seed}`, '--keep', folder, '--meters', `${meters}`, '--days', `${days}`],
    ...['--each', `${each}`, '--line', `${eachOnLine}`],
    ...(only === 'all' ? [] : [`--${only}`]),
    ...(kinds ? ['--kinds', kinds.join()] : []),
    ...(ask ? ['--ask', ask.join()] : []),
  ]
  const child = spawn(execPath, [YOUNG, argv[1] ?? '', ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', text => {
    said += text
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code =>
      code === 0 ? resolve() : reject(new Error(`seed ${seed} ended with ${code}: ${said}`)),
    )
  })
}
