/** What a meter is asked for when it is met first: items that models differ in, and what they tell of themselves. */

import type { AuditItem } from '../../../src/driver-api/driver.ts'
import type { Dialect } from '../dialect.ts'

interface Probes {
  /** Items that some models serve and others refuse, with what follows the identifier in the question. */
  readonly items: readonly (readonly [item: string, selection: readonly number[]])[]
  /** Text and numbers a meter tells of itself. */
  readonly facts: readonly string[]
  /** Of the facts those by which one meter is told from another. */
  readonly identity: readonly string[]
  readonly audit: readonly AuditItem[]
}

const telling = (tells: AuditItem['tells'], ...items: string[]) => items.map(item => ({ item, tells }))

const plain = (...items: string[]) => items.map(item => [item, []] as const)
/** Load records take the number of them. */
const ONE = [1]

export const CAPABILITIES: Readonly<Record<Dialect['protocol'], Probes>> = {
  'dlt645-2007': {
    items: [
      // Blocks that spare questions.
      ...plain('0001FF00', '0002FF00', '0201FF00', '0202FF00', '0203FF00', '0206FF00', '040005FF'),
      // Of the smart-meter rules: the clock in one answer, daily and hourly freezes, relay records, money.
      ...plain(
        '0400010C',
        '05060001',
        '05040001',
        '1D000001',
        '1E000001',
        '00900200',
        '02800020',
        '04000508',
      ),
      // Memories of the standard itself.
      ...plain('05000001', '00010001', '03110000', '03300D00'),
      ['06000002', ONE],
      ['06010002', ONE],
      // Longer than a frame: the rest is asked for by follow-up frames.
      ...plain('03300201'),
    ],
    facts: [
      '04000402',
      '04000403',
      '0400040B',
      '0400040D',
      '04000404',
      '04000406',
      '04000409',
      '0400040A',
      '04000204',
      '04000306',
      '04000307',
      '04800001',
      '04800002',
      '04000703',
    ],
    identity: ['04000402', '04000403'],
    audit: [
      ...telling('number', '04000402'),
      ...telling('asset', '04000403'),
      ...telling('constant', '04000409'),
      ...telling('build', '0400040C'),
      ...telling(
        'setting',
        '04000404',
        '04000405',
        '04000406',
        '0400040B',
        '04000204',
        '04000306',
        '04000307',
      ),
    ],
  },
  'dlt645-1997': {
    items: plain('901F', '902F', '911F', '941F', 'A01F', 'B61F', 'B62F', 'B63F', 'C01F', 'C020', 'C117'),
    facts: ['C032', 'C033', 'C034', 'C030', 'C031', 'C313', 'C115'],
    identity: ['C032', 'C034'],
    audit: [
      ...telling('number', 'C032'),
      ...telling('asset', 'C034'),
      ...telling('constant', 'C030'),
      ...telling('build', 'C031'),
    ],
  },
}
