/** A serial cable of two pseudo-terminals (socat), and what either end is set to. */

import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { freePort, serverProcess } from './services.ts'

export interface PtyPair {
  readonly near: string
  readonly far: string
  stop(): Promise<void>
}

export async function ptyPair(socat: string): Promise<PtyPair> {
  const folder = mkdtempSync(join(tmpdir(), 'meterd-pty-'))
  const [near, far] = [join(folder, 'near'), join(folder, 'far')]
  const child = spawn(socat, [`pty,raw,echo=0,link=${near}`, `pty,raw,echo=0,link=${far}`])
  const ended = new Promise(resolve => child.once('exit', resolve))
  while (!existsSync(near) || !existsSync(far)) {
    if (child.exitCode !== null) throw new Error('socat ended')
    await sleep(10)
  }
  return {
    near,
    far,
    async stop() {
      child.kill()
      await ended
      rmSync(folder, { recursive: true })
    },
  }
}

/** An RFC 2217 server of another make at the far end of a cable. */
export async function behindSer2net(
  socat: string,
  ser2net: string,
): Promise<PtyPair & { readonly url: string }> {
  const pair = await ptyPair(socat)
  const folder = mkdtempSync(join(tmpdir(), 'meterd-ser2net-'))
  const file = join(folder, 'ser2net.yaml')
  const port = await freePort()
  const accepter = `telnet(rfc2217),tcp,127.0.0.1,${port}`
  writeFileSync(
    file,
    `connection: &c1\n  accepter: ${accepter}\n  connector: serialdev,${pair.far},19200n81,local\n`,
  )
  const server = serverProcess(ser2net, ['-n', '-d', '-c', file, '-P', join(folder, 'pid')], port)
  await server.start()
  return {
    ...pair,
    url: `rfc2217://127.0.0.1:${port}`,
    async stop() {
      await server.stop()
      rmSync(folder, { recursive: true })
      await pair.stop()
    },
  }
}

/**
 * Speed, the odd bit of parity, stop bits. A pseudo-terminal keeps no other: Linux clears PARENB and CSIZE on it
 * (pty_set_termios), so even parity and none look the same.
 */
export async function setTo(path: string): Promise<string> {
  const { stdout } = await promisify(execFile)('stty', ['-F', path, '-a'])
  const has = (flag: string) => new RegExp(`(?<![-\\w])${flag}\\b`).test(stdout)
  const baud = /speed (\d+) baud/.exec(stdout)?.[1]
  return `${baud} ${has('parodd') ? 'odd' : 'even-or-none'} ${has('cstopb') ? 2 : 1}`
}
