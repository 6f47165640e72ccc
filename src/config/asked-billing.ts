/** Who says right before a cut that it is still unpaid, as configured (P-07). */

import { HOUR } from '../core/time.ts'
import type { Complain, Path } from './complaint.ts'
import type { BillingConfig, BillingServer } from './config.ts'
import { isLoopback, parseDuration } from './quantities.ts'
import type { WrittenConfig } from './schema.ts'
import { readCredentials, readToken, type Secrets } from './secrets.ts'
import { resolveTls } from './tls.ts'
import { holdsUserinfo, WORDS } from './words.ts'

type Written = NonNullable<NonNullable<NonNullable<WrittenConfig['supply']>['orders']>['billing']>

/** A balance of yesterday says nothing of a payment this morning. */
const OLDEST_PUSHED_MS = HOUR

/** Null where it is wrong. */
export async function resolveBilling(
  written: Written,
  path: Path,
  secrets: Secrets,
  complain: Complain,
): Promise<BillingConfig | null> {
  if (written === 'ledger') return { way: 'ledger' }
  const { ask, pushed, ...beside } = written
  if ((ask === undefined) === (pushed === undefined)) {
    complain(path, 'this is one way or the other', `write ${WORDS.billingWay.example} or { pushed: 15m }`)
    return null
  }
  if (ask !== undefined) return resolveServer({ ask, ...beside }, path, secrets, complain)
  const [first] = Object.keys(beside)
  if (first !== undefined) complain([...path, first], 'nobody is asked, and nothing is dialled', 'remove it')
  const mostAgeMs = parseDuration(pushed ?? '') ?? 0
  if (mostAgeMs > 0 && mostAgeMs <= OLDEST_PUSHED_MS) return { way: 'pushed', mostAgeMs }
  complain(
    [...path, 'pushed'],
    `${pushed} is not between 1s and 1h`,
    'write 15m, and have it stated as often',
  )
  return null
}

type WrittenServer = Omit<Exclude<Written, 'ledger'>, 'ask' | 'pushed'> & { readonly ask: string }

async function resolveServer(
  written: WrittenServer,
  path: Path,
  secrets: Secrets,
  complain: Complain,
): Promise<BillingConfig | null> {
  const credentials = await readCredentials(written, path, secrets, complain)
  const token = await readToken(written, path, secrets, complain)
  const url = urlIn(written.ask, [...path, 'ask'], complain)
  const tls = await resolveTls(written.tls, url, path, secrets.folder, complain, 'ask')
  const server: BillingServer | null = url && { url, ...credentials, token, tls }
  return server && { way: 'asked', ...server }
}

function urlIn(text: string, path: Path, complain: Complain): URL | null {
  if (holdsUserinfo(text)) {
    complain(
      path,
      'there is a user name or password in this URL',
      'use tokenFile, or username and passwordFile',
    )
    return null
  }
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || url.hostname === '' || url.search !== '' || url.hash !== '') {
    complain(path, 'this is not scheme://host:port/path', 'write it without "?" and "#"')
    return null
  }
  if (url.protocol === 'https:' || isLoopback(url.hostname.replace(/^\[|\]$/g, ''))) return url
  complain(
    path,
    'whoever is on the way could answer that it is unpaid',
    'use https://, or a TLS proxy on this machine',
  )
  return null
}
