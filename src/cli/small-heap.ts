/**
 * Keeps V8's heap near what is alive, because a concentrator box is small and the daemon lives for years on it. Left
 * to itself V8 sizes the heap by the memory of the machine: 372 MB with 1,000 meters instead of 174 (bench memory).
 * Paid with about half as much processor time again per reading (50 to 75 µs at 2,000 readings a second).
 */

import { setFlagsFromString } from 'node:v8'

/** To be called before anything large is loaded; the store's thread, started later, follows the same flags. */
export function keepHeapSmall(): void {
  // New objects stay in the half-spaces V8 starts with, instead of up to 16 MiB each.
  setFlagsFromString('--semi-space-growth-factor=1')
  // Half-spaces this small one thread has looked through before helpers are awake, on boxes with few cores (bench export).
  setFlagsFromString('--no-parallel-scavenge')
  // The next full collection starts when what is alive has grown by this share, instead of doubled and more.
  setFlagsFromString('--heap-growing-percent=40')
}

/**
 * So many conversations under way half-spaces of 1 MiB serve: each keeps 2 to 5 KB alive until its answer comes. Once they
 * may grow at all V8 grows them to 16 MiB and more, so a box with tens of lines is not made to pay for it.
 */
const SERVED_BY_SMALL = 64

/**
 * To be called once it is known how many conversations may be under way at once. Where they are many, what they keep
 * alive would fill the half-spaces and be moved, over and over, to where only full collections reach it: with 1,000
 * Modbus TCP links that cost half of all processor time (bench modbus). V8 grows them when it meets that, and not before.
 */
export function letHeapServe(conversations: number): void {
  if (conversations > SERVED_BY_SMALL) setFlagsFromString('--semi-space-growth-factor=64')
}
