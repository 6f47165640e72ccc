/** Simulated meters on free ports, with the configuration that reads them. */

import { type Clock, systemClock } from '../../src/core/clock.ts'
import { silentLog } from '../../src/core/log.ts'
import type { SimulatedFaults, SimulatedMeter, SimulatedQuirks } from '../../src/core/simulated.ts'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { MODBUS_PROFILES } from '../simulator/models.ts'

export interface Bus {
  readonly id: string
  readonly kind: 'tcp' | 'modbus-tcp'
  readonly protocol: string
  /** Profile by which the daemon reads these meters. */
  readonly profile: string
  /** What the simulator plays. */
  readonly plays: string
  readonly addresses: readonly string[]
  readonly every?: string
  readonly faults?: SimulatedFaults
  readonly quirks?: SimulatedQuirks
  /** Addresses in the configuration that nobody plays. */
  readonly absent?: readonly string[]
}

export interface Played {
  readonly simulator: Simulator
  readonly lines: readonly { readonly id: string; readonly url: string }[]
  readonly meters: readonly {
    readonly id: string
    readonly line: string
    readonly address: string
    readonly profile: string
    readonly polls: readonly object[]
  }[]
}

export const HOUSES: Bus = {
  id: 'houses',
  kind: 'tcp',
  protocol: 'dlt645-2007',
  profile: 'dlt645-2007-single-phase',
  plays: 'single-phase',
  addresses: ['000000000161', '000000000162', '000000000163', '000000000164'],
}
export const WORKSHOP: Bus = {
  id: 'workshop',
  kind: 'tcp',
  protocol: 'dlt645-1997',
  profile: 'dlt645-1997-three-phase',
  plays: '',
  addresses: ['970000000001', '970000000002'],
}
export const PANEL: Bus = {
  id: 'panel',
  kind: 'tcp',
  protocol: 'modbus-rtu',
  profile: 'eastron-sdm630',
  plays: 'eastron-sdm630',
  addresses: ['1', '2'],
}
export const FEEDERS: Bus = {
  id: 'feeders',
  kind: 'modbus-tcp',
  protocol: 'modbus-tcp',
  profile: 'siemens-pac2200',
  plays: 'siemens-pac2200',
  addresses: ['1', '2'],
}

export async function play(
  buses: readonly Bus[],
  seed = 7,
  clock: Clock = systemClock,
  offsetMinutes = 480,
): Promise<Played> {
  const simulator = await startSimulator(
    {
      seed,
      listeners: buses.map(({ kind, protocol, plays, addresses, faults, quirks }) => ({
        url: { kind, host: '127.0.0.1', port: 0 },
        meters: addresses.map((address): SimulatedMeter => {
          const model = MODBUS_PROFILES.get(plays)
          return { protocol, address, profile: plays, ...(model && { model }), ...(quirks && { quirks }) }
        }),
        faults: faults ?? {},
      })),
    },
    { clock, log: silentLog, offsetMinutes },
  )
  return {
    simulator,
    lines: buses.map(({ id }, index) => ({
      id,
      url: simulator.listening[index]?.url ?? '',
      replyWithin: '1s',
    })),
    meters: buses.flatMap(({ id, addresses, absent = [], profile, every = '5s' }) =>
      [...addresses, ...absent].map(address => ({
        id: `${id}-${address}`,
        line: id,
        address,
        profile,
        polls: [{ every }],
      })),
    ),
  }
}
