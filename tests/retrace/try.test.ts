import { expect, test } from 'vitest'
import { recompute } from '../../src/retrace/recompute.ts'
import { simulatedDays } from '../support/simulated-days.ts'

test('a day', async () => {
  let t = performance.now()
  const kept = await simulatedDays({
    seed: 1,
    hours: 4,
    buses: [
      {
        id: 'houses',
        protocol: 'dlt645-2007',
        profile: 'dlt645-2007-single-phase',
        addresses: ['000000000161', '000000000162'],
        ofMeters: { hourly: true, settlement: ['01T00'] },
      },
      {
        id: 'lift',
        protocol: 'dlt645-2007',
        profile: 'dlt645-2007-three-phase',
        addresses: ['000000000261'],
        quirks: { 'frame-data': 'short' },
      },
      {
        id: 'workshop',
        protocol: 'dlt645-1997',
        profile: 'dlt645-1997-three-phase',
        addresses: ['970000000001'],
      },
      { id: 'panel', protocol: 'modbus-rtu', profile: 'eastron-sdm630', addresses: ['1'] },
      { id: 'feeders', protocol: 'modbus-tcp', profile: 'siemens-pac2200', addresses: ['1'] },
      { id: 'asc', protocol: 'modbus-ascii', profile: 'eastron-sdm120', addresses: ['1'] },
      { id: 'sun', protocol: 'modbus-tcp', profile: 'sunspec-201-204', addresses: ['1'] },
    ],
  })
  console.log(performance.now() - t, kept.rounds, kept.calls.sizes().readings, kept.directory)
  t = performance.now()
  const why = new Map<string, number>()
  let ok = 0
  for (const meter of kept.config.meters) {
    const asked = { meter: meter.id, from: 0, to: 9e15, limit: 5000 }
    for (let hours = kept.calls.hoursOf(asked); hours !== null; ) {
      const part = kept.calls.readingsIn(asked, hours)
      hours = part.next
      for (const reading of part.items) {
        const evidence = kept.calls.evidence(reading.id)!
        const made = recompute({ reading, exchanges: evidence.exchanges }, meter, 480)
        if ('why' in made) {
          const k = `${meter.id} ${reading.kind} ${reading.obis} ${reading.readAt !== reading.receivedAt} ${made.why}`
          why.set(k, (why.get(k) ?? 0) + 1)
          continue
        }
        const { value, slot, readAt, unit, receivedAt } = made.meant.reading
        if (
          value.digits === reading.value.digits &&
          value.scaler === reading.value.scaler &&
          slot === reading.slot &&
          readAt === reading.readAt &&
          unit === reading.unit &&
          receivedAt === reading.receivedAt
        )
          ok++
        else {
          const k = `DIFF ${meter.id} ${reading.kind} ${reading.obis} ${slot - reading.slot} ${value.digits} ${reading.value.digits}`
          why.set(k, (why.get(k) ?? 0) + 1)
        }
      }
    }
  }
  console.log(ok, performance.now() - t, [...why].slice(0, 30), why.size)
  kept.calls.close()
  expect(1).toBe(1)
}, 300000)

import { toHex } from '../../src/core/hex.ts'
import { formatScaled } from '../../src/core/scaled.ts'
import { marksOf } from '../../src/retrace/marks.ts'

test('marks', async () => {
  const kept = await simulatedDays({
    seed: 1,
    hours: 2,
    buses: [
      {
        id: 'houses',
        protocol: 'dlt645-2007',
        profile: 'dlt645-2007-single-phase',
        addresses: ['000000000161'],
        ofMeters: { hourly: true, settlement: ['01T00'] },
      },
      {
        id: 'workshop',
        protocol: 'dlt645-1997',
        profile: 'dlt645-1997-three-phase',
        addresses: ['970000000001'],
        quirks: { 'frame-data': 'short' },
      },
      { id: 'panel', protocol: 'modbus-rtu', profile: 'eastron-sdm630', addresses: ['1'] },
      { id: 'asc', protocol: 'modbus-ascii', profile: 'eastron-sdm120', addresses: ['1'] },
      { id: 'sun', protocol: 'modbus-tcp', profile: 'sunspec-201-204', addresses: ['1'] },
    ],
  })
  for (const meter of kept.config.meters) {
    const asked = { meter: meter.id, from: 0, to: 9e15, limit: 5000 }
    const items: any[] = []
    for (let hours = kept.calls.hoursOf(asked); hours !== null; ) { const part = kept.calls.readingsIn(asked, hours); hours = part.next; items.push(...part.items) }
    for (const kind of ['poll', 'freeze'])
      for (const obis of ['1-0:1.8.0', '1-0:32.7.0', '1-0:1.8.1']) {
        const reading = items.find(one => one.obis === obis && one.kind === kind)
        if (!reading) continue
        const evidence = kept.calls.evidence(reading.id)!
        const t = performance.now()
        const made = recompute({ reading, exchanges: evidence.exchanges }, meter, 480)
        if ('why' in made) continue
        const marks = marksOf(made)
        console.log(
          meter.id,
          obis,
          kind,
          formatScaled(reading.value),
          made.way.asks,
          (performance.now() - t).toFixed(0),
          JSON.stringify(marks),
          ...marks
            .filter(m => m.of === 'value')
            .map(m =>
              meter.driver.retrace!.steps(
                made.raw.point,
                evidence.exchanges[m.exchange]!.reply!.subarray(m.from, m.to),
              ),
            ),
        )
      }
  }
  kept.calls.close()
}, 100000)
