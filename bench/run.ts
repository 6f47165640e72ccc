/** `npm run bench -- NAME [--json]`: one benchmark, with a reference measured in the same run. */

import { cpus, release, totalmem } from 'node:os'

export interface Result {
  readonly what: string
  readonly value: number
  readonly unit: string
  readonly better: 'higher' | 'lower'
  /** The reference's value, of the same unit and run; null where the figure stands alone. */
  readonly reference: number | null
  /** What the reference is, in words. */
  readonly against: string
}

export interface Benchmark {
  readonly about: string
  run(say: (text: string) => void): Promise<readonly Result[]>
}

const BENCHMARKS: Readonly<Record<string, () => Promise<Benchmark>>> = {
  pipeline: async () => (await import('./pipeline.ts')).pipeline,
  line: async () => (await import('./line.ts')).line,
  store: async () => (await import('./store.ts')).store,
  'sick-line': async () => (await import('./sick-line.ts')).sickLine,
  orders: async () => (await import('./orders.ts')).orders,
  restores: async () => (await import('./restores.ts')).restores,
  'api-load': async () => (await import('./api-load.ts')).apiLoad,
  restart: async () => (await import('./restart.ts')).restart,
  sinks: async () => (await import('./sinks.ts')).sinks,
  memory: async () => (await import('./memory.ts')).memory,
  dlt645: async () => (await import('./dlt645.ts')).dlt645,
  'many-lines': async () => (await import('./many-lines.ts')).manyLines,
  storm: async () => (await import('./storm.ts')).storm,
  modbus: async () => (await import('./modbus.ts')).modbus,
  export: async () => (await import('./export.ts')).benchExport,
  validation: async () => (await import('./validation/run.ts')).validation,
}

const args = process.argv.slice(2)
const json = args.includes('--json')
const name = args.find(arg => !arg.startsWith('--'))
const load = name !== undefined && Object.hasOwn(BENCHMARKS, name) ? BENCHMARKS[name] : undefined
if (!load) {
  for (const [known, find] of Object.entries(BENCHMARKS))
    console.log(`${known.padEnd(10)} ${(await find()).about}`)
  process.exit(name === undefined ? 0 : 2)
}

const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.versions.node}`
const benchmark = await load()
const results = await benchmark.run(text => console.error(text))
console.error(`${name}: ${benchmark.about}\n${machine}`)
for (const { what, value, unit, reference, against } of results) {
  const ratio =
    reference === null
      ? ''
      : `; ${against} ${show(reference)} ${unit}, ratio ${(value / reference).toFixed(2)}`
  console.error(`  ${what}: ${show(value)} ${unit}${ratio}`)
}
if (json) {
  const rows = results.map(row => ({
    ...row,
    ratio: row.reference === null ? null : row.value / row.reference,
  }))
  console.log(JSON.stringify({ name, machine, results: rows }))
}
process.exit()

function show(value: number): string {
  return value >= 1_000 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)
}
