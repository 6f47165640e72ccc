/** libfaketime: the wall clock of a process moved under it while it runs; its monotonic clock stays as it is. */

import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface FakeTime {
  /** For the environment of the process. */
  readonly environment: Readonly<Record<string, string>>
  /** Its wall clock is off by so many ms from now on. */
  set(offMs: number): void
  dispose(): void
}

export function fakeTime(): FakeTime {
  const folder = mkdtempSync(join(tmpdir(), 'meterd-time-'))
  const file = join(folder, 'offset')
  const set = (offMs: number) => {
    // Renamed into place: a file half written would be half an offset.
    writeFileSync(`${file}.next`, `${offMs < 0 ? '-' : '+'}${Math.abs(offMs) / 1_000}\n`)
    renameSync(`${file}.next`, file)
  }
  set(0)
  return {
    environment: {
      // The loader puts the machine's own folder for libraries in place of $LIB.
      LD_PRELOAD: '/usr/$LIB/faketime/libfaketimeMT.so.1',
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      NO_FAKE_STAT: '1',
    },
    set,
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  }
}
