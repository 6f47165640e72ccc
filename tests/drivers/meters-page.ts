/** The generated part of docs/meters.md: one table of all profiles, then a section for each maker. */

import { parseEncoding } from '../../drivers/modbus/encodings.ts'
import type { Point, Profile } from '../../src/driver-api/profile.ts'

export function metersPage(profiles: readonly Profile[]): string {
  const sorted = [...profiles].sort(byVendorThenName)
  const quantities = sorted.flatMap(({ points }) => points).length
  const lines = [
    `${sorted.length} profiles with ${quantities} quantities, proven by ${sorted.flatMap(({ examples }) => examples).length} examples.`,
    '',
    '| profile | meters | phases | as delivered | + of power | energy resolves | sources agree |',
    '|---|---|---|---|---|---|---|',
    ...sorted.map(row),
    ...sorted.flatMap(section),
  ]
  return `${lines.join('\n')}\n`
}

function byVendorThenName(a: Profile, b: Profile): number {
  const [first, second] = [`${a.vendor} ${a.profile}`, `${b.vendor} ${b.profile}`]
  return first < second ? -1 : first > second ? 1 : 0
}

function row(profile: Profile): string {
  const { vendor, models, nameplate, serial, sign, confidence } = profile
  return `| ${[
    `[\`${profile.profile}\`](#${profile.profile})`,
    `${vendor} ${models?.join(', ')}`,
    String(nameplate.phases),
    serial ? `${serial.baud} ${serial.framing}, unit ${serial.unit}` : 'set on the device',
    sign,
    energyStep(profile),
    confidence === 'one-source' ? '**one source**' : 'two or more',
  ].join(' | ')} |`
}

/** The finest step of the energies, as declared. */
function energyStep({ points }: Profile): string {
  const steps = points.filter(({ obis }) => /:\d+\.8\./.test(obis)).map(stepOf)
  const [first] = steps
  return first === undefined ? 'no energy' : [...new Set(steps)].join(', ')
}

function stepOf({ encoding, unit }: Point): string {
  const parsed = parseEncoding(encoding)
  if ('wrong' in parsed) throw new Error(parsed.wrong)
  if (parsed.factorAt !== null) return 'by its scale factor'
  const { scaler } = parsed
  const step = scaler >= 0 ? `1${'0'.repeat(scaler)}` : `0.${'0'.repeat(-scaler - 1)}1`
  return `${step} ${unit}${parsed.kind === 'float' ? ` (f${16 * parsed.registers})` : ''}`
}

function section(profile: Profile): string[] {
  const { source, doubts = [], traits, ident, serialNumber, ratios, prepaid, models } = profile
  return [
    '',
    `## ${profile.profile}`,
    '',
    `${profile.vendor} ${models?.join(', ')}.`,
    '',
    `Source: ${source.trim().replace(/\.$/, '')}.`,
    '',
    ...facts({
      Reads: quantitiesOf(profile.points),
      Requests: requestsOf(traits),
      Ident: ident && `${placeOf(ident.point)}${ident.is ? `: ${ident.is.join(', ')}` : ', any value'}`,
      'Serial number': serialNumber && placeOf(serialNumber),
      Transformers: ratios && ratiosOf(ratios),
      Credit:
        prepaid &&
        Object.entries(prepaid)
          .map(([credit, point]) => `${credit} ${placeOf(point)}`)
          .join(', '),
      Relay:
        traits.relay &&
        `${placeOf(traits.relay.state.point)}, ordered by function ${traits.relay.order.function}`,
    }),
    ...(doubts.length === 0 ? [] : ['', 'Doubts:', '', ...doubts.map(doubt => `- ${doubt}`)]),
  ]
}

function facts(named: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(named).flatMap(([name, text]) =>
    text === undefined ? [] : [`- **${name}**: ${text}`],
  )
}

function placeOf({ item, encoding }: Point): string {
  return `\`${item}\` as \`${encoding}\``
}

/** Points that differ in phase or tariff only stand together: "voltage L1, L2, L3". */
function quantitiesOf(points: readonly Point[]): string {
  const groups = Map.groupBy(points, ({ name, unit }) => `${name.replace(PART, '')}|${unit}`)
  return [...groups.values()]
    .map(([first, ...more]) => {
      if (!first) return ''
      const { unit } = first
      const parts = more.map(({ name }) => PART.exec(name)?.[1] ?? 'total')
      return `${[first.name, ...parts].join(', ')}${unit === '' ? '' : ` (${unit})`}`
    })
    .join('; ')
}

const PART = /,? (L[123]|tariff \d)$/

function requestsOf({
  maxRegisters,
  maxHole,
  gapMs,
  inFlight,
  wholeValues,
  evenPairs,
  alone,
}: Profile['traits']): string {
  return [
    `at most ${maxRegisters} registers`,
    maxHole ? `across up to ${maxHole} unneeded ones` : 'never across unneeded ones',
    gapMs ? `${gapMs} ms of silence between them` : 'no silence between them beyond the protocol’s',
    ...(inFlight ? [`${inFlight} at once where numbered`] : []),
    ...(wholeValues ? ['whole values only'] : []),
    ...(evenPairs ? ['register pairs only'] : []),
    ...(alone ? [`alone: ${alone.map(item => `\`${item}\``).join(', ')}`] : []),
  ].join(', ')
}

function ratiosOf({ current, voltage, side }: NonNullable<Profile['ratios']>): string {
  const registers = [
    ...(current ? [`current ${placeOf(current)}`] : []),
    ...(voltage ? [`voltage ${placeOf(voltage)}`] : []),
  ]
  return [...registers, `values are ${side}`].join(', ')
}
