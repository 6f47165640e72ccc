/** Orders of supply as configured: by which policy, over which lines. Where nothing is written there are none (PR-50). */

import { resolve } from 'node:path'
import { systemClock } from '../core/clock.ts'
import { resolveBilling } from './asked-billing.ts'
import type { Complain, Complaint } from './complaint.ts'
import type { Config, LineConfig, MeterConfig, OrdersConfig, ReadFrom } from './config.ts'
import { loadPolicy } from './policy.ts'
import type { WrittenConfig } from './schema.ts'
import { readCredentials, type Secrets } from './secrets.ts'
import { readSource } from './source-file.ts'

interface Around extends Secrets {
  readonly lines: readonly LineConfig[]
  readonly meters: readonly MeterConfig[]
  readonly drivers: Config['drivers']
  readonly complain: Complain
  readonly warn: Complain
  readonly complaints: Complaint[]
  readonly readFrom: ReadFrom[]
}

const PATH = ['supply', 'orders'] as const

/** Null where none are configured, or what is written of them is wrong. */
export async function resolveOrders(
  written: WrittenConfig['supply'],
  around: Around,
): Promise<OrdersConfig | null> {
  const orders = written?.orders
  if (!orders) return null
  const { folder, complain, complaints, readFrom } = around
  const { policy: file, dryRun: isRehearsal, billing: asked, ...more } = orders
  const { directLines = [], acceptReplayable = false, ...secret } = more
  if (file === undefined || isRehearsal === undefined || asked === undefined) return null
  const billing = await resolveBilling(asked, [...PATH, 'billing'], around, complain)
  const path = resolve(folder, file)
  const loaded = await loadPolicy(path, systemClock.now())
  const source = await readSource(path, 'see examples/policies for the form', [])
  if ('complaints' in loaded) {
    complaints.push(...loaded.complaints)
    complain([...PATH, 'policy'], 'this policy cannot be gone by', 'correct it: meterd policy check FILE')
    return null
  }
  if (!source || !billing) return null
  readFrom.push({ name: source.file, sha256: source.sha256 })
  for (const [index, line] of directLines.entries())
    if (!around.lines.some(({ id }) => id === line))
      complain([...PATH, 'directLines', index], `there is no line "${line}"`, 'name the id of a line')
  const credentials = { ...secret, username: 'relay' }
  const { password } = await readCredentials(credentials, [...PATH], around, complain)
  if (password !== null && !/^\d{6}$/.test(password))
    complain(
      [...PATH],
      'a password of relays is six digits',
      'correct what is in the file or the environment',
    )
  const direct = new Set(directLines.filter(line => line !== undefined))
  const resolved = { isRehearsal, directLines: direct, acceptReplayable, password }
  tellLacks(resolved, around)
  return { ...resolved, billing, policy: loaded.policy, policyDigest: source.sha256 }
}

/** Whether a meter of this model says who it is: no other is ever cut, for nobody could hold it to its plate (P-07). */
export function tellsNumber({ driver, profile: { serialNumber, traits } }: MeterConfig): boolean {
  const told = driver.discovery?.auditItems?.filter(({ tells }) => tells === 'number') ?? []
  return serialNumber !== undefined || told.some(({ item }) => driver.describe(item, traits) !== null)
}

/** What works, and will cut nobody. */
function tellLacks(
  {
    directLines,
    acceptReplayable,
    password,
  }: Pick<OrdersConfig, 'directLines' | 'acceptReplayable' | 'password'>,
  { meters, lines, drivers, warn }: Around,
): void {
  const orderable = meters.filter(({ driver, profile }) => {
    const full = drivers.get(driver.protocol)
    return (full?.relayActions?.(profile.traits).size ?? 0) > 0
  })
  const say = (text: string, remedy: string) => warn([...PATH], text, remedy)
  if (orderable.length === 0)
    say('no meter has a relay that can be ordered', 'name profiles of models that have one')
  const unnumbered = orderable.filter(({ meterNumber }) => meterNumber === undefined)
  if (unnumbered[0])
    say(
      `${unnumbered.length} of the meters have no meterNumber, ${unnumbered[0].id} the first of them, and are never cut`,
      'enter the number on the plate of each',
    )
  const nameless = orderable.filter(meter => !tellsNumber(meter))
  if (nameless.length > 0)
    say(
      `the profiles of ${nameless.length} of the meters name no register of their number; they are never cut`,
      `write serialNumber in profile ${nameless[0]?.profile.profile}, where the model has one`,
    )
  const unproved = orderable.filter(({ profile: { traits } }) => traits.relay?.load === null)
  if (unproved.length > 0)
    say(
      `the profiles of ${unproved.length} of the meters name no load beside the relay: no cut of them is ever confirmed`,
      `write relay.load in profile ${unproved[0]?.profile.profile}: its power or its current`,
    )
  const unclassed = orderable.filter(one => one.class === undefined).length
  if (unclassed > 0)
    say(`of ${unclassed} of the meters nobody has said who is behind them; they are never cut`, 'enter class')
  const mute = orderable.filter(
    ({ driver, profile: { traits } }) =>
      driver.protocol.startsWith('dlt645') && (traits.quirks?.['relay-state'] ?? 'base') === 'base',
  ).length
  if (mute > 0)
    say(
      `the profiles of ${mute} of the meters do not say that they tell whether power is kept; they are never cut`,
      'name a profile of meters that tell it, such as dlt645-2007-state-grid-single-phase, or write relay-state under traits.quirks of their own (docs/commands.md, Relays)',
    )
  const used = new Set(orderable.map(({ line }) => line))
  const unknown = lines.filter(({ id, url }) => used.has(id) && url.kind !== 'serial' && !directLines.has(id))
  if (unknown.length > 0)
    say(
      `nobody has said that line "${unknown[0]?.id}" holds no frame back; nobody on it is cut`,
      'list it in directLines if it goes straight to the meters',
    )
  if (!acceptReplayable && orderable.length > 0)
    say(
      'what these meters are ordered by could be sent again by whoever listens on the wire; nobody is cut',
      'set acceptReplayable: true where the supplier has accepted that',
    )
  if (password === null && orderable.some(({ driver }) => driver.protocol.startsWith('dlt645')))
    say('no password of relays is given; the meters will refuse', 'name passwordFile or passwordEnv')
}
