/** OBIS codes (IEC 62056-61): "1-0:1.8.0" names what is measured, independent of protocol. */

/** A-B:C.D.E, optionally *F for a historical value. */
export const OBIS = /^(\d{1,3})-(\d{1,3}):(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\*(\d{1,3}))?$/

/** D = 8: a time integral that only grows, the register bills are made of. */
const TIME_INTEGRAL = 8

export function isObis(text: string): boolean {
  return OBIS.test(text)
}

/** True for energy registers: active, reactive or apparent energy since the meter was made, any tariff. */
export function isEnergyRegister(obis: string): boolean {
  return Number(OBIS.exec(obis)?.[4]) === TIME_INTEGRAL
}

/** D = 6: the largest mean power of the billing period so far. */
const MAXIMUM = 6

/** True for maximum demand registers, any tariff. */
export function isDemandRegister(obis: string): boolean {
  return Number(OBIS.exec(obis)?.[4]) === MAXIMUM
}

/** Energies and demands are what bills are made of. */
export function isBilled(obis: string): boolean {
  return isEnergyRegister(obis) || isDemandRegister(obis)
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

/** Values of group C whose registers may fall: combined reactive (3, 4 as DL/T 645 combines them) and net active (16). */
const MAY_FALL = new Set([3, 4, 16])

/** True for energy registers that can only grow until they roll over: not sums of opposite directions. */
export function onlyGrows(obis: string): boolean {
  const match = OBIS.exec(obis)
  if (Number(match?.[4]) !== TIME_INTEGRAL) return false
  const quantity = Number(match?.[3])
  // Phases L1, L2, L3 repeat the quantities of the total at 20, 40 and 60 (IEC 62056-61, table of group C).
  return !MAY_FALL.has(quantity > 20 && quantity <= 80 ? quantity % 20 : quantity)
}

/** Power factor (C = 13, 33, 53, 73), instantaneous. */
export function isPowerFactor(obis: string): boolean {
  const match = OBIS.exec(obis)
  return Number(match?.[4]) === 7 && [13, 33, 53, 73].includes(Number(match?.[3]))
}
