/** Finding meters: who answers to a partial address, and what a meter serves. */

import { describe, expect, it } from 'vitest'
import { driver1997, driver2007 } from '../../../drivers/dlt645/driver.ts'
import type { Frame } from '../../../src/driver-api/driver.ts'
import { askedIn, callOf, frame, type Holdings, talk } from './bench-meter.ts'

const OWN = '123456789012'
const WIRE = '129078563412'
const ANY = 'AAAAAAAAAAAA'

/** Answers each request in turn as told, if by the request's own rules it is an answer. */
function identify(driver: typeof driver2007, address: string, answers: readonly (Frame | null)[]) {
  const conversation = driver.discovery!.identify(callOf({}, address))
  const asked: string[] = []
  let step = conversation.next()
  for (const answer of answers) {
    if (step.done) throw new Error('asked less than expected')
    const request = step.value
    const { control, item, address: to } = askedIn(request, driver === driver2007 ? 4 : 2)
    asked.push(`${to} ${control.toString(16)} ${item}`)
    step = conversation.next(answer && request.whyNot(answer) === null ? answer : null)
  }
  if (!step.done) throw new Error(`asks on: ${asked}`)
  return { identity: step.value, asked }
}

describe('who is there, 2007', () => {
  it('[2007 13] is asked by command 13', () => {
    const { identity, asked } = identify(driver2007, ANY, [frame(OWN, 0x93, WIRE)])
    expect(identity?.address).toBe(OWN)
    expect(asked).toEqual([`${ANY} 13 `])
  })

  it('is told by the data where a meter answers under AA', () => {
    expect(identify(driver2007, ANY, [frame(ANY, 0x93, WIRE)]).identity?.address).toBe(OWN)
  })

  it.each([
    ['header and data disagree', frame('123456789013', 0x93, WIRE)],
    ['the data are no address', frame(ANY, 0x93, 'AAAAAAAAAAAA')],
    ['the data are too short', frame(OWN, 0x93, '1290')],
    ['it answers something else', frame(OWN, 0x91, WIRE)],
  ])('V-F4 V-F6 is not believed when %s', (_, answer) => {
    expect(identify(driver2007, ANY, [answer, null]).identity).toBeNull()
  })

  it('without command 13 is asked for its address as a register; a refusal is an answer too', () => {
    for (const answer of [frame(OWN, 0x91, `01040004${WIRE}`), frame(OWN, 0xd1, '02')])
      expect(identify(driver2007, ANY, [null, answer]).identity?.address).toBe(OWN)
  })

  it('is asked by a read below a shortened address, and must fit it', () => {
    const { identity, asked } = identify(driver2007, 'AAAAAAAAAA12', [frame(OWN, 0x91, `01040004${WIRE}`)])
    expect(identity?.address).toBe(OWN)
    expect(asked).toEqual(['AAAAAAAAAA12 11 04000401'])
    const other = frame('123456789013', 0x91, `01040004${WIRE}`)
    expect(identify(driver2007, 'AAAAAAAAAA12', [other]).identity).toBeNull()
  })

  it('nobody', () => expect(identify(driver2007, ANY, [null, null]).identity).toBeNull())
})

describe('who is there, 1997', () => {
  const number = (address: string) => frame(address, 0x81, `32C0${WIRE}`)

  it('is told by the header of any answer', () => {
    expect(identify(driver1997, ANY, [number(OWN)]).identity?.address).toBe(OWN)
    expect(identify(driver1997, ANY, [null, frame(OWN, 0xc1, '02')]).identity?.address).toBe(OWN)
  })

  it('of a meter that answers under AA is its number, once it has answered to it', () => {
    const proof = frame(OWN, 0x81, '109078563412')
    const { identity, asked } = identify(driver1997, ANY, [number(ANY), proof])
    expect(identity?.address).toBe(OWN)
    expect(asked[1]).toBe(`${OWN} 1 9010`)
    expect(identify(driver1997, ANY, [number(ANY), null]).identity).toBeNull()
  })
})

