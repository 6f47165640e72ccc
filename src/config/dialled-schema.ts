/** What is written of everything the gateway dials: where its secrets are, and whom it trusts. */

import * as z from 'zod'
import type { Word } from './words.ts'
import { section, text } from './written.ts'

/** Not a URL: nothing is fetched from a network, and a URL may hold a password. */
export const path = (word: Word) => text(word, /^(?![a-z]+:\/\/)[^\p{Cc}]{1,1000}$/iu)

const environmentName = text('environmentName', /^[A-Z_][A-Z0-9_]{0,127}$/)

/** A password is never written into the file; the key is known only to say where it goes instead. */
export const credentials = {
  username: text('username').optional(),
  password: z.undefined({ error: 'password' }).optional(),
  passwordFile: path('file').optional(),
  passwordEnv: environmentName.optional(),
}

export const tokens = {
  token: z.undefined({ error: 'token' }).optional(),
  tokenFile: path('file').optional(),
  tokenEnv: environmentName.optional(),
}

/** Whom to trust and who we are; certificates are always verified, so there is no key that says otherwise. */
export const tls = section({
  ca: path('pem').optional(),
  cert: path('pem').optional(),
  key: path('pem').optional(),
})
