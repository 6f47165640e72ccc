/** Settings in a folder of their own, and what loading them says. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Complaint, formatComplaint } from '../../src/config/complaint.ts'
import { loadConfig, type Right } from '../../src/config/load.ts'

export const GOOD = `version: 1
gateway: test
site: { offset: "+08:00", zone: Asia/Shanghai }
data: ./data
lines: [{ id: a, url: "serial:///dev/ttyS99?baud=2400&parity=even" }]
meters: [{ id: m1, line: a, address: "000000000161", profile: dlt645-2007-single-phase }]
`

/** A folder with these files, gone when the test is. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'meterd-config-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

export interface Outcome {
  readonly complaints: readonly Complaint[]
  /** As printed, without the folder. */
  readonly printed: readonly string[]
  readonly right: Right | null
}

/** Loads `gateway.yaml`, with other files beside it. */
export async function load(
  text: string | Uint8Array,
  beside: Readonly<Record<string, string>> = {},
  environment: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const folder = folderWith({ 'gateway.yaml': text, ...beside })
  const loaded = await loadConfig(join(folder, 'gateway.yaml'), environment)
  const complaints = 'complaints' in loaded ? loaded.complaints : []
  const printed = complaints.map(complaint => formatComplaint(complaint).replaceAll(`${folder}/`, ''))
  return { complaints, printed, right: 'complaints' in loaded ? null : loaded }
}

export async function loadRight(text: string, beside: Readonly<Record<string, string>> = {}): Promise<Right> {
  const { printed, right } = await load(text, beside)
  if (!right) throw new Error(`refused:\n${printed.join('\n')}`)
  return right
}
