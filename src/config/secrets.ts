/** Passwords and tokens: from a file or the environment, never from the settings themselves. */

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

type Kind = 'password' | 'token'

/** Where one secret is said to be. */
interface Place {
  readonly kind: Kind
  readonly file: string | undefined
  readonly variable: string | undefined
}

export type WrittenToken = Readonly<
  Partial<Record<'tokenFile' | 'tokenEnv' | 'username', string | undefined>>
>

const LONGEST = 4096

/** What a header can carry as it is. */
const TOKEN = /^[\x21-\x7e]+$/

export async function readCredentials(
  written: WrittenCredentials,
  path: Path,
  secrets: Secrets,
  complain: Complain,
): Promise<Credentials> {
  const { username, passwordFile, passwordEnv } = written
  if ((passwordFile ?? passwordEnv) !== undefined && username === undefined)
    complain(path, 'there is a password and no user name', 'add username: NAME')
  const place: Place = { kind: 'password', file: passwordFile, variable: passwordEnv }
  return { username: username ?? null, password: await readSecret(place, path, secrets, complain) }
}

/** A token stands for user and password; with both, nobody could say which was meant. */
export async function readToken(
  written: WrittenToken,
  path: Path,
  secrets: Secrets,
  complain: Complain,
): Promise<string | null> {
  const { tokenFile, tokenEnv, username } = written
  if ((tokenFile ?? tokenEnv) !== undefined && username !== undefined)
    complain([...path, 'username'], 'there is a token as well', 'keep the token or the user')
  const place: Place = { kind: 'token', file: tokenFile, variable: tokenEnv }
  const token = await readSecret(place, path, secrets, complain)
  if (token === null || TOKEN.test(token)) return token
  complain(
    path,
    'the token holds spaces, line breaks or letters no token has',
    'put the token in, nothing else',
  )
  return null
}

async function readSecret(
  { kind, file, variable }: Place,
  path: Path,
  secrets: Secrets,
  complain: Complain,
): Promise<string | null> {
  if (file !== undefined && variable !== undefined)
    complain([...path, `${kind}Env`], `a ${kind} file is named as well`, 'keep one of the two')
  if (file !== undefined) return fromFile(kind, file, [...path, `${kind}File`], secrets, complain)
  if (variable !== undefined)
    return fromEnvironment(kind, variable, [...path, `${kind}Env`], secrets, complain)
  return null
}

async function fromFile(
  kind: Kind,
  file: string,
  path: Path,
  { folder }: Secrets,
  complain: Complain,
): Promise<string | null> {
  const full = resolve(folder, file)
  const text = await readFile(full, 'utf8').catch((error: NodeJS.ErrnoException) => error)
  if (typeof text !== 'string') {
    const why = text.code === 'ENOENT' ? 'does not exist' : `cannot be read (${text.code})`
    complain(path, `the ${kind} file ${full} ${why}`, 'create it, readable by the user of meterd alone')
    return null
  }
  return checked(kind, text.replace(/\r?\n$/, ''), `the ${kind} file ${full}`, path, complain)
}

function fromEnvironment(
  kind: Kind,
  name: string,
  path: Path,
  { environment }: Secrets,
  complain: Complain,
): string | null {
  const value = environment[name]
  if (value !== undefined) return checked(kind, value, `the environment variable ${name}`, path, complain)
  complain(path, `the environment variable ${name} is not set`, `set it, or use ${kind}File`)
  return null
}

function checked(kind: Kind, secret: string, where: string, path: Path, complain: Complain): string | null {
  if (secret !== '' && secret.length <= LONGEST) return secret
  const what = secret === '' ? 'is empty' : `holds more than ${LONGEST} characters`
  complain(path, `${where} ${what}`, `put the ${kind} into it, and nothing else`)
  return null
}
