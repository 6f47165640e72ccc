/** The unit file shipped: systemd understands every line of it, and leaves the daemon no more than it needs. */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { requireService } from '../support/services.ts'

const analyze = requireService('systemd-analyze')
const unit = readFileSync(join(import.meta.dirname, '..', '..', 'config', 'meterd.service'), 'utf8')

/** Beside a program that is there: systemd looks for it. */
function written(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'meterd-unit-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'meterd.service')
  writeFileSync(file, text.replace('ExecStart=/usr/bin/node', `ExecStart=${process.execPath}`))
  return file
}

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(analyze.path, args, { encoding: 'utf8' })
  return { status, said: `${stdout}${stderr}` }
}

describe.skipIf(analyze.missing)(`config/meterd.service${analyze.note}`, () => {
  test('is understood to the last line', () => {
    expect(run('verify', written(unit))).toEqual({ status: 0, said: '' })
    const wrong = run('verify', written(unit.replace('WatchdogSec=60', 'WatchdogSecs=60')))
    expect(wrong.said).toContain('WatchdogSecs')
  })

  test('leaves little to whoever breaks in: exposure at most 2.5 of 10', () => {
    const { status, said } = run('security', '--offline=true', '--threshold=25', written(unit))
    expect(status, said).toBe(0)
  })

  test('PR-82 PR-83 says what the daemon relies on', () => {
    for (const line of ['Type=notify', 'NotifyAccess=all', 'Restart=always', 'RestartPreventExitStatus=78'])
      expect(unit).toContain(`\n${line}\n`)
    expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThan(10)
    expect(Number(/^WatchdogSec=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThanOrEqual(30)
  })
})
