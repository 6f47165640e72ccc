/** A verb of the `meterd` command: `meterd check …`. */

/** EX_CONFIG of sysexits(3): a file of settings is wrong. */
export const BAD_CONFIG = 78

/** Something typed wrongly, in words; thrown by a verb, it is told with the verb's help, and the exit code is 2. */
export class WrongUse extends Error {}

/** The exit code of a verb that was told to end before its work was done. */
export const STOPPED = 130

/** Told to end before there was anything to tell; the exit code is STOPPED. */
export class Stopped extends Error {}

export interface Verb {
  /** One line for `meterd --help`. */
  readonly summary: string
  /** Usage, options and one example, for `meterd VERB --help`. */
  readonly help: string
  /** Of a verb with several parts: the help of the part these words are for; null where they name none. */
  helpOn?(argv: readonly string[]): string | null
  /** Exit 0 done, 1 the thing asked about is bad, 2 used wrongly, 78 bad config, 130 told to end. */
  run(argv: readonly string[], io: Terminal): Promise<number>
}

export interface Terminal {
  /** Results, to stdout; with --json one object a line and nothing else. */
  out(text: string): void
  /** Words for people and progress, to stderr. */
  err(text: string): void
  /** All of standard input, for `-`. */
  readAll(): Promise<string>
  /** Aborts when the person presses Ctrl-C or the process is told to end. */
  readonly signal: AbortSignal
}

/** Resolves when the person presses Ctrl-C or the process is told to end. */
export function toldToEnd({ signal }: Terminal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) return resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
