/**
 * How many labelled faults pass the gateway's validation unnoticed: the real pipeline, alarms and release over a model
 * town, judged by the town's ledger. Faults were drawn without sight of the rules.
 */

import { cpuUsage } from 'node:process'
import { setFlagsFromString } from 'node:v8'
import type { Benchmark, Result } from '../run.ts'
import { archivist } from './archive.ts'
import { shownBoard } from './board.ts'
import { EVERYTHING, FAULT_FREE, NOISE_ONLY } from './faults.ts'
import type { TownMeter } from './load.ts'
import { type Lived, liveThrough } from './town-run.ts'

/** `--meters 500 --days 60 --noise --clean --each 4 --line 40 --kinds a,b --ask m0001,modbus-rtu`, and seeds as bare numbers. */
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
}

export const validation: Benchmark = {
  about:
    'labelled faults of a model town: caught, missed, released as good; false alarms; readings judged a second',
  run: async say => {
    // On a large machine V8 would let garbage grow to four times what lives.
    setFlagsFromString('--heap-growing-percent=40')
    const size = sizeOf(process.argv.slice(2))
    const results: Result[] = []
    // Seeds know nothing of each other: a run that was broken off goes on with those that are left.
    for (const seed of size.seeds)
      for (const result of await runSeed(seed, size, say))
        results.push(size.seeds.length === 1 ? result : { ...result, what: `seed ${seed}: ${result.what}` })
    return results
  },
}

export function sizeOf(args: readonly string[]): Size {
  const numberAfter = (name: string, usual: number) => {
    const at = args.indexOf(`--${name}`)
    return at < 0 ? usual : Number(args[at + 1])
  }
  const namesAfter = (name: string) =>
    args.includes(`--${name}`) ? (args[args.indexOf(`--${name}`) + 1]?.split(',') ?? []) : null
  const seeds = args.filter((arg, at) => /^\d+$/.test(arg) && !args[at - 1]?.startsWith('--')).map(Number)
  return {
    seeds: seeds.length === 0 ? [1] : seeds,
    meters: numberAfter('meters', 500),
    days: numberAfter('days', 60),
    each: numberAfter('each', EVERYTHING.each),
    eachOnLine: numberAfter('line', EVERYTHING.eachOnLine),
    kinds: namesAfter('kinds'),
    ask: namesAfter('ask'),
    only: args.includes('--noise') ? 'noise' : args.includes('--clean') ? 'clean' : 'all',
  }
}

async function runSeed(seed: number, size: Size, say: (text: string) => void): Promise<readonly Result[]> {
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
  const lived = await liveThrough({ seed, meters: size.meters, days: size.days }, plantOf, archived, isAsked)
  const { user, system } = cpuUsage(before)
  say(shownBoard(seed, lived))
  return resultsOf(lived, (user + system) / 1e6)
}

function resultsOf(lived: Lived, seconds: number): readonly Result[] {
  const { fates, wrongs, falseAlarms, meterDays } = lived
  const alone = { reference: null, against: '' }
  const ofLine = fates.filter(({ label }) => label.class === 'communication')
  const lasting = fates.filter(
    ({ label }) => (label.class === 'meter' || label.class === 'archive') && !label.isHonest,
  )
  const inTime = lasting.filter(({ caughtAt, settledAt }) => caughtAt !== null && caughtAt <= settledAt)
  const share = lasting.length === 0 ? 100 : (inTime.length / lasting.length) * 100
  return [
    {
      what: 'faults of the line whose wrong value was released as good',
      value: ofLine.filter(({ released }) => released > 0).length,
      unit: 'faults',
      better: 'lower',
      ...alone,
    },
    {
      what: 'wrong registers released with no fault to explain them',
      value: wrongs.filter(({ label }) => label === null).length,
      unit: 'registers',
      better: 'lower',
      ...alone,
    },
    {
      what: 'faults of meters and archive told of before their bill',
      value: share,
      unit: '%',
      better: 'higher',
      ...alone,
    },
    {
      what: 'false alarms',
      value: (falseAlarms.length / meterDays) * 10_000,
      unit: 'per 10,000 meter-days',
      better: 'lower',
      ...alone,
    },
    {
      what: 'alarms of meters whose line erred twice running',
      value: lived.ofLine.length,
      unit: 'alarms',
      better: 'lower',
      ...alone,
    },
    {
      what: 'boundaries of meters in order held back',
      value: (lived.heldBack / Math.max(1, lived.heldBack + lived.released)) * 100,
      unit: '%',
      better: 'lower',
      ...alone,
    },
    {
      what: 'readings judged on one core',
      value: lived.readings / seconds,
      unit: 'readings/s',
      better: 'higher',
      ...alone,
    },
  ]
}
