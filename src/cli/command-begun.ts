/** A command before a line is open: what is wrong with it, and what it would send. */

import type { Command, Given, Obeyed } from '../driver-api/command.ts'
import type { Call, Conversation, Driver, Traits } from '../driver-api/driver.ts'
import { hexWithout, secretsOf } from '../line/secrets.ts'
import { WrongUse } from './verb.ts'

export function offlineCall(address: string, traits: Traits): Call {
  return { address, sequence: () => 0, traits, refusedBefore: new Set() }
}

/** Checked and not yet begun: nothing is sent before its first step. Throws WrongUse, which names `what`. */
export function begun(command: Command, call: Call, given: Given, what: string): Conversation<Obeyed> {
  const conversation = command.run(call, given)
  if ('wrong' in conversation) throw new WrongUse(`${what}: ${conversation.wrong}`)
  return conversation
}

/** The first frame of a conversation in hex, secrets replaced. */
export function wouldSend(conversation: Conversation<Obeyed>, driver: Driver): string {
  const step = conversation.next()
  if (step.done) return 'nothing'
  const { bytes } = step.value
  return hexWithout(bytes, secretsOf(bytes, driver, step.value))
}
