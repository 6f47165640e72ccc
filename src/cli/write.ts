/** `meterd write`: changes parameters of one meter, and reads them back. */

import { parseArgs } from 'node:util'
import type { FaultCode } from '../core/faults.ts'
import type { Command, Given, Obeyed } from '../driver-api/command.ts'
import type { Call, Conversation, Driver, Value } from '../driver-api/driver.ts'
import { terminalPass } from '../line/guard/pass.ts'
import { begun, offlineCall, wouldSend } from './command-begun.ts'
import { type LineTalk, traceTalk, withLine } from './line-talk.ts'
import { METER_OPTIONS, meterAsked, passwordFrom } from './meter-asked.ts'
import { valueText } from './value-text.ts'
import { STOPPED, Stopped, type Terminal, type Verb, WrongUse } from './verb.ts'

export const write: Verb = {
  summary: 'changes parameters of a meter',
  help: `meterd write --line URL --protocol P --address A --password-file F [options] ITEM=VALUE… --yes

  --line, --protocol, --address, --profile, --within, --trace, --json as for meterd read; the protocol is never guessed
  --profile NAME|FILE of Modbus needed: only it says which place switches the relay, which is ordered, not written
  --config FILE       the gateway's configuration, where it lists this meter: the profile is the one it is polled by
  --no-profile        write to a Modbus meter all the same; any place may be the relay's
  --password-file F   its first line is the password, six digits; Modbus has none
  --level NN          password level, two hex digits (04; 00 of 1997)
  --operator HEX      operator code, eight hex digits, which the meter writes into its records (00000000)
  --yes               do it; without it what would be sent is shown and nothing is sent
  ITEM=VALUE          data identifier and value as meterd read shows it, values of one item divided by commas;
                      hex:0102 are bytes in the order of the wire; of Modbus 3:address:type=VALUE or 1:address=1

Each value is read before, written once, read back and compared; where the reading before has no answer nothing is
written. Exit 0 when all are as asked, 1 when one is not, 2 when nothing was sent, 130 when stopped: what was not sent is
named.
Example: meterd write --line serial:///dev/ttyUSB0?baud=2400&parity=even --protocol dlt645-2007 \\
  --address 000000000161 --password-file pw --operator 00000001 04000303=2 --yes`,
  async run(argv, io) {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        ...METER_OPTIONS,
        address: { type: 'string' },
        'password-file': { type: 'string' },
        level: { type: 'string' },
        operator: { type: 'string' },
        config: { type: 'string' },
        yes: { type: 'boolean', default: false },
      },
    })
    const asked = await meterAsked({ ...values, meterConfig: values.config }, values.address, io)
    const { driver, address, traits, url, withinMs } = asked
    const command = driver.commands?.get('write')
    if (!command) throw new WrongUse(`meters of ${driver.protocol} are not written to`)
    const wantsPassword = command.arguments.some(({ name }) => name === 'password')
    if (wantsPassword && values['password-file'] === undefined)
      throw new WrongUse('--password-file is missing')
    if (positionals.length === 0) throw new WrongUse('name at least one ITEM=VALUE')
    asked.mustBeKnown()
    const who: Given = {
      ...(values['password-file'] === undefined
        ? {}
        : { password: await passwordFrom(values['password-file']) }),
      ...(values.level === undefined ? {} : { level: values.level }),
      ...(values.operator === undefined ? {} : { operator: values.operator }),
    }
    const orders = positionals.map(text => ({ ...who, ...itemAndValue(text) }))
    const offline = offlineCall(address, traits)
    for (const given of orders) started(command, offline, given)
    if (!values.yes) {
      for (const given of orders) {
        const hex = wouldSend(started(command, offline, given), driver)
        io.out(values.json ? JSON.stringify({ item: given.item, wouldSend: hex }) : `would send ${hex}`)
      }
      io.err('nothing was sent; add --yes')
      return 2
    }
    return await withLine(url, withinMs, io, async talk => {
      let good = true
      for (const [index, given] of orders.entries()) {
        const call = talk.callTo(address, traits)
        const done = await writeOne(talk, driver, command, call, given).catch(unlessStopped)
        if (done === STOPPED) {
          for (const left of orders.slice(index)) tell(notSent(left, 'stopped'), values.json, io)
          return STOPPED
        }
        if (values.trace) for (const talked of done.talks) traceTalk(talked, driver, io)
        good &&= done.outcome === 'done' && done.isAsAsked
        tell(done, values.json, io)
        if (done.refusedFor !== 'METER_NOT_AUTHORISED') continue
        // Each further try with it would be one more wrong password.
        for (const left of orders.slice(index + 1))
          tell(notSent(left, 'the meter refused the password before'), values.json, io)
        break
      }
      if (io.signal.aborted) return STOPPED
      return good && !talk.isContradicted(address) ? 0 : 1
    })
  },
}

