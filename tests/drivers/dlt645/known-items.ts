/**
 * What one item of each group says, worked out by hand from the tables of the standard: bytes in wire order, how many
 * there are in all (those not written are zero), and the first values as people read them.
 */

export interface KnownItem {
  readonly item: string
  readonly bytes: number
  readonly data: Uint8Array
  readonly values: readonly string[]
}

/** Start and end of an event: 2026-11-21 10:30:00 and 11:00:00. */
const START = '003010211126'
const END = '000011211126'
const FROM_TO = '2026-11-21T10:30:00 ; 2026-11-21T11:00:00'
const WHEN = '2026-11-21T10:30:00'
const DONE = `${START} 21436587`
const DONE_BY = `${WHEN} ; 87654321`
const PEAK = '563412 3018121126'
const PEAK_SAYS = '12.3456 ; 2026-11-12T18:30:00'

/** Every fault but the one place that is reserved. */
const ALL_FAULTS = [
  'FFFF (load switch misoperation, ESAM error, internal card initialisation error, clock battery low,',
  'program error, memory fault, clock fault, power-off reading battery low, overdraft, meter cover opened,',
  'terminal cover opened, magnetic interference, supply fault, tripped, closed)',
].join(' ')
type Row = readonly [item: string, bytes: number, head: string, values: string]

const rows2007: readonly Row[] = [
  ['00010000', 4, '78563412', '123456.78'],
  ['00000000', 4, '01000080', '-0.01'],
  ['00440007', 4, '01000090', '900000.01'],
  ['000B0000', 4, '50000000', '0.50'],
  ['00900201', 4, '00500000', '50.00'],
  ['01010000', 8, PEAK, PEAK_SAYS],
  ['02010100', 2, '0522', '220.5'],
  ['02020300', 3, '005080', '-5.000'],
  ['02030000', 3, '563492', '-12.3456'],
  ['02040000', 3, '000001', '1.0000'],
  ['02050100', 3, '210300', '0.0321'],
  ['02060000', 2, '8089', '-0.980'],
  ['02070200', 2, '0001', '10.0'],
  ['02080100', 2, '2501', '1.25'],
  ['02090100', 2, '9900', '0.99'],
  ['020A0105', 2, '3002', '2.30'],
  ['020B0215', 2, '0100', '0.01'],
  ['02800003', 3, '000091', '91.0000'],
  ['02800004', 3, '000091', '-11.0000'],
  ['02800007', 2, '0581', '-10.5'],
  ['0280000B', 4, '00560000', '0.5600'],
  ['020C0100', 2, '0138', '380.1'],
  ['03010000', 18, '010000 300000 000000 000000 020000 450000', '1 ; 30 ; 0 ; 0 ; 2 ; 45'],
  ['03010101', 131, `${START}${END} 05000000`, `${FROM_TO} ; 0.05`],
  ['03020201', 131, `${START}${END}`, FROM_TO],
  ['03030301', 131, `${START}${END}`, FROM_TO],
  ['03040101', 131, `${START}${END}`, FROM_TO],
  ['03050000', 6, '020000 150000', '2 ; 15'],
  ['03050001', 15, `${START} 501200 ${END}`, '2026-11-21T10:30:00 ; 1.250 ; 2026-11-21T11:00:00'],
  ['03060001', 12, `${START}${END}`, FROM_TO],
  ['03070001', 76, `${START}${END}`, FROM_TO],
  ['03080001', 76, `${START}${END}`, FROM_TO],
  ['03090001', 78, `${START}${END} 5012`, `${FROM_TO} ; 12.50`],
  ['030A0001', 78, `${START}${END} 5012`, `${FROM_TO} ; 12.50`],
  ['030B0101', 115, `${START}${END}`, FROM_TO],
  ['030C0201', 115, `${START}${END}`, FROM_TO],
  ['030D0301', 115, `${START}${END}`, FROM_TO],
  ['030E0101', 76, `${START}${END}`, FROM_TO],
  ['030F0301', 76, `${START}${END}`, FROM_TO],
  ['03100000', 27, '400000 009900 000100', '40 ; 99.00 ; 1.00'],
  ['03110001', 12, `${START}${END}`, FROM_TO],
  ['03120101', 20, `${START}${END} 563412 3010211126`, `${FROM_TO} ; 12.3456 ; ${WHEN}`],
  ['03300001', 50, `${DONE} 03010004`, `${DONE_BY} ; 04000103`],
  ['03300101', 106, `${DONE} 78563412`, `${DONE_BY} ; 123456.78`],
  ['03300201', 202, `${DONE} ${PEAK}`, `${DONE_BY} ; ${PEAK_SAYS}`],
  ['03300301', 14, `${DONE} FF000103`, `${DONE_BY} ; 030100FF`],
  ['03300401', 16, `21436587 ${START}${END}`, `87654321 ; ${FROM_TO}`],
  ['03300501', 682, `${DONE} 023006`, `${DONE_BY} ; 2 ; 06:30`],
  ['03300601', 94, `${DONE} 010101`, `${DONE_BY} ; 1 ; 01-01`],
  ['03300701', 11, `${DONE} 01`, `${DONE_BY} ; 1`],
  ['03300801', 1026, `${DONE} 01011026`, `${DONE_BY} ; 1 ; 2026-10-01`],
  ['03300901', 11, `${DONE} 05`, `${DONE_BY} ; 05 (plus forward, plus reverse)`],
  ['03300C01', 16, `${DONE} 0001`, `${DONE_BY} ; 01T00`],
  ['03300D01', 60, `${START}${END}`, FROM_TO],
  ['03300E01', 60, `${START}${END}`, FROM_TO],
  ['03350001', 28, `${START}${END}`, FROM_TO],
  ['03360000', 3, '010000', '1'],
  ['03370000', 3, '070000', '7'],
  ['1D00FF01', 34, `${DONE} 78563412`, `${DONE_BY} ; 123456.78`],
  ['1E000101', 34, `${DONE} 78563412`, `${DONE_BY} ; 123456.78`],
  ['03320301', 4, '00500000', '50.00'],
  ['03330101', 5, '3010211126', WHEN],
  ['13010001', 3, '020000', '2'],
  ['13020101', 6, START, WHEN],
  ['13032501', 6, START, WHEN],
  ['04000101', 4, '06211126', '2026-11-21 ; 6'],
  ['04000404', 6, '000056303232', '220V'],
  ['04800001', 32, `${'00'.repeat(29)}302E31`, '1.0'],
  ['04000C05', 4, '04563412', '04 ******'],
  ['04000503', 2, '5000', '0050 (relay open, relay command open)'],
  ['0400010C', 7, '00301006211126', WHEN],
  ['04001101', 1, '04', '04 (report flag in answers)'],
  ['04001104', 8, 'FFFF', ALL_FAULTS],
  ['04000508', 4, '01000080', '80000001 (master key in force, key 31 in force)'],
  [
    '04001501',
    12,
    '0108 0001',
    '0801 (load switch misoperation, terminal cover opened) ; 0100 (current break)',
  ],
  ['04001502', 2, '0100', '0001 (card read)'],
  ['04001503', 12, '0100', '0001 (load switch misoperation)'],
  ['04010000', 42, '010101', '1 ; 01-01'],
  ['04020003', 42, '023006', '2 ; 06:30'],
  ['04030001', 4, '01011026', '1 ; 2026-10-01'],
  ['04040101', 4, '00000100', '00010000'],
  ['04050101', 4, '00560000', '0.5600'],
  ['040604FF', 70, '00800100', '180.00'],
  ['05000001', 5, '0000221126', '2026-11-22T00:00:00'],
  ['05010101', 8, '05000000 05000000', '0.05 ; 0.05'],
  ['05020901', 8, PEAK, PEAK_SAYS],
  ['05031001', 24, '563492', '-12.3456'],
  ['05040101', 4, '78563412', '123456.78'],
  ['05050301', 4, '01000080', '-0.01'],
  ['05060101', 4, '78563412', '123456.78'],
  ['05070A01', 8, PEAK, PEAK_SAYS],
  ['06100101', 7, '0000221126 3022', '223.0 ; 2026-11-22T00:00:00'],
  ['00FF0000', 44, '01000080 78563412', '-0.01 ; 123456.78'],
  ['01FF0100', 80, PEAK, PEAK_SAYS],
  ['02FF0100', 22, '0522 005080', '220.5 ; -5.000'],
  ['03FF0001', 335, `${START} 501200 ${END}`, '2026-11-21T10:30:00 ; 1.250 ; 2026-11-21T11:00:00'],
  ['04FF0000', 84, '010101', '1 ; 01-01'],
  ['05FF0001', 20, '0000221126', '2026-11-22T00:00:00'],
]

