/** The house rules as a test: which way imports go, who may touch the clock, how long things may be. */

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FAULTS } from '../src/core/faults.ts'

const ROOT = join(import.meta.dirname, '..')

/** Who stands on which floor; imports go down, never sideways, except to one's own room. */
const FLOORS: Readonly<Record<string, number>> = {
  'src/core': 0,
  'src/driver-api': 1,
  'src/reading': 2,
  'src/supply': 2,
  'src/line': 3,
  'src/store': 3,
  'src/config': 3,
  'src/simulator': 3,
  'src/acquire': 4,
  'src/commission': 4,
  'src/export': 4,
  'src/publish': 4,
  'src/releasing': 4,
  'src/running': 4,
  'src/api': 5,
  'src/retrace': 5,
  'src/main.ts': 6,
  'src/cli': 7,
}

const sources = [...typescriptIn('src'), ...typescriptIn('drivers')].map(file => ({
  file,
  text: readFileSync(join(ROOT, file), 'utf8'),
}))

function typescriptIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .map(file => join(folder, file))
    .sort()
}

function roomOf(file: string): string {
  return file.split('/').length === 2 ? file : file.split('/').slice(0, 2).join('/')
}

interface Import {
  readonly from: string
  readonly to: string
  readonly typeOnly: boolean
}

function importsOf(file: string, text: string): Import[] {
  return [
    ...text.matchAll(
      /^(?:import|export)\s+(type\s)?[^'"]*?from\s+'(\.[^']+)'|^import\s+'(\.[^']+)'|import\('(\.[^']+)'\)/gm,
    ),
  ].map(([, typeOnly, from, bare, dynamic]) => ({
    from: file,
    to: normalize(join(dirname(file), from ?? bare ?? dynamic ?? '')),
    typeOnly: typeOnly !== undefined,
  }))
}

const imports = sources.flatMap(({ file, text }) => importsOf(file, text))

describe('imports', () => {
  test('every room has a floor', () => {
    const rooms = new Set(sources.map(({ file }) => roomOf(file)).filter(room => room.startsWith('src/')))
    expect([...rooms].filter(room => FLOORS[room] === undefined)).toEqual([])
  })

  test('go down, never up, never sideways', () => {
    const wrong = imports
      .filter(({ from }) => from.startsWith('src/'))
      .filter(({ from, to }) => roomOf(from) !== roomOf(to))
      .filter(({ from, to }) => (FLOORS[roomOf(to)] ?? 99) >= (FLOORS[roomOf(from)] ?? 0))
    expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([])
  })

  test('drivers see the driver contract only, and only as types', () => {
    const wrong = imports
      .filter(({ from }) => from.startsWith('drivers/'))
      .filter(
        ({ from, to, typeOnly }) =>
          roomOf(from) !== roomOf(to) && !(to.startsWith('src/driver-api/') && typeOnly),
      )
    expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([])
  })

  test('the house imports no driver; the configuration loads them', () => {
    expect(imports.filter(({ from, to }) => from.startsWith('src/') && to.startsWith('drivers/'))).toEqual([])
  })

  test('the simulator and the drivers share no code: they check each other', () => {
    const wrong = imports.filter(
      ({ from, to }) => from.startsWith('src/simulator/') && !/^src\/(simulator|core)\//.test(to),
    )
    expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([])
  })

  test('no circles', () => {
    const next = Map.groupBy(imports, ({ from }) => from)
    const circles: string[] = []
    const done = new Set<string>()
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '))
      if (path.includes(file) || done.has(file)) return
      for (const { to } of next.get(file) ?? []) visit(to, [...path, file])
      done.add(file)
    }
    for (const { file } of sources) visit(file, [])
    expect(circles).toEqual([])
  })
})

describe('time and chance', () => {
  const CLOCK =
    /\bDate\.now\b|\bnew Date\(\)|(?<!\.)\b(?:setTimeout|setInterval|setImmediate)\b|\bperformance\.now\b|\bprocess\.hrtime\b/
  const CHANCE = /\bMath\.random\b|\brandomBytes\b|\brandomInt\b|\brandomUUID\b|\bgetRandomValues\b/

  test('PR-30 only core/clock.ts touches clocks and timers', () => {
    const others = sources.filter(({ file }) => file !== 'src/core/clock.ts')
    expect(others.filter(({ text }) => CLOCK.test(withoutComments(text))).map(({ file }) => file)).toEqual([])
  })

  test('only core/random.ts draws random numbers', () => {
    const others = sources.filter(({ file }) => file !== 'src/core/random.ts')
    expect(others.filter(({ text }) => CHANCE.test(withoutComments(text))).map(({ file }) => file)).toEqual(
      [],
    )
  })
})

describe('files', () => {
  /** Tables may be long; everything else hides a second noun. */
  const TABLES = /items-\d{4}\.ts$|bit-names\.ts$|register-maps\.ts$|faults\.ts$/

  test('open with their purpose', () => {
    const silent = sources.filter(({ text }) => !/^(#!.*\n)?\/\*\*|^(#!.*\n)?\/\//.test(text))
    expect(silent.map(({ file }) => file)).toEqual([])
  })

  test('stay short', () => {
    const long = sources.filter(({ file, text }) => !TABLES.test(file) && text.split('\n').length > 350)
    expect(long.map(({ file, text }) => `${file}: ${text.split('\n').length} lines`)).toEqual([])
  })

  test('leave nothing for later and nothing for nobody', () => {
    const later = sources.filter(({ text }) => /\b(TODO|FIXME|HACK)\b|for now\b/i.test(text))
    expect(later.map(({ file }) => file)).toEqual([])
  })

  test('words that say nothing are no names', () => {
    const vague = sources.filter(({ file }) => /(util|helper|manager|misc|common)s?[./-]/i.test(file))
    expect(vague.map(({ file }) => file)).toEqual([])
  })

  test('swallow no error', () => {
    const swallowing = sources.filter(({ text }) => /catch\s*(\([^)]*\))?\s*\{\s*\}/.test(text))
    expect(swallowing.map(({ file }) => file)).toEqual([])
  })
})

describe('faults', () => {
  test('each code of the table is described in docs/faults.md, and no other', () => {
    const documented = [
      ...readFileSync(join(ROOT, 'docs', 'faults.md'), 'utf8').matchAll(/^\| `([A-Z_]+)`/gm),
    ].map(([, code]) => code)
    expect(documented.sort()).toEqual(Object.keys(FAULTS).sort())
  })

  test('each code is used somewhere', () => {
    const text = sources
      .filter(({ file }) => file !== 'src/core/faults.ts')
      .map(source => source.text)
      .join('\n')
    expect(Object.keys(FAULTS).filter(code => !text.includes(code))).toEqual([])
  })
})

describe('docs/architecture.md', () => {
  const page = readFileSync(join(ROOT, 'docs', 'architecture.md'), 'utf8')

  test('names every room, and no room that is not there', () => {
    const named = new Set([...page.matchAll(/`((?:src|drivers)\/[a-z0-9-]+)\/?`/g)].map(([, room]) => room))
    const rooms = new Set(sources.map(({ file }) => roomOf(file)).filter(room => !room.endsWith('.ts')))
    expect([...named].filter(room => room && !rooms.has(room))).toEqual([])
    expect([...rooms].filter(room => !named.has(room))).toEqual([])
  })

  test('every file it names exists', () => {
    const named = [...page.matchAll(/`((?:src|drivers)\/[\w./-]+\.ts)`/g)].map(([, file]) => file)
    const files = new Set(sources.map(({ file }) => file))
    expect(named.filter(file => file && !files.has(file))).toEqual([])
  })
})

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '')
}
