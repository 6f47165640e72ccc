/** Parameters, status words and counts of a DL/T 645-2007 meter (Annex A.5 and C). */

import { dateBytes, timeBytes } from './civil-bytes.ts'
import { ascii, bcd } from './frame-645.ts'
import type { Meter } from './meter.ts'
import { TARIFF_HOURS, TARIFFS } from './shapes.ts'
import { total } from './truth.ts'

/** The data of a parameter by its identifier, e.g. "04000503"; null where the meter holds none. */
export function answerParameter(item: string, meter: Meter, now: number): readonly number[] | null {
  return PARAMETERS.get(item)?.(meter, now) ?? null
}

type Answer = (meter: Meter, now: number) => readonly number[]

/** Times are the meter's own. */
const PARAMETERS: ReadonlyMap<string, Answer> = new Map<string, Answer>([
  ['04000101', (m, now) => dateBytes(m.clock.shownAt(now))],
  ['04000102', (m, now) => timeBytes(m.clock.shownAt(now))],
  ['0400010C', (m, now) => [...timeBytes(m.clock.shownAt(now)), ...dateBytes(m.clock.shownAt(now))]],
  ['04000103', () => bcd(15, 1)],
  ['04000104', () => bcd(1, 1)],
  ['04000105', () => bcd(80, 2)],
  ['04000201', () => bcd(1, 1)],
  ['04000202', () => bcd(1, 1)],
  ['04000203', () => bcd(TARIFF_HOURS.length, 1)],
  ['04000204', () => bcd(TARIFFS, 1)],
  ['04000205', () => bcd(0, 2)],
  ['04000303', () => bcd(2, 1)],
  ['04000304', () => bcd(4, 1)],
  ['04000306', () => bcd(1, 3)],
  ['04000307', () => bcd(1, 3)],
  ['04000401', m => bcd(Number(m.address), 6)],
  ['04000402', m => bcd(Number(m.address), 6)],
  ['04000403', m => ascii(`SIM${m.address}`, 32)],
  ['04000404', m => ascii(m.phases === 1 ? '220V' : '3x220V', 6)],
  ['04000405', () => ascii('5A', 6)],
  ['04000406', () => ascii('60A', 6)],
  ['04000407', () => ascii('1.0', 4)],
  ['04000408', () => ascii('2.0', 4)],
  ['04000409', () => bcd(1600, 3)],
  ['0400040A', () => bcd(1600, 3)],
  ['0400040B', m => ascii(m.phases === 1 ? 'DDZY-SIM' : 'DTZY-SIM', 10)],
  ['0400040C', () => ascii('2019-12-01', 10)],
  ['0400040D', () => ascii('DLT645-2007', 16)],
  ['0400040E', m => bcd(Number(m.address), 6)],
  ...Array.from({ length: 7 }, (_, index): [string, Answer] => [
    `0400050${index + 1}`,
    (m, now) => wordBytes(statusWord(index + 1, m, now)),
  ]),
  ['040005FF', (m, now) => [1, 2, 3, 4, 5, 6, 7].flatMap(number => wordBytes(statusWord(number, m, now)))],
  ['04000601', () => [0b0101]],
  ['04000602', () => [0b0100_0001]],
  ['04000603', () => [0b0001_0100]],
  ['04000801', () => [0x7f]],
  ['04000B01', () => bcd(100, 2)],
  ['04010001', () => dayTable()],
  // How often the relay opened and closed, as later meters count it.
  ['1D000001', m => bcd(m.relay.trips, 3)],
  ['1E000001', m => bcd(m.relay.closes, 3)],
])

/** Annex C; bits 6 and 12 of word 3 are of the later rules. */
export function statusWord(number: number, meter: Meter, now: number): number {
  const { centiwatts } = meter.flowAt(now)
  const reverse = (watts: number | undefined) => ((watts ?? 0) < 0 ? 1 : 0)
  switch (number) {
    case 1:
      return reverse(total(centiwatts)) * 0b110000
    case 2:
      return centiwatts.reduce((word, watts, phase) => word | ((reverse(watts) * 0b10001) << phase), 0)
    case 3:
      return (
        (meter.relay.isOpenAt(now) ? 1 << 4 : 0) |
        (meter.relay.commandedOpen ? 1 << 6 : 0) |
        (meter.relay.keepsPower ? 1 << 12 : 0)
      )
    default:
      return 0
  }
}

/** The day's tariff periods as hhmmNN, 14 entries, unused ones repeating the last (A.5 note 2). */
function dayTable(): readonly number[] {
  return Array.from({ length: 14 }, (_, index) => {
    const [hour, tariff] = TARIFF_HOURS[Math.min(index, TARIFF_HOURS.length - 1)] ?? [0, 1]
    return bcd(hour * 10_000 + tariff, 3)
  }).flat()
}

/** 16 bits, low byte first. */
function wordBytes(word: number): number[] {
  return [word & 0xff, word >> 8]
}
