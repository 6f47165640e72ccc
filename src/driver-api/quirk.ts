/** A way in which models depart from their standard, and what a profile may say of it. */

export interface Quirk {
  readonly about: string
  /** The values it may have; the first is the standard's. */
  readonly values: readonly [string, ...string[]]
  /** Present where a profile may also say something of its own: whether it is well-formed. */
  readonly fits?: (value: string) => boolean
}
