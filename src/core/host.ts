/** Hosts as URLs write them. */

/** IPv6 addresses stand in brackets (RFC 3986, 3.2.2). */
export function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

export function hostAndPort(host: string, port: number): string {
  return `${hostInUrl(host)}:${port}`
}
