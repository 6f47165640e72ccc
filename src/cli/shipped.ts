/** Drivers and profiles for verbs that work without a configuration: those shipped, and config/profiles where one is. */

import type { Complaint } from '../config/complaint.ts'
import { formatComplaint } from '../config/complaint.ts'
import { gatherLibrary, type Library } from '../config/library.ts'
import type { Terminal } from './verb.ts'

export async function shippedLibrary(io: Terminal): Promise<Library> {
  const complaints: Complaint[] = []
  const library = await gatherLibrary({}, 'config', () => undefined, complaints)
  for (const complaint of complaints) io.err(formatComplaint(complaint))
  return library
}
