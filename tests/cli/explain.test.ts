/** `meterd explain` and `meterd revalidate` at the terminal, on a store that days have filled. */

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askDaemon } from '../../src/cli/ask-daemon.ts'
import { explain } from '../../src/cli/explain.ts'
import { revalidate } from '../../src/cli/revalidate.ts'
import type { Verb } from '../../src/cli/verb.ts'
import { systemClock } from '../../src/core/clock.ts'
import { silentLog } from '../../src/core/log.ts'
import { systemRandom } from '../../src/core/random.ts'
import { formatScaled } from '../../src/core/scaled.ts'
import { HOUR } from '../../src/core/time.ts'
import { startDaemon } from '../../src/main.ts'
import { USUAL_POLICY } from '../../src/reading/billing/release.ts'
import { billedMeter } from '../../src/releasing/billed-meters.ts'
import type { StoredReading } from '../../src/store/store.ts'
import { type DaysKept, readingsKept, simulatedDays } from '../support/simulated-days.ts'

async function run(verb: Verb, ...argv: string[]) {
  const out: string[] = []
  const err: string[] = []
  const code = await verb.run(argv, {
    out: text => void out.push(text),
    err: text => void err.push(text),
    readAll: async () => '',
    signal: new AbortController().signal,
  })
  return { code, out, err, text: out.join('\n') }
}

let days: DaysKept
let freeze: StoredReading
let poll: StoredReading

beforeAll(async () => {
  days = await simulatedDays({
    ...{ seed: 9, hours: 2 },
    buses: [
      {
        id: 'house',
        protocol: 'dlt645-2007',
        profile: 'dlt645-2007-single-phase',
        addresses: ['000000000161'],
      },
      { id: 'feeder', protocol: 'modbus-tcp', profile: 'siemens-pac2200', addresses: ['1'] },
    ],
  })
  const find = (meter: string, kind: string) => {
    const found = readingsKept(days, meter).findLast(
      one => /^1-0:1\.8\.\d/.test(one.obis) && one.kind === kind,
    )
    if (!found) throw new Error(`a ${kind} of ${meter}`)
    return found
  }
  freeze = find('house-000000000161', 'freeze')
  poll = find('feeder-1', 'poll')
  const { meters, site } = days.config
  const house = meters.find(({ id }) => id === freeze.meter)
  if (!house) throw new Error('the meter of the house')
  const pair = { meter: billedMeter(house, site), boundary: freeze.slot, anew: true }
  days.calls.settle({ now: freeze.slot + 25 * HOUR, policy: USUAL_POLICY, pairs: [pair] })
  days.close()
}, 120_000)

afterAll(() => days?.dispose())

/** Names and contents of all that lies beside the data. */
function dataNow(): readonly string[] {
  return readdirSync(days.directory, { withFileTypes: true })
    .filter(one => one.isFile())
    .map(
      ({ name }) =>
        `${name} ${createHash('sha256')
          .update(readFileSync(join(days.directory, name)))
          .digest('hex')}`,
    )
    .sort()
}

