/** The bits of status and mode words in English (DL/T 645-2007 appendix C; 1997: C020 to C022). */

/** A name holds when the bits under `mask` read `when`: one bit, or a small number such as the supply in use. */
export interface BitName {
  readonly mask: number
  readonly when: number
  readonly name: string
}

const bit = (index: number, name: string): BitName => ({ mask: 1 << index, when: 1 << index, name })
const field = (low: number, width: number, value: number, name: string): BitName => ({
  mask: ((1 << width) - 1) << low,
  when: value << low,
  name,
})
const each = (names: readonly string[]): BitName[] => names.map((name, index) => bit(index, name))

/** Words 4, 5 and 6 say the same of phase A, B and C. */
const PHASE = each([
  'voltage loss',
  'under-voltage',
  'over-voltage',
  'current loss',
  'over-current',
  'overload',
  'power reversed',
  'phase loss',
  'current break',
])

const COMBINATION_REACTIVE = [1, 2, 3, 4].flatMap((quadrant, index) => [
  bit(2 * index, `plus quadrant ${quadrant}`),
  bit(2 * index + 1, `minus quadrant ${quadrant}`),
])

const WEEKDAYS = each(['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'])

/** Bits 8 to 15 of word 1 and 5 to 15 of word 3 come with the later smart-meter rules; the 2007 text reserves them. */
const LISTS: Readonly<Record<string, readonly BitName[]>> = {
  'status-1': [
    bit(0, 'external relay mode'),
    bit(1, 'demand by fixed blocks'),
    bit(2, 'clock battery low'),
    bit(3, 'power-off reading battery low'),
    bit(4, 'active power reversed'),
    bit(5, 'reactive power reversed'),
    bit(8, 'control loop error'),
    bit(9, 'ESAM error'),
    bit(12, 'program error'),
    bit(13, 'memory fault'),
    bit(14, 'overdraft'),
    bit(15, 'clock fault'),
  ],
  'status-2': [
    bit(0, 'active power of phase A reversed'),
    bit(1, 'active power of phase B reversed'),
    bit(2, 'active power of phase C reversed'),
    bit(4, 'reactive power of phase A reversed'),
    bit(5, 'reactive power of phase B reversed'),
    bit(6, 'reactive power of phase C reversed'),
  ],
  'status-3': [
    bit(0, 'second period table in use'),
    field(1, 2, 1, 'supplied by auxiliary source'),
    field(1, 2, 2, 'supplied by battery'),
    bit(3, 'programming allowed'),
    bit(4, 'relay open'),
    bit(5, 'second zone table in use'),
    bit(6, 'relay command open'),
    bit(7, 'pre-trip alarm'),
    field(8, 2, 1, 'prepaid by energy'),
    field(8, 2, 2, 'prepaid by money'),
    bit(10, 'second price set in use'),
    bit(11, 'second ladder set in use'),
    bit(12, 'kept powered'),
    bit(13, 'authenticated'),
    bit(14, 'local account not open'),
    bit(15, 'remote account not open'),
  ],
  'status-4': PHASE,
  'status-5': PHASE,
  'status-6': PHASE,
  'status-7': each([
    'voltage sequence reversed',
    'current sequence reversed',
    'voltage unbalance',
    'current unbalance',
    'auxiliary supply lost',
    'power down',
    'demand over limit',
    'power factor low',
    'severe current unbalance',
    'meter cover open',
    'terminal cover open',
  ]),
  'combination-active': each(['plus forward', 'minus forward', 'plus reverse', 'minus reverse']),
  'combination-reactive': COMBINATION_REACTIVE,
  weekdays: WEEKDAYS,
  'load-record-mode': each([
    'voltage, current, frequency',
    'active and reactive power',
    'power factor',
    'energies',
    'quadrant energies',
    'demand',
  ]),
  'freeze-mode': each([
    'forward active',
    'reverse active',
    'combined reactive 1',
    'combined reactive 2',
    'quadrant reactive',
    'forward demand',
    'reverse demand',
    'variables',
  ]),
  'status-1997': [
    bit(0, 'manual reading'),
    bit(1, 'demand by fixed blocks'),
    bit(2, 'battery low'),
    bit(4, 'active power reversed'),
    bit(5, 'reactive power reversed'),
  ],
  'grid-1997': [
    bit(0, 'phase A lost'),
    bit(1, 'phase B lost'),
    bit(2, 'phase C lost'),
    bit(4, 'phase A over-voltage'),
    bit(5, 'phase B over-voltage'),
    bit(6, 'phase C over-voltage'),
  ],
}

export const BIT_NAMES: ReadonlyMap<string, readonly BitName[]> = new Map(Object.entries(LISTS))
