/** The profiles simulated Modbus meters are played by: those shipped, and files of one's own. */

import { resolve } from 'node:path'
import { type Complaint, formatComplaint } from '../config/complaint.ts'
import { loadProfiles } from '../config/profiles.ts'
import type { SimulatedMeter } from '../core/simulated.ts'
import type { Profile } from '../driver-api/profile.ts'
import { shippedLibrary } from './shipped.ts'
import type { Terminal } from './verb.ts'

/** The meters with their models, or null after saying which profile is missing or wrong. */
export async function simulatedModels(
  meters: readonly SimulatedMeter[],
  io: Terminal,
): Promise<readonly SimulatedMeter[] | null> {
  if (!meters.some(isModbus)) return meters
  const { drivers, profiles } = await shippedLibrary(io)
  const complaints: Complaint[] = []
  const found: SimulatedMeter[] = []
  for (const meter of meters) {
    const model = isFile(meter.profile)
      ? (await loadProfiles([resolve(meter.profile)], drivers, complaints)).values().next().value
      : profiles.get(meter.profile)
    if (isModbus(meter) && model === undefined && !isFile(meter.profile))
      io.err(`meter ${meter.address}: there is no profile "${meter.profile}"; ${namesOf(profiles)}`)
    if (!isModbus(meter)) found.push(meter)
    else if (model !== undefined) found.push({ ...meter, profile: model.profile, model })
  }
  for (const complaint of complaints) io.err(formatComplaint(complaint))
  return found.length === meters.length ? found : null
}

function isModbus({ protocol }: SimulatedMeter): boolean {
  return protocol.startsWith('modbus')
}

function isFile(profile: string): boolean {
  return /\.ya?ml$/.test(profile)
}

function namesOf(profiles: ReadonlyMap<string, Profile>): string {
  const names = [...profiles.values()].filter(({ protocol }) => protocol.startsWith('modbus'))
  return `there are ${names.map(({ profile }) => profile).join(', ')}; a file of your own by its path`
}
