// The development tasks of package.json: test, bench, client, prove, build, check, format.

import { join } from 'node:path'
import { build, nodePath, root, run, setUp } from './set-up.mjs'

const [task, ...args] = process.argv.slice(2)
const bin = (...path) => join(root, 'node_modules', ...path)
const node = (...rest) =>
  run(nodePath(), rest, { env: { ...process.env, PATH: `${bin('.bin')}:${process.env.PATH}` } })

const TASKS = {
  build: () => 0,
  check: () =>
    node(bin('typescript', 'bin', 'tsc'), '-p', 'tsconfig.json') ||
    node(bin('@biomejs', 'biome', 'bin', 'biome'), 'check', '.'),
  format: () => node(bin('@biomejs', 'biome', 'bin', 'biome'), 'check', '--write', '.'),
  test: () => TASKS.check() || node(bin('vitest', 'vitest.mjs'), 'run', ...args),
  bench: () => node('bench/run.ts', ...args),
  client: () =>
    node(bin('vitest', 'vitest.mjs'), 'run', 'tests/api/client.test.ts', '-t', 'npm run client', '--update'),
  prove: () => node('tests/prove/run.ts', ...args),
}

if (!Object.hasOwn(TASKS, task)) {
  console.error(`tasks: ${Object.keys(TASKS).join(', ')}`)
  process.exit(2)
}
if (process.env.npm_lifecycle_event === 'prepare') build()
else setUp()
process.exit(TASKS[task]())
