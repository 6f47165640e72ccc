/**
 * Meters that misbehave, through everything there is: the store, the executor, the desk, the line (prepaid.md §9, §11). Of each what becomes
 * of a cut and of the restore that a payment makes, beside what is so in truth.
 */

import { expect, test } from 'vitest'
import type { SimulatedQuirks } from '../../src/core/simulated.ts'
import { MINUTE, SECOND } from '../../src/core/time.ts'
import type { Driver } from '../../src/driver-api/driver.ts'
import { rtu, tcp } from '../drivers/modbus-support.ts'
import { isModbusWrite, isRelayFrame } from '../support/desk-bench.ts'
import { switchedModbus } from '../support/modbus-relay.ts'
import { type Bench, whole } from '../support/whole-order.ts'

const RECORD = 'confirmed PROVED_BY_RECORD dark'
const LOAD = 'confirmed PROVED_BY_LOAD dark'
const NOT_DONE = 'not-executed PROVED_NOT_DONE light'
const MANUAL = 'manual UNCONFIRMED_TOO_LONG light'
const MANUAL_DARK = 'manual UNCONFIRMED_TOO_LONG dark'
const KEPT = 'withdrawn CHECK_FAILED light'
const REFUSED = 'refused METER_REFUSED light'
const RESTORED = 'restored PROVED_BY_LOAD light'
const ALLOWED = 'close-allowed PERMITTED dark'
const REFUSES = 'refused METER_REFUSED dark'
const UNTOLD = 'not-sent CANNOT_BE_TOLD dark'
const NOTHING: SimulatedQuirks = { 'relay-lies': 'does-nothing' }
const MIRRORS: SimulatedQuirks = { 'relay-lies': 'mirrors-command' }
const STAYS: SimulatedQuirks = { 'relay-lies': 'status-stays' }
const WELDED: SimulatedQuirks = { 'relay-lies': 'welded' }
const MISLEADS: SimulatedQuirks = { 'relay-refuses': 'misleading' }
const LATE: SimulatedQuirks = { 'relay-answer': 'late' }
const LOST: SimulatedQuirks = { 'relay-answer': 'lost' }

/**
 * How it misbehaves at the cut, and how from the payment on. A quarter of an hour after the frame, and seven minutes after the payment with the
 * button pressed: the state, why, whether the customer is dark in truth, frames until then; null where there is nothing to undo.
 */
type Row = readonly [
  name: string,
  quirks: SimulatedQuirks,
  later: SimulatedQuirks,
  cut: string,
  frames: number,
  restore: string | null,
  framesInAll: number,
]

const DLT645: readonly Row[] = [
  ['obeys', {}, {}, RECORD, 1, RESTORED, 2],
  ['says yes and does nothing', NOTHING, NOTHING, NOT_DONE, 1, null, 1],
  ['shows the command in its relay bit', MIRRORS, MIRRORS, MANUAL, 1, RESTORED, 2],
  ['keeps its status word as it was', STAYS, STAYS, MANUAL_DARK, 1, RESTORED, 3],
  ['has welded contacts', WELDED, WELDED, MANUAL, 1, RESTORED, 2],
  ['keeps power', { 'keep-power': 'on' }, {}, KEPT, 0, null, 0],
  ['refuses for a reason that is none', MISLEADS, {}, REFUSED, 1, RESTORED, 1],
  ['answers late', LATE, LATE, RECORD, 1, RESTORED, 2],
  ['loses its answers', LOST, LOST, RECORD, 1, RESTORED, 2],
  ['ignores deadlines', { 'ignores-deadline': 'yes' }, {}, RECORD, 1, RESTORED, 2],
  ['closes only by its button', { 'relay-close': 'by-button' }, {}, RECORD, 1, RESTORED, 2],
  ['knows no permit', {}, { 'relay-close': 'no-permit' }, RECORD, 1, REFUSES, 5],
  ['does nothing once it is paid', {}, NOTHING, RECORD, 1, ALLOWED, 5],
  ['shows what it was told once it is paid', {}, MIRRORS, RECORD, 1, ALLOWED, 5],
  ['says that it is closed, and is not', {}, STAYS, RECORD, 1, RESTORED, 3],
  ['refuses for a reason that is none once it is paid', {}, MISLEADS, RECORD, 1, REFUSES, 5],
]
const MODBUS: readonly Row[] = [
  ['obeys', {}, {}, LOAD, 1, UNTOLD, 1],
  ['says yes and does nothing', NOTHING, NOTHING, NOT_DONE, 1, null, 1],
  ['shows the command as its state', MIRRORS, MIRRORS, MANUAL, 1, RESTORED, 1],
  ['keeps its state as it was', STAYS, STAYS, MANUAL_DARK, 1, UNTOLD, 1],
  ['has welded contacts', WELDED, WELDED, MANUAL, 1, RESTORED, 1],
  ['refuses for a reason that is none', MISLEADS, MISLEADS, REFUSED, 1, RESTORED, 1],
  ['answers late', LATE, LATE, LOAD, 1, UNTOLD, 1],
  ['loses its answers', LOST, LOST, LOAD, 1, UNTOLD, 1],
]