interface Written {
  readonly item: string
  readonly before: string | null
  readonly asked: string
  readonly after: string | null
  readonly outcome: Exclude<Obeyed['outcome'], 'not-sent'> | 'not sent'
  readonly why: string | null
  readonly refusedFor: FaultCode | null
  /** Whether the value read back is the one asked. */
  readonly isAsAsked: boolean
  readonly talks: readonly Parameters<typeof traceTalk>[0][]
}

function unlessStopped(error: unknown): typeof STOPPED {
  if (error instanceof Stopped) return STOPPED
  throw error
}

function notSent({ item = '', value = '' }: Given, why: string): Written {
  const nothing = {
    before: null,
    after: null,
    outcome: 'not sent',
    refusedFor: null,
    isAsAsked: false,
    talks: [],
  } as const
  return { ...nothing, item, asked: value, why }
}

/** Rejects with Stopped where told to end before the order was sent. */
async function writeOne(
  { hold, isStopped }: LineTalk,
  driver: Driver,
  command: Command,
  call: Call,
  given: Given,
): Promise<Written> {
  const { item = '', value = '' } = given
  const points = driver.describeAll?.(item, call.traits) ?? []
  const look = () => hold(driver, call.address, driver.read(call, points))
  const before = points.length === 0 ? null : await look()
  // Who does not answer a question is not told anything: nobody would know what became of it.
  if (before && before.result.reads.length === 0 && !isStopped())
    return {
      ...notSent(given, `the reading before had no answer: ${before.fault?.text ?? 'silence'}`),
      talks: [before],
    }
  const written = await hold(
    driver,
    call.address,
    started(command, call, given),
    terminalPass('meterd write'),
  )
  // A reading changes nothing, so what became of an unanswered write is looked at as well.
  const after = points.length === 0 || isStopped() ? null : await look()
  const { outcome, refused } = written.result
  if (outcome === 'not-sent' && isStopped()) throw new Stopped()
  const isReadBack = after !== null && isSame(command, call, given, typed(after.result.reads))
  return {
    item,
    before: before && shown(before.result.reads),
    asked: value,
    after: after && shown(after.result.reads),
    outcome: outcome === 'not-sent' ? 'not sent' : outcome,
    why: refused?.text ?? written.fault?.text ?? null,
    refusedFor: refused?.code ?? null,
    isAsAsked: isReadBack,
    talks: [before, written, after].filter(talked => talked !== null),
  }
}

type Reads = readonly { readonly value?: Value; readonly refused?: { readonly text: string } }[]

/** Null when nothing was answered. */
function shown(reads: Reads): string | null {
  const texts = reads.map(({ value, refused }) => (value ? valueText(value) : (refused?.text ?? '')))
  return texts.length === 0 ? null : texts.join(',')
}

/** As one would type it to have just this written; null when a value is missing. */
function typed(reads: Reads): string | null {
  const texts = reads.map(
    ({ value }) => value && ('bits' in value ? `0x${value.bits.toString(16)}` : valueText(value)),
  )
  return texts.length === 0 || texts.includes(undefined) ? null : texts.join(',')
}

/** Whether writing what was read would send the very same bytes. */
function isSame(command: Command, call: Call, given: Given, read: string | null): boolean {
  if (read === null) return false
  // A number of its own in each request would make any two differ.
  const alike = { ...call, sequence: () => 0 }
  const again = command.run(alike, { ...given, value: read })
  if ('wrong' in again) return false
  const [asked, is] = [started(command, alike, given), again].map(conversation =>
    firstBytes(conversation).toString(),
  )
  return asked === is
}

function started(command: Command, call: Call, given: Given): Conversation<Obeyed> {
  return begun(command, call, given, given['item'] ?? '')
}

function firstBytes(conversation: Conversation<unknown>): Uint8Array {
  const step = conversation.next()
  return step.done ? new Uint8Array(0) : step.value.bytes
}

function itemAndValue(text: string): { readonly item: string; readonly value: string } {
  const at = text.indexOf('=')
  // Not shown: it may be a password.
  if (at < 1) throw new WrongUse('something given is no ITEM=VALUE')
  return { item: text.slice(0, at), value: text.slice(at + 1) }
}

function tell({ talks: _, refusedFor: __, ...written }: Written, json: boolean, io: Terminal): void {
  if (json) {
    io.out(JSON.stringify(written))
    return
  }
  const { item, before, asked, after, outcome, why, isAsAsked } = written
  io.out(`${item}  was ${before ?? 'not read'}, asked ${asked}: ${outcome}${why === null ? '' : `, ${why}`}`)
  io.out(`${item}  is  ${after ?? 'not read'}: ${isAsAsked ? 'as asked' : 'NOT as asked'}`)
}
