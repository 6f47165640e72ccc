/** A small world of certificates, made by openssl when a test asks for it: authorities, servers, clients. */

import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { requireService } from './services.ts'

export interface Leaf {
  readonly cert: string
  readonly key: string
}

export interface LeafAsked {
  /** Subject alternative names, `IP:127.0.0.1` as usual. */
  readonly names?: string
  /** Days from now, negative for the past. */
  readonly from?: number
  readonly to?: number
  /** Extended key usage; any without it. */
  readonly usage?: string
  /** A key of RSA with so many bits, and not the elliptic one. */
  readonly rsa?: number
}

export interface Authority {
  /** Its certificate. */
  readonly ca: string
  issue(name: string, asked?: LeafAsked): Leaf
  /** Takes a certificate back; answers the file of the list of those taken back. */
  revoke(leaf: Leaf): string
}

export interface Certificates {
  readonly folder: string
  authority(name: string): Authority
  /** Signed by itself alone. */
  selfSigned(name: string): Leaf
  dispose(): void
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc']
const DAY_MS = 86_400_000

export function createCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'meterd-certificates-'))
  return {
    folder,
    authority: name => createAuthority(join(folder, name), name),
    selfSigned(name) {
      const leaf = { cert: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) }
      const names = ['-addext', 'subjectAltName=IP:127.0.0.1']
      const files = ['-keyout', leaf.key, '-out', leaf.cert]
      openssl(['req', '-x509', ...NEW_KEY, '-subj', `/CN=${name}`, '-days', '2', ...names, ...files])
      return leaf
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Puts one leaf in the place of another, as a renewal does. */
export function renew(old: Leaf, by: Leaf): void {
  copyFileSync(by.key, old.key)
  copyFileSync(by.cert, old.cert)
}

function createAuthority(folder: string, name: string): Authority {
  mkdirSync(folder)
  const at = (file: string) => join(folder, file)
  const files = ['-keyout', at('ca.key'), '-out', at('ca.crt')]
  openssl(['req', '-x509', ...NEW_KEY, '-subj', `/CN=${name}`, '-days', '30', ...files])
  writeFileSync(at('index'), '')
  writeFileSync(at('serial'), '1000\n')
  writeFileSync(at('ca.cnf'), settings(folder))
  const ca = ['ca', '-batch', '-config', at('ca.cnf'), '-cert', at('ca.crt'), '-keyfile', at('ca.key')]
  let issued = 0
  return {
    ca: at('ca.crt'),
    issue(subject, { names = 'IP:127.0.0.1,DNS:localhost', from = -1, to = 30, usage, rsa } = {}) {
      issued += 1
      const leaf = { cert: at(`${subject}-${issued}.crt`), key: at(`${subject}-${issued}.key`) }
      const request = at('request.csr')
      const newKey = rsa === undefined ? NEW_KEY : ['-newkey', `rsa:${rsa}`, '-noenc']
      openssl(['req', ...newKey, '-subj', `/CN=${subject}`, '-keyout', leaf.key, '-out', request])
      const purpose = usage === undefined ? '' : `extendedKeyUsage=${usage}\n`
      writeFileSync(at('extensions'), `subjectAltName=${names}\nbasicConstraints=CA:FALSE\n${purpose}`)
      const validity = ['-startdate', stamp(from), '-enddate', stamp(to)]
      openssl([
        ...ca,
        '-extfile',
        at('extensions'),
        ...validity,
        '-notext',
        '-in',
        request,
        '-out',
        leaf.cert,
      ])
      return leaf
    },
    revoke(leaf) {
      openssl([...ca, '-revoke', leaf.cert])
      openssl([...ca, '-gencrl', '-crldays', '2', '-out', at('revoked.crl')])
      return at('revoked.crl')
    },
  }
}

function settings(folder: string): string {
  return `[ca]
default_ca = all
[all]
database = ${folder}/index
serial = ${folder}/serial
new_certs_dir = ${folder}
default_md = sha256
unique_subject = no
policy = any
[any]
commonName = supplied
`
}

/** UTC as ASN.1 writes it. */
function stamp(days: number): string {
  const digits = new Date(Date.now() + days * DAY_MS).toISOString().replaceAll(/\D/g, '')
  return `${digits.slice(0, 14)}Z`
}

function openssl(args: readonly string[]): void {
  execFileSync(requireService('openssl').path, args, { stdio: 'pipe' })
}
