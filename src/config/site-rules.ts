/**
 * What verbs at a terminal go by: the site's time, the billing window, where its data are, what may be cleared. It is read
 * from a whole configuration or from a file with no more than `version: 1` and what is to be said.
 */

import { dirname, resolve } from 'node:path'
import type { Limits, MeterClass } from '../reading/rules/parameters.ts'
import { type Complain, type Complaint, complainAbout, sortComplaints } from './complaint.ts'
import type { CommandsConfig, CommissioningConfig } from './config.ts'
import { parseMinute } from './quantities.ts'
import { siteRulesSchema, type WrittenSiteRules } from './schema.ts'
import { checkShape } from './shape.ts'
import { resolveSite } from './site.ts'
import { readSource } from './source-file.ts'
import { resolveValidation } from './validation.ts'

export interface SiteRules {
  readonly commands: CommandsConfig
  readonly commissioning: CommissioningConfig
  readonly limits: Readonly<Record<MeterClass, Limits>>
  /** Null where the file does not say. */
  readonly offsetMinutes: number | null
  /** Absolute; null where the file does not say. */
  readonly dataDirectory: string | null
}

/** Ten minutes before midnight, since a search has to be over by then, to half an hour after. */
export const USUAL_WINDOW: CommissioningConfig['billingWindow'] = { from: 24 * 60 - 10, to: 30 }

export async function loadSiteRules(
  file: string,
): Promise<SiteRules | { readonly complaints: readonly Complaint[] }> {
  const complaints: Complaint[] = []
  const source = await readSource(file, 'write one; "version: 1" is its least', complaints)
  if (!source) return { complaints }
  const complain = complainAbout(source, complaints)
  const written = checkShape(siteRulesSchema, source, complain)
  const site = written.site === undefined ? null : resolveSite(written.site, complain)
  const rules: SiteRules = {
    commands: resolveCommands(written.commands),
    commissioning: resolveCommissioning(written.commissioning, complain),
    limits: resolveValidation(written.validation, complain),
    offsetMinutes: site?.offsetMinutes ?? null,
    dataDirectory: written.data === undefined ? null : resolve(dirname(resolve(file)), written.data),
  }
  return complaints.length > 0 ? { complaints: sortComplaints(complaints) } : rules
}

export function resolveCommands(written: WrittenSiteRules['commands']): CommandsConfig {
  return { allowClearing: written?.allowClearing ?? false }
}

export function resolveCommissioning(
  written: WrittenSiteRules['commissioning'],
  complain: Complain,
): CommissioningConfig {
  const from = parseMinute(written?.billingWindow?.from ?? '')
  const to = parseMinute(written?.billingWindow?.to ?? '')
  if (from === null || to === null) return { billingWindow: USUAL_WINDOW }
  if (from === to)
    complain(
      ['commissioning', 'billingWindow', 'to'],
      'a window that ends where it begins is none',
      'write a later time; meterd scan --force searches inside the window',
    )
  return { billingWindow: { from, to } }
}