describe('narrower addresses', () => {
  const { narrow } = driver2007.discovery!

  it('are a hundred for each byte, from the low end, and none below a whole one', () => {
    const first = narrow(ANY)
    expect(first).toHaveLength(100)
    expect(first[0]).toBe('AAAAAAAAAA00')
    expect(narrow('AAAAAAAA0161')[99]).toBe('AAAAAA990161')
    expect(narrow(OWN)).toEqual([])
    for (const address of [...first, ...narrow('AA3456789012')])
      expect(driver2007.checkAddress(address)).toEqual({ address })
  })

  it('cover what is above them', () => {
    for (let depth = 0, address = ANY; depth < 6; depth += 1) {
      const below = narrow(address).filter(one => OWN.endsWith(one.replace(/^(?:AA)+/, '')))
      expect(below).toHaveLength(1)
      address = below[0]!
    }
  })
})

describe('what a meter serves', () => {
  const capabilities = (driver: typeof driver2007, holdings: Holdings, itemBytes: 4 | 2 = 4) =>
    talk(driver.discovery!.capabilities!(callOf({ blocks: ['0207FF00'] })), holdings, { itemBytes })

  it('is what it answers in a layout the table can read; the rest it refuses', () => {
    const { result } = capabilities(driver2007, {
      '0001FF00': '78563412',
      '0002FF00': '785634',
      '06000002 #1': '',
      '0207FF00': '000000000000',
      '0400040B': '00000000303636595A44',
      '04000402': WIRE,
    })
    expect(result?.serves).toEqual(['0001FF00', '06000002', '0207FF00'])
    expect(result?.refuses).toContain('0002FF00')
    expect(result?.refuses).toContain('0400010C')
    expect(result?.facts).toEqual({ '04000402': OWN, '0400040B': 'DZY660' })
  })

  it('of a meter that is silent to one thing is what it says of the rest', () => {
    const { result } = capabilities(driver2007, { '0001FF00': null })
    expect(result?.refuses).toContain('0002FF00')
    expect(result?.silentTo).toEqual(['0001FF00'])
    expect(result?.followUp).toBeNull()
  })

  it.each(['04000402', '04000403'])(
    'its number and its code are asked again where an answer was lost: %s',
    item => {
      const { result, asked } = capabilities(driver2007, {
        '00010000': '00000000',
        [item]: [null, item === '04000402' ? WIRE : '31'.repeat(32)],
      })
      expect(asked.filter(one => one === item)).toHaveLength(2)
      expect(result?.facts[item]).toBeDefined()
    },
  )

  it('of a meter silent to the register that every meter has is found out by its time', () => {
    const { result } = capabilities(driver2007, {
      '00010000': null,
      '04000102': '000010',
      '0001FF00': '78563412',
    })
    expect(result?.serves).toEqual(['0001FF00'])
  })

  it('is asked again where two answers in a row were lost', () => {
    const { result } = capabilities(driver2007, {
      '00010000': ['00000000', null, '00000000'],
      '0001FF00': [null, '78563412'],
      '04000402': WIRE,
    })
    expect(result?.silentTo).toEqual([])
    expect(result?.facts['04000402']).toBe(OWN)
  })

  it('of a meter that has gone is not known, and it is not asked on and on', () => {
    const silent = new Proxy({}, { get: () => null, has: () => true }) as Holdings
    const { result, asked } = capabilities(driver2007, silent)
    expect(result).toBeNull()
    expect(asked.length).toBeLessThan(5)
  })

  it('is asked of 1997 in its own words', () => {
    const { result } = capabilities(driver1997, { C032: WIRE, '901F': '78563412' }, 2)
    expect(result).toMatchObject({ serves: ['901F'], facts: { C032: OWN } })
  })
})
