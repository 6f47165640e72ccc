/** Two pty ends with a real line's wire time between them: every byte takes its characters' time at the given rate. */

import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SerialPort } from 'serialport'

const BITS_PER_CHARACTER = 11

export interface Wire {
  readonly masterEnd: string
  readonly meterEnd: string
  stop(): Promise<void>
}

/** Needs socat (Debian: apt-get install socat), which makes the ptys; the pacing is done here. */
export async function openWire(baud: number): Promise<Wire> {
  const folder = mkdtempSync(join(tmpdir(), 'meterd-wire-'))
  const path = (name: string) => join(folder, name)
  const socats = [spawnPair(path('master'), path('near')), spawnPair(path('far'), path('meters'))]
  for (const name of ['master', 'near', 'far', 'meters']) await appears(path(name))
  const near = await open(path('near'))
  const far = await open(path('far'))
  pace(near, far, baud)
  pace(far, near, baud)
  return {
    masterEnd: path('master'),
    meterEnd: path('meters'),
    async stop() {
      await Promise.all([near, far].map(port => new Promise<void>(resolve => port.close(() => resolve()))))
      for (const socat of socats) socat.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function spawnPair(a: string, b: string): ChildProcess {
  return spawn('socat', [`pty,raw,echo=0,link=${a}`, `pty,raw,echo=0,link=${b}`], { stdio: 'ignore' })
}

async function appears(path: string): Promise<void> {
  for (let tries = 0; tries < 200 && !existsSync(path); tries++)
    await new Promise(resolve => setTimeout(resolve, 10))
  if (!existsSync(path)) throw new Error('socat made no pty; is it installed? apt-get install socat')
}

function open(path: string): Promise<SerialPort> {
  return new Promise((resolve, reject) => {
    const port: SerialPort = new SerialPort({ path, baudRate: 115_200, autoOpen: false, lock: false })
    port.open(error => (error ? reject(error) : resolve(port)))
  })
}

/** Bytes leave one character time apart, however they came; released in millisecond steps, never early. */
function pace(from: SerialPort, to: SerialPort, baud: number): void {
  const characterMs = (BITS_PER_CHARACTER * 1_000) / baud
  const queue: { readonly at: number; readonly byte: number }[] = []
  let freeAt = 0
  let armed = false
  const release = () => {
    armed = false
    const now = performance.now()
    const ready: number[] = []
    while (queue[0] && queue[0].at <= now) ready.push(queue.shift()?.byte ?? 0)
    if (ready.length > 0) to.write(Buffer.from(ready))
    arm()
  }
  const arm = () => {
    if (armed || !queue[0]) return
    armed = true
    setTimeout(release, Math.max(0, queue[0].at - performance.now()))
  }
  from.on('data', (chunk: Buffer) => {
    freeAt = Math.max(freeAt, performance.now())
    for (const byte of chunk) {
      freeAt += characterMs
      queue.push({ at: freeAt, byte })
    }
    arm()
  })
}
