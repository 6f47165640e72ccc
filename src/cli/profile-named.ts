/** The profile a person names: one shipped or of config/profiles by its name, or a file by its path. */

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Complaint, formatComplaint } from '../config/complaint.ts'
import { loadProfiles } from '../config/profiles.ts'
import { nearest } from '../config/words.ts'
import type { Driver } from '../driver-api/driver.ts'
import type { Profile } from '../driver-api/profile.ts'
import { shippedDrivers, shippedLibrary } from './shipped.ts'
import { type Terminal, WrongUse } from './verb.ts'

export interface ProfileNamed {
  readonly profile: Profile
  readonly drivers: ReadonlyMap<string, Driver>
}

/** Null after telling what is wrong with the file, each mistake with its line and remedy. Throws WrongUse. */
export async function profileNamed(name: string, io: Terminal): Promise<ProfileNamed | null> {
  if (!isFile(name)) {
    const { drivers, profiles } = await shippedLibrary(io)
    const profile = profiles.get(name)
    if (profile) return { profile, drivers }
    const meant = nearest(name, profiles.keys())
    throw new WrongUse(
      `there is no profile "${name}"; ${meant && ownFile(name) === null ? `did you mean "${meant}"?` : ownByPath(name)}`,
    )
  }
  const drivers = await shippedDrivers()
  const complaints: Complaint[] = []
  const loaded = await loadProfiles([resolve(name)], drivers, complaints)
  for (const complaint of complaints) io.err(formatComplaint(complaint))
  const [profile] = loaded.values()
  return profile && complaints.length === 0 ? { profile, drivers } : null
}

/** What to write for a file of one's own: the one that is there. */
export function ownByPath(name: string): string {
  return `a file of your own by its path: ${ownFile(name) ?? `profiles/${name}.yaml`}`
}

function ownFile(name: string): string | null {
  const places = ['profiles', '.', 'config/profiles'].flatMap(folder =>
    ['yaml', 'yml'].map(end => `${folder}/${name}.${end}`),
  )
  return places.find(place => existsSync(place)) ?? null
}

export function isFile(name: string): boolean {
  return /[/\\]|\.ya?ml$/.test(name)
}
