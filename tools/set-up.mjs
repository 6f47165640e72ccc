// Brings a fresh clone to where it can run: packages by the lock file, a Node that is new enough, a build.
// Plain JavaScript, because any Node from 20 on must be able to start it.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** Oldest Node whose built-in SQLite is free of the WAL-reset defect (3.51.3). */
const OLDEST = [22, 23, 3]

/** Installs what the lock file names and is not there, then builds what changed. */
export function setUp() {
  if (isCheckout()) {
    if (!packagesInPlace()) install()
    if (!isBuilt()) build()
  }
}

/** A Node that is new enough: the one running, else the one the lock file brings. */
export function nodePath() {
  if (isNewEnough(process.versions.node)) return process.execPath
  const bundled = join(root, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node')
  if (existsSync(bundled)) return bundled
  fail(
    `meterd needs Node ${OLDEST.join('.')} or newer; this is ${process.versions.node}, and none is packaged for ${process.platform} ${process.arch}`,
  )
}

export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options })
  if (error) fail(`${command}: ${error.message}`)
  return status ?? 1
}

export function build() {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  if (run(nodePath(), [tsc, '-p', 'tsconfig.build.json']) !== 0)
    fail('the build failed; see the errors above')
  writeFileSync(join(root, 'dist', '.sources'), sourcesHash())
}

function install() {
  console.error('meterd: installing packages (once)')
  // No package needs its install script: serialport ships its binaries inside.
  if (run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']) !== 0) {
    fail('`npm ci` failed; see the errors above')
  }
}

function isCheckout() {
  return existsSync(join(root, 'src')) && existsSync(join(root, 'package-lock.json'))
}

/** Compares what npm wrote down of node_modules with the lock file; optional packages may be of other platforms. */
function packagesInPlace() {
  const wanted = readJson('package-lock.json')
  const present = readJson('node_modules/.package-lock.json')
  if (!wanted || !present) return false
  return Object.entries(wanted.packages).every(
    ([place, { version, optional, link }]) =>
      place === '' ||
      optional ||
      link ||
      place.startsWith('tools/') ||
      present.packages[place]?.version === version,
  )
}

function isBuilt() {
  const stamp = join(root, 'dist', '.sources')
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === sourcesHash()
}

function sourcesHash() {
  const hash = createHash('sha256')
  for (const file of [
    'tsconfig.json',
    'tsconfig.build.json',
    'package-lock.json',
    ...sourcesIn('src'),
    ...sourcesIn('drivers'),
  ]) {
    hash.update(file).update(readFileSync(join(root, file)))
  }
  return hash.digest('hex')
}

function sourcesIn(folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .filter(file => file.endsWith('.ts'))
    .sort()
    .map(file => join(folder, file))
}

function readJson(file) {
  const path = join(root, file)
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null
}

function isNewEnough(version) {
  const parts = version.split('.').map(Number)
  const differing = parts.findIndex((part, index) => part !== OLDEST[index])
  return differing === -1 || parts[differing] > OLDEST[differing]
}

function fail(text) {
  console.error(`meterd: ${text}`)
  process.exit(1)
}
