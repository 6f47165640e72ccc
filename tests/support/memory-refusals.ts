import type { RefusalsHeld } from '../../src/acquire/refusals-held.ts'

/** What meters refuse, remembered as long as the test lasts. */
export function memoryRefusals(): RefusalsHeld {
  const refused = new Map<string, Set<string>>()
  return {
    of: ({ id }) => refused.get(id) ?? new Set(),
    add({ id }, items) {
      refused.set(id, new Set([...(refused.get(id) ?? []), ...items]))
    },
    forget: ({ id }) => void refused.delete(id),
    written: async () => undefined,
  }
}
