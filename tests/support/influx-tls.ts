/** An authority of our own and certificates by it, made by openssl when a test needs them. */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { requireService } from './services.ts'

/** Paths of PEM files. */
export interface Pair {
  readonly cert: string
  readonly key: string
}

export interface Authority {
  /** Its own certificate. */
  readonly ca: string
  issue(asked?: Asked): Pair
  dispose(): void
}

export interface Asked {
  /** Subject alternative name as openssl writes it; 127.0.0.1 and localhost without it. */
  readonly names?: string
  /** Days from now; from yesterday to a year on without them. */
  readonly fromDay?: number
  readonly toDay?: number
}

const CONFIG = `[ca]
default_ca = own
[own]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = any
unique_subject = no
copy_extensions = none
[any]
commonName = supplied
`

const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
const DAY_MS = 86_400_000

export function createAuthority(name = 'test authority'): Authority {
  const { path } = requireService('openssl')
  const folder = mkdtempSync(join(tmpdir(), 'meterd-ca-'))
  const openssl = (...args: string[]) => void execFileSync(path, args, { cwd: folder, stdio: 'pipe' })
  const at = (file: string) => join(folder, file)
  writeFileSync(at('ca.conf'), CONFIG)
  writeFileSync(at('index.txt'), '')
  writeFileSync(at('serial'), '01\n')
  openssl(
    'req',
    '-x509',
    ...EC,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '3650',
    '-subj',
    `/CN=${name}`,
  )
  let made = 0
  return {
    ca: at('ca.pem'),
    issue({ names = 'IP:127.0.0.1,DNS:localhost', fromDay = -1, toDay = 365 } = {}) {
      made += 1
      const [cert, key, request, extensions] = ['pem', 'key', 'csr', 'ext'].map(end => `${made}.${end}`) as [
        string,
        string,
        string,
        string,
      ]
      writeFileSync(at(extensions), `subjectAltName = ${names}\nbasicConstraints = CA:FALSE\n`)
      openssl('req', '-new', ...EC, '-keyout', key, '-out', request, '-subj', `/CN=${name} ${made}`)
      const span = ['-startdate', generalizedTime(fromDay), '-enddate', generalizedTime(toDay)]
      const by = ['-config', 'ca.conf', '-cert', 'ca.pem', '-keyfile', 'ca.key', '-batch', '-notext']
      openssl('ca', ...by, ...span, '-extfile', extensions, '-in', request, '-out', cert)
      return { cert: at(cert), key: at(key) }
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function generalizedTime(daysFromNow: number): string {
  const text = new Date(Date.now() + daysFromNow * DAY_MS).toISOString()
  return `${text.slice(0, 19).replaceAll(/[-:T]/g, '')}Z`
}
