/** The relay of a simulated meter and the times it was open. */

export interface Relay {
  readonly openings: readonly Opening[]
  isOpenAt(instant: number): boolean
  /** The last command, as status word 3 bit 6 tells: true = open. */
  readonly commandedOpen: boolean
  /** A close was permitted and waits for the customer's button. */
  readonly waitsForButton: boolean
  /** Keep-power is on: trips are refused. */
  keepsPower: boolean
  readonly trips: number
  readonly closes: number
  trip(instant: number): void
  permitClose(): void
  close(instant: number): void
  /** The customer's hand on the meter. */
  pressButton(instant: number): void
}

/** The supply was cut from one instant to another, or still is. */
export interface Opening {
  readonly from: number
  readonly to: number | null
}

export function createRelay(): Relay {
  const openings: Opening[] = []
  const lastOpening = () => openings.at(-1)
  let commandedOpen = false
  let permitted = false
  let trips = 0
  let closes = 0
  const close = (instant: number) => {
    const last = lastOpening()
    commandedOpen = false
    permitted = false
    if (last === undefined || last.to !== null) return
    openings[openings.length - 1] = { ...last, to: instant }
    closes++
  }
  return {
    openings,
    keepsPower: false,
    get commandedOpen() {
      return commandedOpen
    },
    get waitsForButton() {
      return permitted
    },
    get trips() {
      return trips
    },
    get closes() {
      return closes
    },
    isOpenAt: instant => openings.some(({ from, to }) => from <= instant && (to === null || instant < to)),
    trip(instant) {
      commandedOpen = true
      permitted = false
      const last = lastOpening()
      if (last !== undefined && last.to === null) return
      openings.push({ from: instant, to: null })
      trips++
    },
    permitClose() {
      commandedOpen = false
      permitted = lastOpening()?.to === null
    },
    close,
    pressButton(instant) {
      if (permitted) close(instant)
    },
  }
}
