/** What is true until the next is said: kept by a broker for whoever comes later, and said again on each connection. */

export interface LastWord {
  /** Null before the first. */
  readonly text: string | null
  say(text: string): void
  /** Called with each that is said from now on. */
  whenSaid(call: (text: string) => void): void
}

export function createLastWord(): LastWord {
  let last: string | null = null
  const calls: ((text: string) => void)[] = []
  return {
    get text() {
      return last
    },
    say(text) {
      last = text
      for (const call of calls) call(text)
    },
    whenSaid: call => void calls.push(call),
  }
}
