/** Bytes are shown and kept without what a request marks in itself, in its echo too. */

import { expect, test } from 'vitest'
import type { Driver, Request } from '../../src/driver-api/driver.ts'
import { hexWithout, secretsOf } from '../../src/line/secrets.ts'

const driver = {} as Driver
const request: Request = {
  bytes: Uint8Array.of(1, 2, 0xa1, 0xa2, 0xa3, 3),
  secretBytes: [2, 5],
  whyNot: () => null,
  safeToRepeat: false,
}
const shown = (bytes: Uint8Array) => hexWithout(bytes, secretsOf(bytes, driver, request))

test('a request hides what it marks', () => {
  expect(shown(request.bytes)).toBe('01 02 ** ** ** 03')
})

test('its echo hides it wherever it stands, whole or with a byte damaged or lost', () => {
  expect(shown(Uint8Array.of(9, 1, 2, 0xa1, 0xa2, 0xa3, 3))).toBe('09 01 02 ** ** ** 03')
  expect(shown(Uint8Array.of(1, 2, 0xb1, 0xa2, 0xa3, 3))).toBe('01 02 B1 ** ** 03')
  expect(shown(Uint8Array.of(2, 0xa1, 0xa2, 3))).toBe('02 ** ** 03')
})

test('another answer is shown whole', () => {
  expect(shown(Uint8Array.of(1, 2, 0xa2, 0xa1, 3))).toBe('01 02 A2 A1 03')
})
