/** `meterd profile …`: a meter model as a file, from the first line to a meter that is billed by it. */

import { type Terminal, type Verb, WrongUse } from './verb.ts'

/** Loaded only when asked for. */
const PARTS: Readonly<
  Record<string, () => Promise<(argv: readonly string[], io: Terminal) => Promise<number>>>
> = {
  new: async () => (await import('./profile-new.ts')).newProfile,
  test: async () => (await import('./profile-test.ts')).testProfile,
  doctor: async () => (await import('./profile-doctor.ts')).doctor,
  accept: async () => (await import('./profile-accept.ts')).acceptMeter,
}

export const profile: Verb = {
  summary: 'a meter model as a file: begin one, test it, try it on a live meter, accept the meter',
  help: `meterd profile new NAME [--from PROFILE] [--protocol P]
meterd profile test FILE|NAME | --all
meterd profile doctor FILE|NAME --line URL --address A [options]
meterd profile accept METER --by NAME [--because TEXT] --config FILE | --data DIR

  new     writes NAME.yaml (profiles/NAME: into that folder), with remarks; never over a file
          --from PROFILE  a copy of one shipped
          --protocol  modbus-rtu or modbus-tcp (modbus-rtu)
  test    loads a profile, or all shipped, and runs its examples both ways
  doctor  reads every point twice, and through modbus-serial besides; holds the values against each other; where a check
          fails, shows what other orders, registers, scales, functions and signs would read as; ends with a verdict
          --volts N, --amperes N   of this meter's nameplate, where it is not the profile's
          --ct R, --vt R           transformer ratios as agreed: 200/5 or 40
          --serial N               the serial number the meter must show
          --again SECONDS          the time between the two readings (10): energies need minutes to move
          --ascii                  the line speaks Modbus ASCII; there is no second stack then
          --within MS, --trace     as for meterd read
  accept  a person's word that what a new meter shows is right: readings from then on may be billed. The daemon must run
          --by NAME, --because TEXT   are kept with the time, the profile and what the checks said
  --json  one object a line
  NAME is a profile shipped or in config/profiles, FILE a path: ./my-meter.yaml

Exit 0 written, proven, fits, accepted; 1 not so; 2 used wrongly; 78 a wrong file or configuration; 130 stopped.
Example: meterd profile doctor ./my-meter.yaml --line tcp://127.0.0.1:64501 --address 1 --again 60`,
  async run(argv, io) {
    const [name = '', ...rest] = argv
    const part = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined
    if (!part) throw new WrongUse(`say which of ${Object.keys(PARTS).join(', ')}`)
    return (await part())(rest, io)
  },
}
