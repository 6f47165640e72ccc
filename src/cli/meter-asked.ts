/** Which meter of which protocol a verb is to talk to, and the secrets it is to show. */

import { readFile } from 'node:fs/promises'
import { formatComplaint } from '../config/complaint.ts'
import { loadConfig } from '../config/load.ts'
import { isMapOf } from '../config/meters.ts'
import { messageOf } from '../core/faults.ts'
import { type LineUrl, lineKey } from '../core/line-url.ts'
import type { Driver, Traits } from '../driver-api/driver.ts'
import type { Profile } from '../driver-api/profile.ts'
import { lineAsked } from './line-talk.ts'
import { isFile, ownByPath, profileNamed } from './profile-named.ts'
import { shippedLibrary } from './shipped.ts'
import type { Terminal } from './verb.ts'
import { WrongUse } from './verb.ts'

/** Options all verbs that change a meter share. */
export const METER_OPTIONS = {
  line: { type: 'string' },
  protocol: { type: 'string' },
  profile: { type: 'string' },
  'no-profile': { type: 'boolean', default: false },
  within: { type: 'string' },
  trace: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const

export interface MeterOptions {
  readonly line?: string | undefined
  readonly protocol?: string | undefined
  readonly profile?: string | undefined
  readonly 'no-profile'?: boolean | undefined
  /** The gateway's configuration, which knows the meter's profile. */
  readonly meterConfig?: string | undefined
  readonly within?: string | undefined
}

export interface MeterAsked extends ReturnType<typeof lineAsked> {
  readonly driver: Driver
  readonly address: string
  readonly traits: Traits
  /** Throws WrongUse where nobody says what the meter's registers are, and so which of them switches its relay. */
  readonly mustBeKnown: () => void
}

/** Throws WrongUse. The protocol is never guessed where something is changed. */
export async function meterAsked(
  options: MeterOptions,
  addressText: string | undefined,
  io: Terminal,
): Promise<MeterAsked> {
  const isOwn = options.profile !== undefined && isFile(options.profile)
  const own = isOwn ? await profileNamed(options.profile ?? '', io) : null
  if (isOwn && own === null)
    throw new WrongUse(`${options.profile}: the profile is wrong, so nothing is sent`)
  const { drivers, profiles } = await shippedLibrary(io)
  if (options.protocol === undefined) throw new WrongUse('--protocol is missing')
  const driver = drivers.get(options.protocol)
  if (!driver)
    throw new WrongUse(
      `there is no protocol "${options.protocol}"; known are ${[...drivers.keys()].join(', ')}`,
    )
  const named = own?.profile ?? (options.profile === undefined ? null : profiles.get(options.profile))
  if (named === undefined)
    throw new WrongUse(
      `there is no profile "${options.profile}"; ${ownByPath(options.profile ?? '')}; known are ${[...profiles.keys()].join(', ')}`,
    )
  const place = lineAsked(options.line, options.within)
  const listed =
    named === null && options.meterConfig !== undefined
      ? await profileOfMeter(options.meterConfig, place.url, addressText, io)
      : null
  const profile = named ?? listed
  if (named && options['no-profile']) throw new WrongUse('--no-profile contradicts --profile')
  if (profile && !isMapOf(profile, driver.protocol))
    throw new WrongUse(`the profile ${profile.profile} is of ${profile.protocol}, not of ${driver.protocol}`)
  if (addressText === undefined) throw new WrongUse('--address is missing')
  const checked = driver.checkAddress(addressText)
  if ('wrong' in checked) throw new WrongUse(checked.wrong)
  return {
    ...place,
    driver,
    address: checked.address,
    traits: profile?.traits ?? {},
    mustBeKnown() {
      // A protocol with a table of its own knows without a profile what switches relays.
      if (profile || driver.items || options['no-profile']) return
      throw new WrongUse(
        `no profile says what the registers of meter ${checked.address} are, and any of them may switch its relay: give --profile NAME or FILE of its model, or meterd write --config FILE where the gateway's configuration lists it, or --no-profile where you know what the place does; nothing was sent`,
      )
    },
  }
}

/** What a configuration says of the meter at this place. Throws WrongUse where it is wrong or lists no such meter. */
async function profileOfMeter(
  file: string,
  url: LineUrl,
  address: string | undefined,
  io: Terminal,
): Promise<Profile> {
  const loaded = await loadConfig(file, process.env)
  if ('complaints' in loaded) {
    for (const complaint of loaded.complaints) io.err(formatComplaint(complaint))
    throw new WrongUse(`${file} is wrong, so nothing is sent`)
  }
  const { lines, meters } = loaded.config
  const line = lines.find(one => lineKey(one.url) === lineKey(url))
  const meter = meters.find(one => {
    const written = one.driver.checkAddress(address ?? '')
    return one.line === line?.id && 'address' in written && one.address === written.address
  })
  if (meter) return meter.profile
  throw new WrongUse(`${file} lists no meter ${address ?? ''} on ${lineKey(url)}; list it, or give --profile`)
}

/** The first line of a file that holds a password or a key; `option` is what named the file. Never shown. */
export async function secretFrom(file: string, option: string): Promise<string> {
  const place = placeOf(option, file)
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new WrongUse(
      `${place}: the file cannot be read: ${messageOf(error)}; write the secret into its first line`,
    )
  })
  const line = text.split('\n')[0]?.trim() ?? ''
  if (line === '')
    throw new WrongUse(`${place}, line 1: is empty; write the secret into the first line, and nothing else`)
  return line
}

function placeOf(option: string, file: string): string {
  return `${option}${option.endsWith('@') ? '' : ' '}${file}`
}

/** A password of a meter, from the first line of a file. */
export async function passwordFrom(file: string, option = '--password-file'): Promise<string> {
  const line = await secretFrom(file, option)
  if (/^\d{6}$/.test(line)) return line
  throw new WrongUse(
    `${placeOf(option, file)}, line 1: is no password; write its six digits there, without quotes, comments or the level`,
  )
}
