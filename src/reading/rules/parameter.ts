/** A parameter of a rule: what it is, within which bounds it may be set, and what holds where it is not. */

/** Who is behind the meter. */
export const METER_CLASSES = ['dwelling', 'shop', 'industry'] as const
export type MeterClass = (typeof METER_CLASSES)[number]
/** Of a meter nobody has put into a class: its limits raise the fewest alarms. */
export const USUAL_CLASS: MeterClass = 'dwelling'

export interface Parameter {
  /** What it is, for people. */
  readonly is: string
  /** `ms` is written as a length of time, everything else as a number. */
  readonly unit:
    | 'ms'
    | 'times'
    | 'of capacity'
    | 'kWh'
    | 'kWh a day'
    | 'W'
    | 'A'
    | 'a kWh'
    | '%'
    | 'steps'
    | 'tariffs'
    | 'samples'
    | 'days'
    | 'half hours'
    | 'intervals'
  readonly least: number
  readonly most: number
  readonly usual: number | Readonly<Record<MeterClass, number>>
  /** Where the usual value comes from. */
  readonly source: string
}

/** Parameters by rule and name. */
export type ParameterTable = Readonly<Record<string, Readonly<Record<string, Parameter>>>>

/** The source of what is of no standard. */
export const OWN = 'our own'

/** Nothing is held against it where nobody has set it. */
export const UNSET = 1_000_000_000
