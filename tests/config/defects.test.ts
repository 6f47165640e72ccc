/** FZ-20: several mistakes in one file, in any combination; junk anywhere. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { rounds } from '../support/rounds.ts'
import { GOOD, load } from './support.ts'

const BASE = `${GOOD.replace('meters: [', 'meters: [{ id: m0, line: a, address: "000000000160", profile: dlt645-2007-single-phase }, ')}mqtt: { url: "mqtt://127.0.0.1:1883", username: u, passwordEnv: SECRET }
influx: { url: "http://127.0.0.1:8086", database: d }
api: { listen: "127.0.0.1:0" }
log: { level: info }
defaults: { polls: [{ every: 15m }] }
simulator: { seed: 1, lines: [{ listen: "tcp://127.0.0.1:64501", meters: [{ protocol: dlt645-2007, address: "1" }] }] }
`

type Settings = ReturnType<typeof parse>

interface Defect {
  /** Where it is put; a value of undefined takes the key away. */
  readonly at: string
  readonly value: unknown
  /** Where it is told, if not where it is put. */
  readonly told?: string
}

const OTHER = { line: 'a', profile: 'dlt645-2007-single-phase' }

/** Each of them alone is told at its place; any of them together must be as well. */
const DEFECTS: readonly Defect[] = [
  { at: 'gateway', value: 'a b' },
  { at: 'site.offset', value: '8' },
  { at: 'site.zone', value: 'Nowhere' },
  { at: 'data', value: undefined },
  { at: 'lines.0.url', value: 'rs485://x' },
  { at: 'lines.0.speed', value: 2400 },
  { at: 'lines.0.replyWithin', value: 2 },
  { at: 'lines.1', value: 'b' },
  { at: 'meters.0.address', value: 160 },
  { at: 'meters.0.polls', value: [{ every: '11m' }], told: 'meters[0].polls[0].every' },
  { at: 'meters.0.nameplate', value: { amperes: -1 }, told: 'meters[0].nameplate.amperes' },
  { at: 'meters.1.line', value: 'zz' },
  { at: 'meters.1.profile', value: 'zz' },
  { at: 'meters.2', value: { id: 'm0', address: '2', ...OTHER }, told: 'meters[2].id' },
  { at: 'meters.3', value: { id: 'm3', address: 'x', ...OTHER }, told: 'meters[3].address' },
  { at: 'mqtt.url', value: 'amqp://h' },
  { at: 'mqtt.password', value: 'canary' },
  { at: 'mqtt.passwordEnv', value: 'UNSET' },
  { at: 'influx.database', value: undefined },
  { at: 'influx.url', value: 'http://u:canary@h' },
  { at: 'api.listen', value: '8645' },
  { at: 'api.rate', value: { perSecond: 0 }, told: 'api.rate.perSecond' },
  { at: 'log.level', value: true },
  { at: 'defaults.polls.0.every', value: '25h' },
  { at: 'simulator.seed', value: 1.5 },
  { at: 'simulator.lines.0.meters.0.protocol', value: 'x' },
  { at: 'colour', value: 'red' },
]

function put(settings: Settings, { at, value }: Defect): void {
  const steps = at.split('.')
  const holder = steps.slice(0, -1).reduce<Settings>((inner, step) => inner[step], settings)
  const key = steps.at(-1) ?? ''
  if (value === undefined) delete holder[key]
  else holder[key] = value
}

function placeOf({ at, told }: Defect): string {
  return told ?? at.replaceAll(/\.(\d+)/g, '[$1]')
}

describe('FZ-20 settings with several defects', () => {
  test('the base is right', async () => {
    expect((await load(BASE, {}, { SECRET: 'x' })).printed).toEqual([])
  })

  test('every one of 1 to 5 defects is told, at its place, and nothing else', async () => {
    const some = fc.uniqueArray(fc.constantFrom(...DEFECTS), { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(some, async defects => {
        const settings = parse(BASE)
        for (const defect of defects) put(settings, defect)
        for (const index of settings.meters.keys())
          settings.meters[index] ??= { id: `f${index}`, address: `7${index}`, ...OTHER }
        const { complaints, printed } = await load(stringify(settings), {}, { SECRET: 'x' })
        const told = complaints.map(complaint => complaint.path)
        expect(told.toSorted(), printed.join('\n')).toEqual(defects.map(placeOf).toSorted())
        expect(printed.join('\n')).not.toContain('canary')
        for (const complaint of complaints) expect(complaint.line).toBeGreaterThan(0)
      }),
      rounds(20, 50),
    )
  })

  test('junk at any place is refused or taken, never a crash', async () => {
    const junk = fc.oneof(
      fc.constantFrom(null, true, '', [], {}, -1, 1e308, Number.NaN, 'constructor', '\u202E', '\n', '../..'),
      fc.json().map(text => JSON.parse(text)),
      fc.string({ unit: 'binary', maxLength: 20 }),
    )
    const places = placesOf(parse(BASE))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), junk, async (place, value) => {
        const settings = parse(BASE)
        const holder = place.slice(0, -1).reduce<Settings>((at, step) => at[step], settings)
        holder[place.at(-1) ?? ''] = value
        const { printed, right } = await load(stringify(settings), {}, { SECRET: 'x' })
        expect(printed.length > 0).toBe(right === null)
        for (const line of printed) expect(line).toMatch(/^[^\n\r]+; [^\n\r]+$/)
      }),
      rounds(21, 60),
    )
  })

  test('any text is read without a throw', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom(...'a:-[]{}&*!|>\'"%@`#?, \n\t\\<~1'), maxLength: 40 }),
        async text => {
          const { complaints } = await load(text)
          expect(complaints.length).toBeGreaterThan(0)
        },
      ),
      rounds(22, 100),
    )
  })
})

/** Every path of keys in a value. */
function placesOf(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  const below = Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...path, key]))
  return path.length === 0 ? below : [path, ...below]
}
