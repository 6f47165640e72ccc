/** The relay of a simulated meter and the times it was open. */

export interface Relay {
  /** In order; one may still be to come where trips are delayed. */
  readonly openings: readonly Opening[]
  isOpenAt(instant: number): boolean
  /** The last command, as status word 3 bit 6 tells: true = open. */
  readonly commandedOpen: boolean
  /** A close was permitted and waits for the customer's button. */
  readonly waitsForButton: boolean
  /** Keep-power is on: trips are refused. */
  keepsPower: boolean
  /** Its contacts do not part any more, whatever its mechanism does. */
  isWelded: boolean
  readonly trips: number
  readonly closes: number
  /** Takes note of the command and moves nothing. */
  onlyNotes(open: boolean): void
  /** Whether the supply is interrupted. */
  interruptsAt(instant: number): boolean
  /** Opens at the instant, which may lie ahead. `by` is the operator, eight hex digits. */
  trip(instant: number, by?: string): void
  /** Lets the customer close it; takes back a trip that lies ahead. */
  permitClose(instant: number, by?: string): void
  /** Closes, or takes back a trip that lies ahead. */
  close(instant: number, by?: string): void
  /** The customer's hand on the meter. */
  pressButton(instant: number): void
  /** A trip that was ordered and has not come yet never will. */
  takeBack(instant: number): void
  /** Whether a trip was ordered whose time has not come. */
  isTripAhead(instant: number): boolean
}

/** The supply was cut from one instant to another, or still is. */
export interface Opening {
  readonly from: number
  readonly to: number | null
  readonly openedBy: string
  readonly closedBy: string
}

const NOBODY = '00000000'

export function createRelay(): Relay {
  const openings: Opening[] = []
  const lastOpening = () => openings.at(-1)
  let commandedOpen = false
  let permitted = false
  let permittedBy = NOBODY
  let trips = 0
  let closes = 0
  const takeBack = (instant: number) => {
    if ((lastOpening()?.from ?? instant) <= instant) return
    openings.pop()
    trips--
    commandedOpen = false
  }
  const close = (instant: number, by = NOBODY) => {
    takeBack(instant)
    const last = lastOpening()
    commandedOpen = false
    permitted = false
    if (last === undefined || last.to !== null) return
    openings[openings.length - 1] = { ...last, to: instant, closedBy: by }
    closes++
  }
  const isOpenAt = (instant: number) =>
    openings.some(({ from, to }) => from <= instant && (to === null || instant < to))
  const relay: Relay = {
    openings,
    keepsPower: false,
    isWelded: false,
    onlyNotes(open) {
      commandedOpen = open
    },
    interruptsAt: instant => !relay.isWelded && isOpenAt(instant),
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
    isOpenAt,
    isTripAhead: instant => (lastOpening()?.from ?? instant) > instant,
    trip(instant, by = NOBODY) {
      commandedOpen = true
      permitted = false
      const last = lastOpening()
      if (last !== undefined && last.to === null && last.from <= instant) return
      if (last !== undefined && last.to === null) openings.pop()
      else trips++
      openings.push({ from: instant, to: null, openedBy: by, closedBy: NOBODY })
    },
    takeBack,
    permitClose(instant, by = NOBODY) {
      takeBack(instant)
      commandedOpen = false
      permitted = lastOpening()?.to === null
      permittedBy = by
    },
    close,
    pressButton(instant) {
      if (permitted) close(instant, permittedBy)
    },
  }
  return relay
}
