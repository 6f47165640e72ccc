/** What a configuration may say of simulated meters; shared by the rooms that read it and the one that plays them. */

import type { LineUrl } from './line-url.ts'

export interface SimulatorConfig {
  readonly seed: number
  readonly listeners: readonly SimulatedLine[]
}

/** One listening address and the meters behind it. */
export interface SimulatedLine {
  /** Port 0 takes any free one. */
  readonly url: LineUrl
  readonly meters: readonly SimulatedMeter[]
  /** Faults by seed, each a share of 1 of the exchanges. */
  readonly faults: SimulatedFaults
}

export interface SimulatedMeter {
  readonly protocol: string
  readonly address: string
  /** The register map of a Modbus meter; for DL/T 645 '' (three-phase) or 'single-phase'. */
  readonly profile: string
}

export type FaultKind =
  | 'silence'
  | 'late'
  | 'noise'
  | 'bit-flip'
  | 'split'
  | 'merge'
  | 'echo'
  | 'wrong-address'
  | 'wrong-item'

/** The share of exchanges each fault befalls, and how late a late answer is. */
export type SimulatedFaults = Readonly<Partial<Record<FaultKind, number>>> & { readonly lateMs?: number }
