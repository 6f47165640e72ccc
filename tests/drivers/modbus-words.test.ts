/** What the driver says of items and encodings that are written wrong: which part, and what was meant. */

import { describe, expect, test } from 'vitest'
import { parseEncoding } from '../../drivers/modbus/encodings.ts'
import { describe as pointOf, whyNothing } from '../../drivers/modbus/items.ts'

test.each([
  ['30101:u16', '4:100:u16'],
  ['40101', '3:100'],
  ['400101', '3:100'],
  ['00001', '1:0'],
  ['10008', '2:7'],
])('%s of a manual is %s on the wire', (written, meant) => {
  expect(pointOf(written)).toBeNull()
  expect(whyNothing(written)).toContain(`on the wire it is "${meant}"`)
  expect(pointOf(meant)).not.toBeNull()
})

test.each([
  ['4:8:ascii8', '4:8:ascii:8'],
  ['4:200:u32cdab', '4:200:u32:CDAB'],
  ['4:200:U32:cdab:e-2', '4:200:u32:CDAB:e-2'],
])('%s was meant as %s', (written, meant) => {
  expect(pointOf(written)).toBeNull()
  expect(whyNothing(written)).toContain(`did you mean "${meant}"`)
  expect(pointOf(meant)).not.toBeNull()
})

test.each([
  ['9:1', /function 9 reads nothing/],
  ['4:99999', /beyond the last address, 65535/],
  ['40000', /is no item/],
  ['4:200:u31', /"u31" is no type; types are u16, /],
  ['4:200:u32:CADB', /"CADB" means nothing .* one of ABCD CDAB BADC DCBA, a scale/],
])('%s is told its fault', (written, fault) => {
  expect(whyNothing(written)).toMatch(fault)
  expect(whyNothing(written)).toContain(`"${written}"`)
})

describe('a scale no meter can mean', () => {
  test.each(['u32 e99', 'u32 e-13', 'f32 *e13 e-2', 'f32 e13'])('%s is refused', text => {
    expect(parseEncoding(text)).toMatchObject({ wrong: expect.stringContaining('from e-12 to e12') })
  })
  test.each(['u32 e12', 'u64 e-12', 'f64 *e-12 e-3'])('%s is taken', text => {
    expect(parseEncoding(text)).not.toHaveProperty('wrong')
  })
})
