/**
 * Seen: tests of the store died of SIGSEGV, about once in ten runs, without a word; others of V8's "jit_page" checks,
 * which came back when the moment below was stretched.
 * Node strips types by WebAssembly in each thread anew. What V8 compiled to call JavaScript from there is shared by all
 * threads; it is freed some time after the thread that had it compiled has ended, and V8 13.6 may hand it to the next
 * thread at that very moment, which frees it once more.
 */

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { FLAGS } from '../../../vitest.config.ts'

const THREADS = join(import.meta.dirname, 'start-threads.mjs')

/** In every thread of the process: says so when a module of WebAssembly is made there. */
const TELLING = `import { threadId } from 'node:worker_threads'
import { writeSync } from 'node:fs'
WebAssembly.Module = new Proxy(WebAssembly.Module, { construct(made, given) {
  if (threadId > 0) writeSync(1, 'WebAssembly in a thread\\n')
  return Reflect.construct(made, given)
} })`

/** As V8 tells that it frees what was compiled to call JavaScript. */
const FREED = /Freeing \d+ wrappers?/

async function saidBy(flags: readonly string[], place: 'src' | 'dist/src', times: number): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, THREADS, place, `${times}`])
  expect(stdout).toContain(`started ${times} times`)
  return stdout
}

describe('a thread that ends', () => {
  test('leaves nothing behind where meterd is built: it never had WebAssembly', async () => {
    const flags = ['--import', `data:text/javascript,${encodeURIComponent(TELLING)}`]
    expect(await saidBy(flags, 'dist/src', 1)).not.toContain('WebAssembly in a thread')
    expect(await saidBy([...FLAGS, ...flags], 'src', 1)).toContain('WebAssembly in a thread')
  })

  test('leaves nothing to free twice in tests, which run from source', async () => {
    const said = await saidBy([...FLAGS, '--trace-wasm-code-gc'], 'src', 3)
    expect(said).toContain('[wasm-gc] Freeing')
    expect(said).not.toMatch(FREED)
  })
})
