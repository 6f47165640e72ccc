/** Why values are held apart, and what to do about it, in words for the log, the API and each reading. */

import type { MeterConfig } from '../config/config.ts'
import type { Point } from '../driver-api/profile.ts'

export function namesOf(points: readonly Point[]): string {
  return points.map(({ name }) => name).join(', ')
}

export function remedyOf({ id, profile }: MeterConfig, why: string): string {
  const wait = why.startsWith('nothing has shown') ? 'wait until they have moved under load, or ' : ''
  return `${wait}look with meterd profile doctor ${profile.profile}, then meterd profile accept ${id} --by NAME`
}

export function otherMeter(was: string | null, is: string | null): string {
  return `another meter stands here: it was ${was ?? 'without a number'} and is ${is ?? 'without one'}`
}

export function whyUnknown(points: readonly Point[], since: string): string {
  return `it has not said since ${since} which meter it is: ${namesOf(points)} must give a value; a profile names only what all its meters tell`
}

export function whyAlike(serial: string | null, others: readonly string[]): string {
  return `serial number ${serial} is also that of ${others.join(', ')}: one meter answers for all of them, as behind a gateway that does not heed addresses, or one has moved`
}
