/**
 * `npm run prove -- NAME [--seeds N] [--afresh]`: long counts of a test, one seed after the other. What is proven is
 * written down after each seed, so that a run broken off goes on where it was; the first failure names its seed.
 */

import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

interface Proof {
  readonly about: string
  readonly files: readonly string[]
  /** What makes one seed long. */
  readonly environment: Readonly<Record<string, string>>
  readonly seeds: number
  /** Instead of tests: a benchmark over all seeds together, which keeps what came of each. */
  readonly bench?: readonly string[]
}

const PROOFS: Readonly<Record<string, Proof>> = {
  kills: {
    about:
      'PR-01: the store is killed at random moments; nothing acknowledged is lost or doubled (100 a seed)',
    files: ['tests/store/kill.test.ts'],
    environment: { METERD_KILLS: '100' },
    seeds: 10,
  },
  power: {
    about:
      'PR-01: the power of three kinds of disk is cut under the writing store, and under the daemon (10 cuts of each a seed)',
    files: ['tests/prove/power.test.ts', 'tests/prove/power-daemon.test.ts'],
    environment: { METERD_CUTS: '10', METERD_DAEMON_CUTS: '5' },
    seeds: 3,
  },
  crash: {
    about:
      'PR-01 PR-11 PR-84: the polling, publishing daemon is killed (50 times a seed), the store at each system call',
    files: ['tests/prove/crash.test.ts'],
    environment: { METERD_CRASHES: '50', METERD_CALLS: '200' },
    seeds: 10,
  },
  outage: {
    about:
      'PR-01 PR-10: 2,000 meters go on for 30 days without servers, 23.3 million readings, then all is delivered (1 to 2 hours, 20 GB)',
    files: ['tests/prove/outage.test.ts'],
    environment: { METERD_OUTAGE_METERS: '2000', METERD_OUTAGE_DAYS: '30' },
    seeds: 1,
  },
  clock: {
    about:
      'PR-31: the wall clock of the polling daemon jumps, as listed and at random (15 times a seed); nothing wrong is good',
    files: ['tests/prove/clock.test.ts'],
    environment: { METERD_JUMPS: '15' },
    seeds: 3,
  },
  policy: {
    about:
      'P-04 P-09 PR-56: when cuts are permitted, against every minute of two years as clocks show it (200 policies a place and seed)',
    files: ['tests/supply/policy/days.property.test.ts'],
    environment: { METERD_POLICY_YEARS: '2' },
    seeds: 10,
  },
  week: {
    about:
      'PR-24: a week of 100 meters in minutes through store, MQTT and InfluxDB; memory and descriptors stay level',
    files: ['tests/prove/week.test.ts'],
    environment: { METERD_WEEK_METERS: '100' },
    seeds: 1,
  },
  disk: {
    about: 'PR-20: the disk of the polling daemon is filled by another (10 times) and by its own readings',
    files: ['tests/prove/disk.test.ts'],
    environment: { METERD_FILLS: '10', METERD_OWN_DISK_MB: '4' },
    seeds: 1,
  },
  flips: {
    about:
      'PR-06, PR-07: bits of the database and its log are flipped; no wrong value is served, what lies elsewhere is had back, reading goes on (1,000 a seed)',
    files: ['tests/store/damage.test.ts', 'tests/store/rescue.test.ts'],
    environment: { METERD_FLIPS: '1000' },
    seeds: 10,
  },
  'fuzz-645': {
    about:
      'V-F2: ten million damaged DL/T 645 frames (a million a seed); as many pass as an 8-bit sum must let through, all ends, nothing is thrown',
    files: ['tests/drivers/dlt645/fuzz.test.ts'],
    environment: { METERD_FUZZ: '1000000' },
    seeds: 10,
  },
  orders: {
    about:
      'PR-58 I-07 I-09: orders to relays over disturbed lines (30,000 a seed): one frame at most, none when over, done only where it is so, no password told',
    files: ['tests/drivers/dlt645/any-order.test.ts'],
    environment: { METERD_TIMES: '50' },
    seeds: 4,
  },
  planted: {
    about:
      'every mistake of each class in a copy of every Modbus profile, on live meters, after every look: 95 % are caught, the rest listed, none billed (20,000 a seed)',
    files: ['tests/commission/planted.test.ts', 'tests/acquire/commissioning.test.ts'],
    environment: { METERD_PLANTED: 'all' },
    seeds: 3,
  },
  validation: {
    about:
      'PR-41 A-04: a town of 500 meters, 60 days, every kind of fault, against the rules (two seeds at a time, 7 minutes and 1 GB each); a table over all seeds, and what is aimed at',
    files: [],
    environment: {},
    seeds: 10,
    bench: ['validation', '--aims', '--jobs', '2', '--keep', join('data', 'prove', 'validation-seeds')],
  },
  requests: {
    about:
      'C-08: bad requests made from the description of the API (10,000 a seed); each is refused with a place and a remedy',
    files: ['tests/api/bad-requests.test.ts'],
    environment: { METERD_BAD_REQUESTS: '10000' },
    seeds: 10,
  },
  properties: {
    about:
      'every property of drivers, reading, config, publish and simulator, with 20 times its cases a seed',
    files: ['drivers', 'reading', 'config', 'publish', 'simulator'].map(room => `tests/${room}`),
    environment: { METERD_TIMES: '20' },
    seeds: 5,
  },
}

const ROOT = join(import.meta.dirname, '..', '..')
const NOTES = join(ROOT, 'data', 'prove')

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: 'string' }, afresh: { type: 'boolean', default: false } },
})
const name = positionals[0] ?? ''
const proof = Object.hasOwn(PROOFS, name) ? PROOFS[name] : undefined
if (proof) process.exit(prove(proof))
for (const [known, { about }] of Object.entries(PROOFS)) console.log(`${known.padEnd(12)}${about}`)
process.exit(name === '' ? 0 : 2)

function prove({ files, environment, seeds, bench }: Proof): number {
  const wanted = Number(values.seeds ?? seeds)
  if (bench) return proveTogether(bench, wanted)
  for (let seed = values.afresh ? 1 : proven() + 1; seed <= wanted; seed++) {
    console.log(`${name}: seed ${seed} of ${wanted}`)
    const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs')
    const { status } = spawnSync(process.execPath, [vitest, 'run', '--testTimeout', '3600000', ...files], {
      cwd: ROOT,
      stdio: 'inherit',
      env: { ...process.env, ...environment, METERD_SEED: String(seed) },
    })
    if (status !== 0) {
      console.error(`${name}: seed ${seed} failed; the same again:  npm run prove -- ${name}`)
      return 1
    }
    mkdirSync(NOTES, { recursive: true })
    writeFileSync(join(NOTES, name), String(seed))
  }
  console.log(`${name}: seeds 1 to ${wanted} are proven`)
  return 0
}

/** What each seed came to is kept in the folder the benchmark is told, so that one broken off goes on. */
function proveTogether(bench: readonly string[], wanted: number): number {
  const folder = bench[bench.indexOf('--keep') + 1]
  if (values.afresh && folder !== undefined) rmSync(join(ROOT, folder), { recursive: true, force: true })
  const seeds = Array.from({ length: wanted }, (_, nth) => String(nth + 1))
  const args = [join('bench', 'run.ts'), ...bench, ...seeds]
  return spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' }).status ?? 1
}

/** The last seed that passed, 0 where none has. */
function proven(): number {
  try {
    return Number(readFileSync(join(NOTES, name), 'utf8'))
  } catch {
    return 0
  }
}
