/** Passwords: from a file or the environment, never from the settings themselves. */

import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Complain, Path } from './complaint.ts'
import type { WrittenCredentials } from './schema.ts'

/** Where secrets may come from. */
export interface Secrets {
  /** The folder relative paths start from. */
  readonly folder: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

export interface Credentials {
  readonly username: string | null
  readonly password: string | null
}

const LONGEST = 4096

export async function readCredentials(
  written: WrittenCredentials,
  path: Path,
  secrets: Secrets,
  complain: Complain,
): Promise<Credentials> {
  const { username, passwordFile, passwordEnv } = written
  if (passwordFile !== undefined && passwordEnv !== undefined)
    complain([...path, 'passwordEnv'], 'a password file is named as well', 'keep one of the two')
  if ((passwordFile ?? passwordEnv) !== undefined && username === undefined)
    complain(path, 'there is a password and no user name', 'add username: NAME')
  const password =
    passwordFile !== undefined
      ? await fromFile(passwordFile, [...path, 'passwordFile'], secrets, complain)
      : passwordEnv !== undefined
        ? fromEnvironment(passwordEnv, [...path, 'passwordEnv'], secrets, complain)
        : null
  return { username: username ?? null, password }
}

async function fromFile(
  file: string,
  path: Path,
  { folder }: Secrets,
  complain: Complain,
): Promise<string | null> {
  const full = resolve(folder, file)
  const text = await readFile(full, 'utf8').catch((error: NodeJS.ErrnoException) => error)
  if (typeof text !== 'string') {
    const why = text.code === 'ENOENT' ? 'does not exist' : `cannot be read (${text.code})`
    complain(path, `the password file ${full} ${why}`, 'create it, readable by the user of meterd alone')
    return null
  }
  return checked(text.replace(/\r?\n$/, ''), `the password file ${full}`, path, complain)
}

function fromEnvironment(
  name: string,
  path: Path,
  { environment }: Secrets,
  complain: Complain,
): string | null {
  const value = environment[name]
  if (value !== undefined) return checked(value, `the environment variable ${name}`, path, complain)
  complain(path, `the environment variable ${name} is not set`, 'set it, or use passwordFile')
  return null
}

function checked(password: string, where: string, path: Path, complain: Complain): string | null {
  if (password !== '' && password.length <= LONGEST) return password
  const what = password === '' ? 'is empty' : `holds more than ${LONGEST} characters`
  complain(path, `${where} ${what}`, 'put the password into it, and nothing else')
  return null
}
