/** The rules of a site from a file, for verbs that take `--config FILE` and need no more of it. */

import { formatComplaint } from '../config/complaint.ts'
import { loadSiteRules, type SiteRules } from '../config/site-rules.ts'
import { BAD_CONFIG, type Terminal } from './verb.ts'

/** BAD_CONFIG where the file is wrong; its complaints are told by then. */
export async function siteRulesIn(file: string, io: Terminal): Promise<SiteRules | typeof BAD_CONFIG> {
  const rules = await loadSiteRules(file)
  if (!('complaints' in rules)) return rules
  for (const complaint of rules.complaints) io.err(formatComplaint(complaint))
  return BAD_CONFIG
}
