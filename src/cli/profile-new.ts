/** `meterd profile new`: the first draft of a profile, with remarks that say what belongs where. */

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadDriverFolder, USUAL_DRIVERS } from '../config/drivers.ts'
import { profileFiles } from '../config/profiles.ts'
import { messageOf } from '../core/faults.ts'
import { type Terminal, WrongUse } from './verb.ts'

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
const PROTOCOLS = ['modbus-rtu', 'modbus-tcp']

export async function newProfile(argv: readonly string[], io: Terminal): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      from: { type: 'string' },
      template: { type: 'boolean', default: false },
      protocol: { type: 'string', default: 'modbus-rtu' },
      json: { type: 'boolean', default: false },
    },
  })
  const [place, ...more] = positionals
  if (place === undefined || more.length > 0) throw new WrongUse('give one NAME')
  const name = basename(place).replace(/\.ya?ml$/, '')
  if (!NAME.test(name))
    throw new WrongUse(`"${name}" is no name: letters, digits, dot, dash, underscore; without .yaml`)
  if (values.template && values.from !== undefined) throw new WrongUse('--from or --template, not both')
  if (!PROTOCOLS.includes(values.protocol))
    throw new WrongUse(`--protocol ${values.protocol}: a new profile is of ${PROTOCOLS.join(' or ')}`)
  const file = join(dirname(place), `${name}.yaml`)
  const next = `meterd profile test ${/[/\\]/.test(file) ? '' : './'}${file}`
  const text =
    values.from === undefined ? templateOf(name, values.protocol, next) : await copyOf(values.from, name)
  const wrong = await writeNew(file, text)
  if (wrong !== null) {
    io.err(wrong)
    return 1
  }
  io.out(values.json ? JSON.stringify({ file, next }) : `${file} is written; fill it in, then: ${next}`)
  return 0
}

/** Null when it is written, its folder too; else why not. What is there already is left as it is. */
async function writeNew(file: string, text: string): Promise<string | null> {
  const cannot = (error: unknown) =>
    `${file} cannot be written: ${messageOf(error)}; give a place you may write to`
  const folder = dirname(file)
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    return cannot(error)
  }
  try {
    await writeFile(file, text, { flag: 'wx' })
    return null
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    return isThere ? `${file} is there already, and is left as it is` : cannot(error)
  }
}

/** The text of a shipped profile, its remarks too, under another name. */
async function copyOf(from: string, name: string): Promise<string> {
  const folders = await Promise.all(USUAL_DRIVERS.map(loadDriverFolder))
  const shipped = folders.flatMap(folder => ('wrong' in folder ? [] : [folder.profiles]))
  const files = (await Promise.all([...shipped, 'config/profiles'].map(profileFiles))).flatMap(
    found => found ?? [],
  )
  const file = files.find(path => path.endsWith(`/${from}.yaml`) || path.endsWith(`/${from}.yml`))
  if (file === undefined)
    throw new WrongUse(`there is no profile "${from}"; docs/meters.md lists those shipped`)
  const text = await readFile(file, 'utf8')
  return text.replace(/^profile:.*$/m, `profile: ${name}`)
}

function templateOf(name: string, protocol: string, next: string): string {
  const [send, reply] =
    protocol === 'modbus-tcp'
      ? ['00 01 00 00 00 06 01 03 00 00 00 01', '00 01 00 00 00 05 01 03 02 08 FE']
      : ['01 03 00 00 00 01 84 0A', '01 03 02 08 FE 3E 04']
  return `# A meter model as data. Everything marked FILL-IN is yours to write;
#   ${next}
# says what is left. The words of encodings, and profiles to look at: docs/meters.md. From here to a bill: docs/commissioning.md.
profile: ${name}
protocol: ${protocol}
# Document, edition and page: whoever doubts a number looks there.
source: "FILL-IN: document, edition, page"
vendor: "FILL-IN: the maker"
models: ["FILL-IN: models as their nameplates say"]
# two-or-more-sources, when a second document or project agrees on the main registers.
confidence: one-source
# As delivered.
${protocol === 'modbus-tcp' ? '# ' : ''}serial: { baud: 9600, framing: "8N1", unit: 1 }
# What power above zero means: import-positive, export-positive, unsigned, or device where the meter can be set.
sign: import-positive
# What shows that a meter is of this model, and its serial number: without them nobody notices another meter in its place.
# ident: { item: "3:0x8960", encoding: "ascii 2", is: ["B21"] }
# serialNumber: { item: "3:0x8900", encoding: "u32" }
# Registers of the transformer ratios, and the side the values below are of: primary values are multiplied already.
# ratios: { current: { item: "3:0x0006", encoding: "u16" }, side: secondary }
nameplate: { phases: 1, volts: 230, amperes: 60 }
# The most registers of one request; maxHole: unneeded registers that may be read across; gapMs: the rest it wants.
traits: { maxRegisters: 60, maxHole: 0 }
# item: function:address. Function 3 reads holding, 4 input registers. Addresses as on the wire, from 0: the 40001 of many
#   documents is "3:0", their 30001 is "4:0". One too many or too few is the commonest mistake.
# encoding: type, order, scale. "u16 e-1" counts tenths; "u32 CDAB e-2" has its lower word first and counts hundredths;
#   "f32 *e3 e-3" is a float in thousands, told to three decimals; "invalid=FFFF" is the marker for "no value".
points:
  - { obis: "1-0:12.7.0", item: "3:0x0000", encoding: "u16 e-1", unit: V, name: "voltage" }            # FILL-IN: your registers
  # - { obis: "1-0:11.7.0", item: "3:0x0001", encoding: "u16 e-2", unit: A, name: "current" }
  # - { obis: "1-0:16.7.0", item: "3:0x0002", encoding: "s32 e-1", unit: W, name: "active power" }
  # - { obis: "1-0:13.7.0", item: "3:0x0004", encoding: "s16 e-3", unit: "", name: "power factor" }
  # - { obis: "1-0:14.7.0", item: "3:0x0005", encoding: "u16 e-2", unit: Hz, name: "frequency" }
  # - { obis: "1-0:1.8.0", item: "3:0x0010", encoding: "u32 e-2", unit: kWh, name: "active energy import" }
# At least one exchange that proves a point, best one of a real meter: meterd read --trace shows the bytes.
examples:
  - source: "constructed: 230.2 V"   # FILL-IN: an exchange of your meter
    address: "1"
    obis: "1-0:12.7.0"
    value: "230.2"
    send: "${send}"
    reply: "${reply}"
`
}
