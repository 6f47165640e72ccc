/** What verbs that need no configuration work with: the drivers shipped, and profiles, those of config/profiles too. */

import type { Complaint } from '../config/complaint.ts'
import { formatComplaint } from '../config/complaint.ts'
import { loadDriverFolder, USUAL_DRIVERS } from '../config/drivers.ts'
import { gatherLibrary, type Library } from '../config/library.ts'
import type { Driver } from '../driver-api/driver.ts'
import type { Terminal } from './verb.ts'

export async function shippedLibrary(io: Terminal): Promise<Library> {
  const complaints: Complaint[] = []
  const library = await gatherLibrary({}, 'config', () => undefined, complaints)
  for (const complaint of complaints) io.err(formatComplaint(complaint))
  return library
}

/** The drivers alone, by protocol: profiles take their time to prove themselves. */
export async function shippedDrivers(): Promise<ReadonlyMap<string, Driver>> {
  const folders = await Promise.all(USUAL_DRIVERS.map(loadDriverFolder))
  const drivers = folders.flatMap(folder => ('wrong' in folder ? [] : folder.drivers))
  return new Map(drivers.map(driver => [driver.protocol, driver]))
}
