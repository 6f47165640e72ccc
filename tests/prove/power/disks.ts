/**
 * Disks whose power can be cut under load: a file system that forgets what was not synced, or a disk that loses a part
 * of its cache. Everything is mounted below the temporary folder and taken down by `dispose`.
 */

import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '../../support/daemon.ts'
import { requireService, type ServiceName } from '../../support/services.ts'
import { whyNotMounted } from '../mounts.ts'

export interface CutDisk {
  /** Where it is mounted. */
  readonly directory: string
  /** The power goes, under whoever is writing. */
  cut(): Promise<Cut>
  /** What a boot does: the journal is replayed and the disk is there again. Nobody may use it while it is mounted anew. */
  mountAgain(): Promise<void>
  dispose(): Promise<void>
}

export interface Cut {
  /** What shows that it happened. */
  readonly trace: string
  /** What was acknowledged before this instant (`microseconds()`) has to be there; later ones may be. */
  readonly owesUntil: number
}

export type Rig = 'ext4' | 'xfs' | 'volatile'

const NEEDS: Readonly<Record<Rig, readonly ServiceName[]>> = {
  ext4: ['mkfs.ext4', 'xfs_io'],
  xfs: ['mkfs.xfs', 'xfs_io'],
  volatile: ['mkfs.ext4', 'nbdkit', 'nbdkit-plugin-python', 'nbdfuse', 'fusermount3'],
}
/** xfs makes none smaller. */
const BYTES = 320 * 1024 * 1024

/** Why the rig cannot run here: tools (with the command that installs them), or a machine that mounts nothing. */
export function whyNot(rig: Rig): string | null {
  const missing = NEEDS[rig].map(name => requireService(name)).filter(({ missing }) => missing)
  if (missing.length > 0) return missing.map(({ note }) => note.trim()).join(' ')
  if (rig === 'volatile' && !existsSync('/dev/fuse')) return 'this machine has no /dev/fuse'
  return whyNoLoop(rig === 'xfs' ? 'xfs' : 'ext4')
}

function whyNoLoop(kind: 'ext4' | 'xfs'): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'meterd-image-'))
  const image = join(folder, 'image')
  writeFileSync(image, '')
  truncateSync(image, BYTES)
  execFileSync(`mkfs.${kind}`, ['-q', image])
  const why = whyNotMounted(['-o', 'loop', image])
  rmSync(folder, { recursive: true, force: true })
  return why
}

export async function cutDisk(rig: Rig, seed: number): Promise<CutDisk> {
  const folder = mkdtempSync(join(tmpdir(), `meterd-${rig}-`))
  return rig === 'volatile' ? volatileDisk(folder, seed) : forgetfulFileSystem(rig, folder)
}

/** `shutdown` without flushing the log: what was not synced never reaches the image (xfs_io(8)). */
function forgetfulFileSystem(kind: 'ext4' | 'xfs', folder: string): CutDisk {
  const image = join(folder, 'image')
  const directory = join(folder, 'disk')
  mkdirSync(directory)
  writeFileSync(image, '')
  truncateSync(image, BYTES)
  execFileSync(`mkfs.${kind}`, ['-q', image])
  execFileSync('mount', ['-o', 'loop', image, directory])
  return {
    directory,
    async cut() {
      const shell = spawn('xfs_io', ['-x', directory], { stdio: ['pipe', 'ignore', 'ignore'] })
      await once(shell, 'spawn')
      await sleep(20)
      const before = microseconds()
      shell.stdin?.end('shutdown\n')
      await ended(shell)
      // An fsync under way while the file system is shut down may answer success for what never reaches the image: a
      // bare loop of write and fsync shows it too (Linux 6.18). No power cut leaves anybody to be answered.
      return { trace: refusalOf(directory), owesUntil: before }
    },
    async mountAgain() {
      await unmount(directory)
      execFileSync('mount', ['-o', 'loop', image, directory])
    },
    async dispose() {
      await unmount(directory)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** nbdkit keeps the disk, nbdfuse shows it as a file, loop makes a block device of the file, ext4 stands on it. */
async function volatileDisk(folder: string, seed: number): Promise<CutDisk> {
  const media = join(folder, 'media')
  const directory = join(folder, 'disk')
  mkdirSync(directory)
  writeFileSync(media, '')
  truncateSync(media, BYTES)
  execFileSync('mkfs.ext4', ['-q', '-b', '4096', media])
  let lives = 0
  let powered = await powerOn(folder, media, seed)
  execFileSync('mount', [powered.device, directory])
  return {
    directory,
    async cut() {
      writeFileSync(powered.flag, '')
      await until(() => existsSync(`${powered.flag}.log`) && statSync(`${powered.flag}.log`).size > 0)
      return { trace: readFileSync(`${powered.flag}.log`, 'utf8'), owesUntil: microseconds() }
    },
    async mountAgain() {
      await unmount(directory)
      await powered.off()
      lives += 1
      powered = await powerOn(folder, media, seed * 1_000 + lives)
      execFileSync('mount', [powered.device, directory])
    },
    async dispose() {
      await unmount(directory)
      await powered.off()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

interface Powered {
  readonly device: string
  readonly flag: string
  off(): Promise<void>
}

async function powerOn(folder: string, media: string, seed: number): Promise<Powered> {
  const life = mkdtempSync(join(folder, 'life-'))
  const [socket, file, flag] = [join(life, 'socket'), join(life, 'disk'), join(life, 'cut')]
  const plugin = join(import.meta.dirname, 'volatile-disk.py')
  const environment = { MEDIA: media, FLAG: flag, SEED: String(seed), SIZE: String(BYTES) }
  writeFileSync(file, '')
  const disk = spawn('nbdkit', ['-f', '-U', socket, 'python', `script=${plugin}`], {
    stdio: 'ignore',
    env: { ...process.env, ...environment },
  })
  await until(() => existsSync(socket))
  const shown = spawn('nbdfuse', [file, '--unix', socket], { stdio: 'ignore' })
  await until(() => statSync(file).size === BYTES)
  const device = execFileSync('losetup', ['-f', '--show', '--direct-io=on', file], {
    encoding: 'utf8',
  }).trim()
  return {
    device,
    flag,
    async off() {
      execFileSync('losetup', ['-d', device])
      // The loop device lets go of the file a moment later.
      await until(() => spawnSync('fusermount3', ['-u', file], { stdio: 'ignore' }).status === 0)
      await ended(shown)
      disk.kill()
      await ended(disk)
    },
  }
}

/** A clock that all processes of the machine share. */
export function microseconds(): number {
  return Number(process.hrtime.bigint() / 1_000n)
}

function ended(child: ChildProcess): Promise<unknown> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise(resolve => child.once('exit', resolve))
}

/** The writer may die a moment after it was killed, and holds the disk until then. */
async function unmount(directory: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    const { status, stderr } = spawnSync('umount', [directory], { encoding: 'utf8' })
    if (status === 0) return
    if (tries === 100) throw new Error(`${directory} stays mounted: ${stderr}`)
    await sleep(50)
  }
}

/** What a program is told that writes now. */
function refusalOf(directory: string): string {
  try {
    writeFileSync(join(directory, 'after-the-cut'), 'x', { flush: true })
    return ''
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}
