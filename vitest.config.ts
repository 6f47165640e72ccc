import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    // One more than two cores: much of what the tests of whole daemons take is waiting.
    maxWorkers: 3,
    // Tests end dozens of store threads a process; V8's table of protected pages does not always survive that and ends
    // the process ("jit_page.has_value()"). The daemon has one store thread for life.
    execArgv: ['--no-memory-protection-keys'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