const rows1997: readonly Row[] = [
  ...['9010', '9120', '9420', '9530', '9811', '9960'].map((item): Row => [item, 4, '78563412', '123456.78']),
  ...['A010', 'A110', 'A420', 'A540', 'A81E', 'A950'].map((item): Row => [item, 3, '563412', '12.3456']),
  ...['B010', 'B110', 'B420', 'B540', 'B81E', 'B950'].map(
    (item): Row => [item, 4, '30181211', '11-12T18:30'],
  ),
  ['B210', 4, '30181211', '11-12T18:30'],
  ['B611', 2, '2002', '220'],
  ['B633', 3, '563412', '12.3456'],
  ['B310', 2, '0300', '3'],
  ['B660', 2, '0050', '50.00'],
  ['C010', 4, '06211126', '2026-11-21 ; 6'],
  ['C020', 1, '10', '10 (active power reversed)'],
  ['C111', 1, '15', '15'],
  ['C211', 2, '8000', '80'],
  ['C212', 4, '02563412', '02 ******'],
  ['C321', 3, '010101', '1 ; 01-01'],
  ['C332', 3, '023006', '2 ; 06:30'],
  ['C511', 2, '1500', '15'],
  ['C41E', 1, '02', '2'],
  ['C215', 1, '05', '5'],
]

const known = (rows: readonly Row[]): readonly KnownItem[] =>
  rows.map(([item, bytes, head, values]) => {
    const data = new Uint8Array(bytes)
    data.set(Buffer.from(head.replaceAll(' ', ''), 'hex'))
    return { item, bytes, data, values: values.split(' ; ') }
  })

export const KNOWN_ITEMS = { '2007': known(rows2007), '1997': known(rows1997) } as const

/** Values of a load record by class (appendix B): U, I and frequency; P and Q; factors; energies; quadrants; demand. */
export const KNOWN_RECORDS: ReadonlyMap<string, number> = new Map([
  // A quarter of an hour that is no whole hour: energies, quadrants and demand are kept by the hour.
  ['0600', 7 + 8 + 4],
  ['0601', 7],
  ['0602', 8],
  ['0603', 4],
  ['0604', 4],
  ['0605', 4],
  ['0606', 2],
])
