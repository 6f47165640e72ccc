import { expect, test } from 'vitest'
import { simulatedDays } from '../support/simulated-days.ts'
import { openHistory } from '../../src/store/history.ts'
import { revalidate } from '../../src/retrace/revalidate.ts'
test.each([1,2,3])('same %s', async (seed) => {
  let t = performance.now()
  const faults = { silence: 0.02, 'bit-flip': 0.05, noise: 0.05, 'wrong-item': 0.02, 'wrong-address': 0.02, late: 0.01, merge: 0.02 }
  const kept = await simulatedDays({ seed, hours: 30, eachHour: (nth, { deaf, meters }) => { if (nth === 3) deaf.add('houses'); if (nth === 6) deaf.clear(); }, buses: [
    { id: 'houses', faults, protocol: 'dlt645-2007', profile: 'dlt645-2007-single-phase', addresses: ['000000000161','000000000162'] , ofMeters: { hourly: true, settlement: ['01T00'] } },
    { id: 'lift', faults, protocol: 'dlt645-2007', profile: 'dlt645-2007-three-phase', addresses: ['000000000261'], quirks: { 'frame-data': 'short' } },
    { id: 'workshop', faults, protocol: 'dlt645-1997', profile: 'dlt645-1997-three-phase', addresses: ['970000000001'] },
    { id: 'panel', faults, protocol: 'modbus-rtu', profile: 'eastron-sdm630', addresses: ['1'] },
    { id: 'feeders', protocol: 'modbus-tcp', profile: 'siemens-pac2200', addresses: ['1'] },
    { id: 'asc', faults, protocol: 'modbus-ascii', profile: 'eastron-sdm120', addresses: ['1'] },
    { id: 'sun', protocol: 'modbus-tcp', profile: 'sunspec-201-204', addresses: ['1'] },
  ]})
  kept.calls.close()
  console.log(performance.now() - t, kept.rounds, kept.directory)
  const history = openHistory(kept.directory)
  const q = new Map<string, number>()
  for (const row of history.inOrder()) for (const f of row.findings) { const k = row.register.meter + f.rule + f.verdict + (f.evidence.includes('asked again') ? ' again' : ''); q.set(k, (q.get(k) ?? 0) + 1) }
  t = performance.now()
  const seen: any[] = []
  const tally = revalidate({ history, meters: kept.config.meters, offsetMinutes: 480, from: 0, to: 9e15, changed: (row, j) => seen.push([row.register, row.slot, row.quality, j.quality, j.changes]) })
  console.log(performance.now() - t, tally, [...q], JSON.stringify(seen.slice(0, 4), (_, v) => typeof v === 'bigint' ? String(v) : v, 1))
  expect(1).toBe(1)
}, 300000)
