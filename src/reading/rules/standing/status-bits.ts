/** Bits of status words that mean something to a person: what stands as a fault, and what is told when it changes. */

export interface StatusBit {
  readonly bit: number
  readonly name: string
  /** Of IEC 61968-9. */
  readonly code: string
  /** It is told as long as it stands, and not its changes alone. */
  readonly isFault: boolean
}

const BATTERY_LOW = '1.1.1'
const DIAGNOSTIC = '1.1.0'
const SWITCHING = '1.2.3'
const SET_ANEW = '1.4.6'
const TAMPER = '1.3.0'
const OPENED = '1.3.1'

const fault = (bit: number, name: string, code: string): StatusBit => ({ bit, name, code, isFault: true })
const change = (bit: number, name: string, code: string): StatusBit => ({ bit, name, code, isFault: false })

/** A phase that was never wired says so for ever: of these only the loss of voltage under load is a fault by itself. */
const PHASE: readonly StatusBit[] = [
  fault(0, 'voltage loss', TAMPER),
  change(3, 'current loss', TAMPER),
  change(7, 'phase loss', TAMPER),
  change(8, 'current break', TAMPER),
]

/**
 * By the word's OBIS code. Left out is what comes and goes in a sound meter: directions, tables and prices in use, uneven and
 * high loads, an order of phases (V-R34), and what the gateway itself brings about.
 */
export const STATUS_WORDS: readonly (readonly [obis: string, name: string, bits: readonly StatusBit[]])[] = [
  ['0-0:96.5.0', 'status word', [fault(2, 'battery low', BATTERY_LOW)]],
  [
    '0-0:96.5.1',
    'status word 1',
    [
      fault(2, 'clock battery low', BATTERY_LOW),
      fault(3, 'battery for power-down reading low', BATTERY_LOW),
      fault(8, 'control loop error', DIAGNOSTIC),
      fault(9, 'ESAM error', DIAGNOSTIC),
      fault(12, 'program error', DIAGNOSTIC),
      fault(13, 'memory fault', '1.1.7'),
      change(14, 'overdraft', SWITCHING),
      fault(15, 'clock fault', '1.1.9'),
    ],
  ],
  [
    '0-0:96.5.3',
    'status word 3',
    [
      change(3, 'programming allowed', SET_ANEW),
      change(4, 'relay open', SWITCHING),
      change(6, 'relay ordered open', SWITCHING),
      change(7, 'pre-trip alarm', SWITCHING),
      change(8, 'prepaid by energy', SET_ANEW),
      change(9, 'prepaid by money', SET_ANEW),
      change(12, 'kept powered', SWITCHING),
    ],
  ],
  ['0-0:96.5.4', 'status word 4 (phase A)', PHASE],
  ['0-0:96.5.133', 'status word 5 (phase B)', PHASE],
  ['0-0:96.5.134', 'status word 6 (phase C)', PHASE],
  [
    '0-0:96.5.135',
    'status word 7',
    [
      change(4, 'auxiliary supply lost', '1.2.32'),
      change(5, 'power down', '1.2.32'),
      fault(9, 'meter cover open', OPENED),
      fault(10, 'terminal cover open', OPENED),
    ],
  ],
]
