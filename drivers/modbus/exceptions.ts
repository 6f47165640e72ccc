/** Exception codes (Modbus Application Protocol V1.1b3, clause 7): what a server that will not answer says. */

import type { FaultCode } from '../../src/driver-api/driver.ts'

export interface ModbusException {
  readonly text: string
  readonly code: FaultCode
  /**
   * `split`: the request was too wide or touched a register that is not there, so its halves may succeed. `again`: the
   * same question may succeed in a moment. `later`: nothing else will be answered now either. `none`: it concerns this
   * request alone.
   */
  readonly remedy: 'split' | 'again' | 'later' | 'none'
  /** Of a write: the device may have obeyed, or may yet. */
  readonly leavesOpen?: true
}

const EXCEPTIONS: ReadonlyMap<number, ModbusException> = new Map([
  [0x01, { text: 'illegal function', code: 'METER_NO_DATA', remedy: 'none' }],
  [0x02, { text: 'illegal data address', code: 'METER_NO_DATA', remedy: 'split' }],
  [0x03, { text: 'illegal data value', code: 'METER_REFUSED', remedy: 'split' }],
  [0x04, { text: 'server device failure', code: 'METER_REFUSED', remedy: 'none', leavesOpen: true }],
  [
    0x05,
    {
      text: 'acknowledge: a long job runs, ask later',
      code: 'METER_BUSY',
      remedy: 'again',
      leavesOpen: true,
    },
  ],
  [0x06, { text: 'server device busy, ask later', code: 'METER_BUSY', remedy: 'again' }],
  [0x07, { text: 'negative acknowledge', code: 'METER_REFUSED', remedy: 'none' }],
  [0x08, { text: 'memory parity error', code: 'METER_REFUSED', remedy: 'again' }],
  // A gateway speaking for its serial side: the link to it is sound, the meter behind it is not reached.
  [0x0a, { text: 'gateway path unavailable', code: 'METER_BUSY', remedy: 'later' }],
  [
    0x0b,
    {
      text: 'gateway target device failed to respond',
      code: 'LINE_SILENT',
      remedy: 'later',
      leavesOpen: true,
    },
  ],
] satisfies [number, ModbusException][])

export function exceptionNamed(code: number): ModbusException {
  const known = EXCEPTIONS.get(code)
  const number = `exception ${code.toString(16).toUpperCase().padStart(2, '0')}`
  return known
    ? { ...known, text: `${number}: ${known.text}` }
    : { text: `${number}: unknown code`, code: 'METER_REFUSED', remedy: 'none' }
}
