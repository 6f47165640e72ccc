import { defineConfig } from 'vitest/config'

/**
 * Tests start threads from source, and Node strips their types by WebAssembly. Calls from there to JavaScript get code
 * of their own after 1,000 of them, which all threads share and V8 13.6 may free twice when one ends and the next begins:
 * SIGSEGV, or a "jit_page" check (tests/cases/threads-end-the-process). So many calls are never made.
 */
export const FLAGS = ['--wasm-wrapper-tiering-budget=1000000000']

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    // One more than two cores: much of what the tests of whole daemons take is waiting.
    maxWorkers: 3,
    execArgv: FLAGS,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
