/** The profiles shipped, as models of simulated Modbus meters. */

import { drivers } from '../../drivers/modbus/index.ts'
import type { Complaint } from '../../src/config/complaint.ts'
import { loadProfiles, profileFiles } from '../../src/config/profiles.ts'
import type { SimulatedMeter, SimulatedQuirks } from '../../src/core/simulated.ts'
import type { Profile } from '../../src/driver-api/profile.ts'
import { buildModel, type ModbusModel } from '../../src/simulator/modbus/model.ts'

const folder = new URL('../../drivers/modbus/profiles', import.meta.url).pathname
const byProtocol = new Map(drivers.map(driver => [driver.protocol, driver]))
const complaints: Complaint[] = []

export const MODBUS_PROFILES: ReadonlyMap<string, Profile> = await loadProfiles(
  (await profileFiles(folder)) ?? [],
  byProtocol,
  complaints,
)
if (complaints.length > 0) throw new Error(JSON.stringify(complaints))

export function profileOf(name: string): Profile {
  const profile = MODBUS_PROFILES.get(name)
  if (profile === undefined) throw new Error(`no profile ${name}`)
  return profile
}

export function modelOf(name: string, quirks: SimulatedQuirks = {}): ModbusModel {
  return buildModel(profileOf(name), quirks)
}

/** A meter of a profile, as a list of simulated meters names it. */
export function simulatedMeter(
  protocol: string,
  address: string,
  profile: string,
  quirks: SimulatedQuirks = {},
): SimulatedMeter {
  return { protocol, address, profile, quirks, model: profileOf(profile) }
}