describe('meterd explain', () => {
  test('A-18 shows the bytes, each step and the rules, and that they come to what is stored', async () => {
    const before = dataNow()
    const { code, text } = await run(explain, freeze.id, '--config', days.file)
    expect(code).toBe(0)
    expect(text).toContain(`recomputed: ${formatScaled(freeze.value)} kWh, as stored`)
    expect(text).toMatch(/^request {4}(FE )*68 61 01 00 00 00 00 68 11 04 /m)
    // Four bytes of digits, in brackets.
    expect(text).toMatch(/^reply {6}68 .* \[([0-9A-F]{2} ){3}[0-9A-F]{2}\]/m)
    expect(text).toContain('less 33H each: ')
    expect(text).toContain('read as XXXXXX.XX')
    expect(text).toMatch(/^now {8}satisfied: .*V-T3 v1.*V-R1[34]/m)
    expect(text).toMatch(/^clock {6}the meter's clock is -?\d+ s off, measured /m)
    // What rules went by, and where it was released.
    expect(text).toMatch(/^by {9}.*\n {11}/m)
    expect(text).toContain('nameplate: 1 phase, 220 V, ')
    expect(text).toMatch(
      /^released {3}for 2026-11-21T00:00:00\+08:00, version 1, number 1 of the book, in batch 1$/m,
    )
    expect(dataNow()).toEqual(before)
  })

  test('--json says the same in one object', async () => {
    const { code, out } = await run(explain, poll.id, '--config', days.file, '--json')
    expect(code).toBe(0)
    expect(out).toHaveLength(1)
    const told = JSON.parse(out[0] ?? '')
    expect(told).toMatchObject({
      reading: { id: poll.id, meter: 'feeder-1', obis: poll.obis, value: formatScaled(poll.value) },
      ...{ asStored: true, differs: [], line: 'feeder', duplicates: 0, versions: [] },
      recomputed: { value: formatScaled(poll.value), unit: poll.unit },
    })
    expect(told.marks[0].steps[0]).toMatch(/^on the wire [0-9A-F]+$/)
    expect(told.rules.map(({ rule }: { rule: string }) => rule)).toContain('V-R1')
    expect(told.rules[0]).toMatchObject({ demands: expect.any(String), needs: expect.any(String) })
    expect(told.inputs.map(({ what }: { what: string }) => what)).toContain('nameplate')
    expect(told.releases).toEqual([])
  })

  test('a daemon that runs is asked, and says the same', async () => {
    const alone = await run(explain, freeze.id, '--config', days.file)
    const config = {
      ...days.config,
      lines: [],
      meters: days.config.meters,
      api: { host: '127.0.0.1', port: 0, rate: { perSecond: 200, burst: 5_000 } },
    }
    const broken = (error: unknown) => {
      throw error
    }
    const parts = {
      config,
      clock: systemClock,
      random: systemRandom,
      log: silentLog,
      version: 'test',
      broken,
    }
    const daemon = await startDaemon(parts)
    try {
      expect(await askDaemon(days.directory, { method: 'GET', path: '/healthz' })).not.toBeNull()
      const through = await run(explain, freeze.id, '--config', days.file)
      expect(through).toEqual(alone)
      const missing = freeze.id.replace(/.$/, last => (last === '0' ? '1' : '0'))
      await expect(run(explain, missing, '--config', days.file)).rejects.toMatchObject({
        code: 'ASK_UNKNOWN',
      })
    } finally {
      await daemon.stop()
    }
  }, 30_000)

  test('what is no id, or no reading, is told', async () => {
    await expect(run(explain, 'abc', '--config', days.file)).rejects.toThrow('32 hexadecimal digits')
    await expect(run(explain, freeze.id)).rejects.toThrow('--config is missing')
    const missing = freeze.id.replace(/.$/, last => (last === '0' ? '1' : '0'))
    await expect(run(explain, missing, '--config', days.file)).rejects.toMatchObject({ code: 'ASK_UNKNOWN' })
  })
})

describe('meterd revalidate', () => {
  test('by the rules as they are nothing would change, and nothing is written', async () => {
    const before = dataNow()
    const { code, out } = await run(revalidate, '--from', '2026-11-01', '--config', days.file)
    expect(code).toBe(0)
    expect(out).toHaveLength(1)
    expect(out[0]).toMatch(
      /^\d{3,} readings judged again, 0 would change; \d+ readings\/s; nothing was written$/,
    )
    expect(dataNow()).toEqual(before)
  })

  test('--rules shows what other limits would change, by rule, quality and reading', async () => {
    const rules = join(days.directory, '..', 'strict.yaml')
    writeFileSync(
      rules,
      'version: 1\nvalidation: { dwelling: { V-T2: { flagAbove: 1s, suspectAbove: 1m } } }\n',
    )
    const strict = ['--from', '2026-11-01', '--config', days.file, '--rules', rules]
    const { code, out } = await run(revalidate, ...strict, '--json')
    expect(code).toBe(0)
    const told = out.map(line => JSON.parse(line))
    const tally = told.at(-1)
    const changes = told.slice(0, -1)
    expect(tally.changed).toBe(changes.length)
    for (const one of changes) {
      expect(one).toMatchObject({ meter: 'house-000000000161', was: 'good', would: 'good' })
      expect(one.changes).toMatchObject([{ rule: 'V-T2', was: null, would: 'flag' }])
    }
    expect(changes.length).toBeGreaterThan(0)
    expect(tally.rules).toMatchObject({ 'V-T2': { appear: changes.length, vanish: 0, otherwise: 0 } })
    const inWords = await run(revalidate, ...strict, '--meter', 'house-000000000161')
    expect(inWords.out[1]).toMatch(new RegExp(`^V-T2 {3}${changes.length} verdicts appear`))
    expect(inWords.text).toContain(`${changes[0].id} house-000000000161 ${changes[0].obis} `)
  })

  test('what is missing or wrong is told', async () => {
    await expect(run(revalidate, '--config', days.file)).rejects.toThrow('--from is missing')
    await expect(run(revalidate, '--from', 'now', '--config', days.file)).rejects.toThrow('YYYY-MM-DD')
    const other = ['--from', '2026-11-01', '--meter', 'nobody', '--config', days.file]
    await expect(run(revalidate, ...other)).rejects.toThrow('no such meter')
  })
})

describe('PR-06 what is not whole is no proof', () => {
  const change = (sql: string) => {
    const database = new DatabaseSync(join(days.directory, 'meterd.db'))
    database.exec(sql)
    database.close()
  }

  test('a flipped byte is withheld', async () => {
    change(
      `UPDATE exchange SET reply = CAST(substr(reply, 1, 9) || x'00' || substr(reply, 11) AS BLOB) WHERE reply IS NOT NULL`,
    )
    const { code, text } = await run(explain, freeze.id, '--config', days.file)
    expect(code).toBe(1)
    expect(text).toContain('NOT recomputed: ')
  })

  test('bytes that were shed for age are told of', async () => {
    change('DELETE FROM exchange')
    const { code, text } = await run(explain, poll.id, '--config', days.file)
    expect(code).toBe(1)
    expect(text).toContain('no longer kept: frames are the first to go for age or room')
  })
})