const of = (driver: Driver | null, rows: readonly Row[]) =>
  rows.map(
    ([name, ...row]) => [`one of ${driver?.protocol ?? 'DL/T 645'} that ${name}`, driver, ...row] as const,
  )

test.each([
  ...of(null, DLT645),
  ...of(rtu, MODBUS),
  ...of(
    tcp,
    MODBUS.filter(([, quirks]) => [LATE, LOST].includes(quirks)),
  ),
])(
  'P-13 P-15 P-17 P-18 PR-58 PR-60 %s: nobody claims what is not so, and who paid has light or somebody on the way',
  async (_, driver, quirks, later, cut, frames, restore, framesInAll) => {
    const bench = await whole({}, undefined, null, { ...(driver && switchedModbus(driver)), quirks })
    const { armed, until, clock, meter, pay, all, orderOf, close } = bench
    await armed()
    await until('24T10:08')
    expect([told(bench, 0), bench.frames()]).toEqual([cut, frames])
    bench.bench.become(later)
    const paidAt = clock.now()
    await pay()
    await clock.pass(MINUTE)
    meter.relay.pressButton(clock.now())
    await clock.pass(6 * MINUTE)
    const [, made] = all()
    expect([made ? told(bench, 1) : null, bench.frames()]).toEqual([restore, framesInAll])
    if (isDark(bench)) {
      await clock.pass(24 * MINUTE)
      const restoring = orderOf(made?.id ?? '')
      const drives = restoring?.kind === 'restore' ? restoring.fieldOrderAt : null
      const mostMs = restore === UNTOLD ? 10 * SECOND : 30 * MINUTE
      expect((drives ?? Number.POSITIVE_INFINITY) - paidAt).toBeLessThanOrEqual(mostMs)
    }
    await close()
  },
  60_000,
)

function isDark({ meter, clock }: Bench): boolean {
  return meter.relay.interruptsAt(clock.now())
}

function told(bench: Bench, place: number): string {
  const order = bench.all()[place]
  return `${order?.state} ${order?.because?.code} ${isDark(bench) ? 'dark' : 'light'}`
}

test('P-17 one that is told to keep power between the last look and the frame: what it calls a wrong password is that', async () => {
  const bench = await whole({}, () => {
    bench.meter.relay.keepsPower = true
  })
  await bench.armed()
  await bench.until('24T09:53')
  expect([told(bench, 0), bench.frames()]).toEqual(['refused METER_KEEPS_POWER light', 1])
  await bench.close()
})

test('P-07 one whose profile names no register of its number is not cut, and who asks is told why', async () => {
  const { ask, NEW, close } = await whole({}, undefined, null, switchedModbus(rtu, { isNumbered: false }))
  const refused = await ask('li', { kind: 'cut', id: 'O-1', ...NEW })
  expect(refused).toMatchObject({ code: 'FACTS_UNKNOWN', text: expect.stringContaining('no serialNumber') })
  await close()
})

const direct = (bench: Bench) => {
  const confirmation = { how: 'she stands beside it', at: bench.clock.now() }
  const order = { kind: 'restore', id: 'R-1', intended: 'closed', cause: 'asked', ...bench.NEW } as const
  return bench.ask('li', { ...order, confirmation })
}

test.each([rtu, tcp])(
  'P-14 P-15 of $protocol a direct close, confirmed, takes the place of what cannot be permitted',
  async driver => {
    const bench = await whole({}, undefined, null, switchedModbus(driver))
    const { armed, until, pay, clock, close } = bench
    await armed()
    await until('24T10:10')
    await pay()
    await clock.pass(MINUTE)
    expect(bench.all()[1]).toMatchObject({ attempts: 0, because: { code: 'CANNOT_BE_TOLD' } })
    await direct(bench)
    await clock.pass(MINUTE)
    expect([told(bench, 1), told(bench, 2)]).toEqual(['superseded REPLACED light', RESTORED])
    expect(bench.frames()).toBe(2)
    await close()
  },
)

