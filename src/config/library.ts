/** What meterd can speak and which meter models it knows: the drivers listed, and the profiles for them. */

import { join, resolve } from 'node:path'
import type { Driver } from '../driver-api/driver.ts'
import type { Profile } from '../driver-api/profile.ts'
import type { Complain, Complaint } from './complaint.ts'
import { type DriverFolder, loadDriverFolder, USUAL_DRIVERS } from './drivers.ts'
import { loadProfiles, profileFiles } from './profiles.ts'
import type { WrittenConfig } from './schema.ts'

export interface Library {
  readonly drivers: ReadonlyMap<string, Driver>
  readonly profiles: ReadonlyMap<string, Profile>
  /** False when something did not load: a name not found may then be no mistake of whoever wrote it. */
  readonly complete: boolean
}

/** `folder` is that of the configuration file: profiles/ in it belongs to the site. */
export async function gatherLibrary(
  written: WrittenConfig,
  folder: string,
  complain: Complain,
  complaints: Complaint[],
): Promise<Library> {
  const before = complaints.length
  const folders = await gatherFolders(written.drivers ?? USUAL_DRIVERS, complain)
  const drivers = new Map(folders.flatMap(found => found.drivers).map(driver => [driver.protocol, driver]))
  const files = new Set<string>()
  for (const each of folders) await addFiles(each.profiles, files)
  const shipped = new Set(files)
  await addFiles(join(folder, 'profiles'), files)
  for (const [index, listed] of (written.profiles ?? []).entries()) {
    const place = listed === undefined ? null : resolve(folder, listed)
    if (place !== null && !(await addFiles(place, files)))
      complain(['profiles', index], `there is no folder ${place}`, 'correct or remove it')
  }
  const profiles = await loadProfiles([...files], drivers, complaints, shipped)
  return { drivers, profiles, complete: complaints.length === before }
}

async function gatherFolders(
  names: readonly (string | undefined)[],
  complain: Complain,
): Promise<readonly DriverFolder[]> {
  const folders: DriverFolder[] = []
  const spoken = new Set<string>()
  for (const [index, name] of names.entries()) {
    const folder = name === undefined ? null : await loadDriverFolder(name)
    if (!folder) continue
    const path = ['drivers', index]
    if ('wrong' in folder) {
      complain(
        path,
        folder.wrong,
        `shipped drivers are ${USUAL_DRIVERS.join(', ')}; others by their absolute path`,
      )
      continue
    }
    const second = folder.drivers.find(({ protocol }) => spoken.has(protocol))
    if (second) {
      complain(path, `a second driver speaks ${second.protocol}`, 'list one of the two')
      continue
    }
    for (const { protocol } of folder.drivers) spoken.add(protocol)
    folders.push(folder)
  }
  return folders
}

async function addFiles(folder: string, files: Set<string>): Promise<boolean> {
  const found = await profileFiles(folder)
  for (const file of found ?? []) files.add(file)
  return found !== null
}
