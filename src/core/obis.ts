/** OBIS codes (IEC 62056-61): "1-0:1.8.0" names what is measured, independent of protocol. */

/** A-B:C.D.E, optionally *F for a historical value. */
const OBIS = /^(\d{1,3})-(\d{1,3}):(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\*(\d{1,3}))?$/

/** D = 8: a time integral that only grows, the register bills are made of. */
const TIME_INTEGRAL = 8

export function isObis(text: string): boolean {
  return OBIS.test(text)
}

/** True for energy registers: active, reactive or apparent energy since the meter was made, any tariff. */
export function isEnergyRegister(obis: string): boolean {
  return Number(OBIS.exec(obis)?.[4]) === TIME_INTEGRAL
}

/** The tariff of a register: 0 is the total over all tariffs. Null when the code is no OBIS code. */
export function tariffOf(obis: string): number | null {
  const match = OBIS.exec(obis)
  return match ? Number(match[5]) : null
}

/** The total register of a tariff register: "1-0:1.8.3" belongs to "1-0:1.8.0". */
export function totalOf(obis: string): string {
  return obis.replace(/\.\d+$/, '.0')
}

/** The meter's own clock. Its value is a time; its deviation is what is kept. */
export const CLOCK = '0-0:1.0.0'