test('P-14 P-15 a direct close that waits for the button is repeated as rarely as any try, and restored once it is pressed', async () => {
  const bench = await whole({}, undefined, null, { quirks: { 'relay-close': 'by-button' } })
  const { armed, until, clock, meter, close } = bench
  await armed()
  await until('24T10:10')
  await direct(bench)
  await clock.pass(40 * MINUTE)
  expect([told(bench, 1), bench.frames()]).toEqual(['unconfirmed NO_PROOF_IN_TIME dark', 8])
  meter.relay.pressButton(clock.now())
  await clock.pass(5 * MINUTE)
  expect([told(bench, 1), bench.frames()]).toEqual([RESTORED, 8])
  await close()
})

test('P-14 a direct close that its state shows and no load proves is not sent again: who opens it by hand hours later is not hurt', async () => {
  const parts = switchedModbus(rtu, { hasLoad: false })
  const bench = await whole({}, undefined, null, parts)
  const { armed, until, clock, close } = bench
  await armed()
  await until('24T10:08')
  expect(told(bench, 0)).toBe(MANUAL_DARK)
  await direct(bench)
  await clock.pass(40 * MINUTE)
  expect([told(bench, 1), bench.frames()]).toEqual(['unconfirmed NO_PROOF_IN_TIME light', 2])
  await close()
})

const LATE_FRAMES: readonly (readonly [string, Driver | null, SimulatedQuirks, boolean])[] = [
  ['DL/T 645', null, {}, false],
  ['DL/T 645 that ignores deadlines', null, { 'ignores-deadline': 'yes' }, true],
  ['Modbus RTU', rtu, {}, true],
  ['Modbus TCP', tcp, {}, true],
]

test.each(LATE_FRAMES)(
  'P-13 P-17 PR-59 a frame of %s that a network brings four minutes late, paid meanwhile, leaves nobody in the dark unseen',
  async (_, driver, quirks, obeys) => {
    const kept: Uint8Array[] = []
    const bench = await whole({}, undefined, null, {
      ...(driver && switchedModbus(driver)),
      quirks,
      reaches(bytes) {
        const isFirst = kept.length === 0 && (driver ? isModbusWrite(bytes, driver) : isRelayFrame(bytes))
        if (isFirst) kept.push(bytes)
        return !isFirst
      },
    })
    const { armed, until, pay, clock, close } = bench
    await armed()
    await until('24T09:52')
    expect(told(bench, 0)).toBe('unconfirmed NO_ANSWER light')
    await pay()
    await clock.pass(MINUTE)
    expect(told(bench, 1)).toBe(RESTORED)
    await clock.pass(2 * MINUTE)
    bench.bench.deliver(kept[0] ?? new Uint8Array())
    await clock.pass(SECOND)
    expect(isDark(bench)).toBe(obeys)
    await clock.pass(2 * MINUTE)
    const end = obeys ? (driver ? UNTOLD : 'close-allowed PERMITTED dark') : RESTORED
    expect(told(bench, 1)).toBe(end)
    await close()
  },
)

test.each([6, 16] as const)(
  'PR-60 by function %d, a gateway that gives the late answer of a cut the number of whatever was asked last proves nothing by it',
  async by => {
    const late: Uint8Array[] = []
    let isComing = false
    let hear: (bytes: Uint8Array) => void = () => undefined
    const bench = await whole({}, undefined, null, {
      ...switchedModbus(tcp, { by }),
      reaches(bytes) {
        const [answer] = late
        if (answer && (isModbusWrite(bytes, tcp) ? isComing : !isComing))
          hear(Uint8Array.from([...bytes.subarray(0, 2), ...answer.subarray(2)]))
        return true
      },
      back(bytes, given) {
        hear = given
        if (late.length === 0 && isModbusWrite(bytes, tcp)) late.push(bytes)
        else given(bytes)
      },
    })
    const { armed, until, clock, pay, close } = bench
    await armed()
    // As the answer to each question of the looks, it is none.
    await until('24T10:08')
    expect(told(bench, 0)).toBe(LOAD)
    await pay()
    bench.bench.become({ 'relay-refuses': 'misleading' })
    isComing = true
    await direct(bench)
    await clock.pass(10 * MINUTE)
    // What function 16 answers names no value: a word, which proves nothing. Two answers came to one question, and for an hour nobody is known.
    expect(told(bench, 2)).toBe(by === 6 ? REFUSES : 'unconfirmed OTHER_METER dark')
    bench.bench.become({})
    await clock.pass((by === 6 ? 16 : 70) * MINUTE)
    expect([bench.orderOf('R-1')?.state, isDark(bench)]).toEqual(['restored', false])
    await close()
  },
)
