/** Stands between a master and a meter: hears the questions, and lets some of them fall on deaf ears. */

import { connect, createServer } from 'node:net'

export interface Between {
  /** Where the master finds the meter. */
  readonly url: string
  /** Questions so far, in hex without gaps, in order, answered or not. */
  readonly heard: readonly string[]
  stop(): Promise<void>
}

/**
 * `isDeaf` sees each question as it stands on the wire; a write of ours is one question. Bytes are what the master hears
 * in the meter's place.
 */
export async function between(url: string, isDeaf: (hex: string) => boolean | Uint8Array): Promise<Between> {
  const { hostname, port } = new URL(url)
  const heard: string[] = []
  const server = createServer(master => {
    const meter = connect(Number(port), hostname)
    for (const socket of [master, meter]) socket.on('error', () => undefined)
    meter.on('data', bytes => master.write(bytes))
    meter.on('close', () => master.destroy())
    master.on('close', () => meter.destroy())
    master.on('data', bytes => {
      const hex = bytes.toString('hex').toUpperCase()
      heard.push(hex)
      const instead = isDeaf(hex)
      if (instead instanceof Uint8Array) master.write(instead)
      else if (!instead) meter.write(bytes)
    })
  })
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  const at = server.address()
  if (at === null || typeof at === 'string') throw new Error('no port')
  return {
    url: `tcp://127.0.0.1:${at.port}`,
    heard,
    stop: () => new Promise(stopped => server.close(() => stopped())),
  }
}

/** An identifier or any bytes of it as they stand in a frame: low byte first, 33H added. */
export function onTheWire(item: string): string {
  return [...Buffer.from(item, 'hex')]
    .reverse()
    .map(byte => ((byte + 0x33) & 0xff).toString(16).padStart(2, '0').toUpperCase())
    .join('')
}
