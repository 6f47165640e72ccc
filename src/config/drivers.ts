/** Loads the driver folders a configuration lists, from the machine itself and never from the network. */

import { stat } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Fault } from '../core/faults.ts'
import type { Driver } from '../driver-api/driver.ts'
import { CODE, CODE_ROOT, PACKAGE_ROOT } from './package-root.ts'

/** Those meterd is delivered with. */
export const USUAL_DRIVERS = ['dlt645', 'modbus'] as const

const API_VERSION = 1
const METHODS = ['checkAddress', 'describe', 'deframe', 'decode', 'read'] as const

export interface DriverFolder {
  /** As listed: 'dlt645' or an absolute path. */
  readonly name: string
  readonly drivers: readonly Driver[]
  /** Where its meter profiles lie. */
  readonly profiles: string
}

/** Loads one folder, or says in words why that cannot be. */
export async function loadDriverFolder(name: string): Promise<DriverFolder | { readonly wrong: string }> {
  if (!isAbsolute(name) && !/^[a-z0-9][a-z0-9_-]*$/i.test(name))
    return { wrong: `"${name}" is neither the name of a shipped driver nor an absolute path` }
  const index = await indexOf(name)
  if (index === null) return { wrong: `there is no driver folder "${name}" with an index in it` }
  const found: unknown = await import(pathToFileURL(index).href).catch((error: unknown) =>
    error instanceof Error ? error : new Error(String(error)),
  )
  if (found instanceof Error) return { wrong: `the driver "${name}" does not load: ${found.message}` }
  const drivers = (found as { readonly drivers?: unknown }).drivers
  if (!Array.isArray(drivers) || drivers.length === 0)
    return { wrong: `the driver "${name}" exports no "drivers" list` }
  for (const driver of drivers) {
    const wrong = whyNoDriver(driver)
    if (wrong) return { wrong: `the driver "${name}" ${wrong}` }
  }
  const folder = isAbsolute(name) ? name : join(PACKAGE_ROOT, 'drivers', name)
  return { name, drivers: drivers as readonly Driver[], profiles: join(folder, 'profiles') }
}

/** Every driver of the shipped folders, by protocol; for verbs that work without a configuration. */
export async function loadShippedDrivers(): Promise<ReadonlyMap<string, Driver>> {
  const drivers = new Map<string, Driver>()
  for (const name of USUAL_DRIVERS) {
    const folder = await loadDriverFolder(name)
    if ('wrong' in folder) throw new Fault('CONFIG_INVALID', folder.wrong)
    for (const driver of folder.drivers) drivers.set(driver.protocol, driver)
  }
  return drivers
}

async function indexOf(name: string): Promise<string | null> {
  const candidates = isAbsolute(name)
    ? ['.js', '.mjs', '.ts'].map(ending => join(name, `index${ending}`))
    : [join(CODE_ROOT, 'drivers', name, `index${CODE}`)]
  for (const candidate of candidates) {
    const found = await stat(candidate).catch(() => null)
    if (found?.isFile()) return candidate
  }
  return null
}

function whyNoDriver(candidate: unknown): string | null {
  if (typeof candidate !== 'object' || candidate === null) return 'exports something that is no driver'
  const { protocol, apiVersion } = candidate as Partial<Driver>
  if (typeof protocol !== 'string' || protocol === '') return 'exports a driver without a protocol name'
  if (apiVersion !== API_VERSION)
    return `(${protocol}) is made for driver API ${String(apiVersion)}; this meterd has ${API_VERSION}`
  const missing = METHODS.filter(method => typeof Reflect.get(candidate, method) !== 'function')
  return missing.length === 0 ? null : `(${protocol}) lacks ${missing.join(', ')}`
}
