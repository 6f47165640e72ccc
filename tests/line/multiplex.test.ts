import { describe, expect, test } from 'vitest'
import { type Exchange, newCounters } from '../../src/line/asker.ts'
import { createMultiplex } from '../../src/line/multiplex.ts'
import { virtualClock } from '../support/virtual-clock.ts'
import { toyDriver, toyFrame, toyRequest } from './toy-driver.ts'

function bench() {
  const clock = virtualClock()
  const counters = newCounters()
  const contradicted: Exchange[] = []
  const multiplex = createMultiplex({
    clock,
    counters,
    inFlight: 8,
    write: () => undefined,
    contradicted: exchange => contradicted.push(exchange),
  })
  return { clock, counters, contradicted, multiplex, driver: toyDriver({ concurrent: true }) }
}

describe('numbered questions', () => {
  test('answers may come in any order; each finds its question', async () => {
    const { multiplex, driver } = bench()
    const asked = [1, 2, 3].map(item => multiplex.ask(toyRequest(1, item), driver, 500))
    for (const item of [3, 1, 2]) multiplex.heard(toyFrame(1, item, 10 * item))
    expect((await Promise.all(asked)).map(({ frame }) => frame?.bytes[3])).toEqual([10, 20, 30])
  })

  test('V-F8 an answer after its time-out is late, and nobody else’s', async () => {
    const { clock, multiplex, driver, counters } = bench()
    const first = multiplex.ask(toyRequest(1, 1), driver, 500)
    await clock.pass(500)
    expect((await first).outcome).toBe('LINE_SILENT')
    const second = multiplex.ask(toyRequest(1, 2), driver, 500)
    multiplex.heard(toyFrame(1, 1, 7))
    multiplex.heard(toyFrame(1, 2, 8))
    expect((await second).frame?.bytes[3]).toBe(8)
    expect(counters.lates).toBe(1)
  })

  test('V-F8 PR-34 what was at hand only after a stop of the process answers nothing', async () => {
    const { clock, multiplex, driver, counters } = bench()
    const asked = multiplex.ask(toyRequest(1, 1), driver, 500)
    clock.stop(30_000)
    multiplex.heard(toyFrame(1, 1, 7))
    expect(await asked).toMatchObject({ outcome: 'LINE_SILENT', frame: null, heldUp: true })
    expect(counters.lates).toBe(1)
  })

  test('V-F10 a second, different answer with the same number is told, in one segment or later', async () => {
    for (const later of [false, true]) {
      const { multiplex, driver, counters, contradicted } = bench()
      const asked = multiplex.ask(toyRequest(1, 1), driver, 500)
      const [one, other] = [toyFrame(1, 1, 7), toyFrame(1, 1, 8)]
      if (!later) multiplex.heard(Uint8Array.of(...one, ...other))
      else multiplex.heard(one)
      const exchange = await asked
      if (later) multiplex.heard(other)
      multiplex.heard(one)
      expect(exchange).toMatchObject({ doubled: true, frame: { bytes: one } })
      expect(contradicted).toEqual([exchange])
      expect(counters.doubled).toBe(1)
    }
  })

  test('V-F10 a slow device that answers each try says nothing twice; one answer more than tries does', async () => {
    const { clock, multiplex, driver, counters, contradicted } = bench()
    const request = toyRequest(1, 1)
    const first = multiplex.ask(request, driver, 500)
    await clock.pass(500)
    expect((await first).outcome).toBe('LINE_SILENT')
    const second = multiplex.ask(request, driver, 500)
    multiplex.heard(toyFrame(1, 1, 7))
    const exchange = await second
    expect(exchange.frame?.bytes[3]).toBe(7)
    multiplex.heard(toyFrame(1, 1, 8))
    expect([contradicted, counters.lates]).toEqual([[], 1])
    multiplex.heard(toyFrame(1, 1, 9))
    expect(contradicted).toEqual([exchange])
  })

  test('a link that goes down ends all of them', async () => {
    const { multiplex, driver } = bench()
    const asked = [1, 2].map(item => multiplex.ask(toyRequest(1, item), driver, 500))
    multiplex.down()
    expect((await Promise.all(asked)).map(({ outcome }) => outcome)).toEqual(['LINE_CLOSED', 'LINE_CLOSED'])
  })
})
