/** `meterd profile …`: a meter model as a file, from the first line to a meter that is billed by it. */

import { type Terminal, type Verb, WrongUse } from './verb.ts'

interface Part {
  readonly usage: string
  /** Options, then what its exit codes mean and one example. */
  readonly help: string
  /** Loaded only when asked for. */
  readonly load: () => Promise<(argv: readonly string[], io: Terminal) => Promise<number>>
}

const NAMES = 'NAME is a profile shipped or in config/profiles, FILE a path: ./profiles/my-meter.yaml'

const PARTS: Readonly<Record<string, Part>> = {
  new: {
    usage: 'meterd profile new NAME [--from PROFILE] [--protocol P] [--json]',
    help: `Writes NAME.yaml (profiles/NAME: into that folder), with remarks; never over a file.

  --from PROFILE  a copy of one shipped
  --protocol P    modbus-rtu (the usual) or modbus-tcp

Exit 0 written; 1 not written; 2 used wrongly.
Example: meterd profile new profiles/my-meter --from abb-b23`,
    load: async () => (await import('./profile-new.ts')).newProfile,
  },
  test: {
    usage: 'meterd profile test FILE|NAME | --all [--json]',
    help: `Loads a profile, or all shipped, and runs its examples both ways: the bytes give the value, and the value the same
bytes where it can be said exactly. Each mistake is told with file, line and remedy.
${NAMES}

Exit 0 proven; 1 not so, or something is still to be filled in; 2 used wrongly; 78 a mistake in the file.
Example: meterd profile test ./profiles/my-meter.yaml`,
    load: async () => (await import('./profile-test.ts')).testProfile,
  },
  doctor: {
    usage: 'meterd profile doctor FILE|NAME --line URL --address A [options]',
    help: `Reads every point twice, and through modbus-serial besides; holds the values against each other; where a check fails,
shows what other orders, registers, scales, functions and signs would read as; ends with a verdict.
${NAMES}

  --volts N, --amperes N   of this meter's nameplate, where it is not the profile's
  --ct R, --vt R           transformer ratios as agreed: 200/5 or 40
  --serial N               the serial number the meter must show
  --again SECONDS          the time between the two readings (10): energies need minutes to move
  --ascii                  the line speaks Modbus ASCII; there is no second stack then
  --within MS, --trace     as for meterd read
  --json                   one object a line

Exit 0 fits; 1 does not fit, or cannot be judged; 2 used wrongly; 78 a mistake in the file; 130 stopped.
Example: meterd profile doctor ./profiles/my-meter.yaml --line tcp://127.0.0.1:64501 --address 1 --again 60`,
    load: async () => (await import('./profile-doctor.ts')).doctor,
  },
  accept: {
    usage: 'meterd profile accept METER --by NAME [--because TEXT] --config FILE | --data DIR [--json]',
    help: `A person's word that what a new meter shows is right: readings from then on may be billed. The daemon must run.

  METER           its id in the configuration
  --by NAME       who says so
  --because TEXT  why; both are kept with the time, the profile and what the checks said

Exit 0 accepted; 1 not so; 2 used wrongly; 78 a wrong configuration.
Example: meterd profile accept m1 --by "J. Li" --because "compared with the display" --config gateway.yaml`,
    load: async () => (await import('./profile-accept.ts')).acceptMeter,
  },
}

function partNamed(name = ''): Part | null {
  return Object.hasOwn(PARTS, name) ? (PARTS[name] ?? null) : null
}

export const profile: Verb = {
  summary: 'a meter model as a file: begin one, test it, try it on a live meter, accept the meter',
  help: `${Object.values(PARTS)
    .map(({ usage }) => usage)
    .join('\n')}

  new     begins a profile from a template, or as a copy of one shipped
  test    proves it by its examples
  doctor  tries it on a live meter
  accept  a person's word that what a new meter shows is right

meterd profile new --help tells more of new, and so on.
Exit 0 written, proven, fits, accepted; 1 not so; 2 used wrongly; 78 a wrong file or configuration; 130 stopped.
Example: meterd profile doctor ./profiles/my-meter.yaml --line tcp://127.0.0.1:64501 --address 1 --again 60`,
  helpOn(argv) {
    const part = partNamed(argv.find(word => !word.startsWith('-')))
    return part && `${part.usage}\n\n${part.help}`
  },
  async run(argv, io) {
    const [name = '', ...rest] = argv
    const part = partNamed(name)
    if (!part) throw new WrongUse(`say which of ${Object.keys(PARTS).join(', ')}`)
    return (await part.load())(rest, io)
  },
}
