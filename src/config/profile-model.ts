/** What a profile says of the model itself: whose it is, what shows that, its ratios, its relay, its credit. */

import { CREDIT_THRESHOLDS, type CreditThreshold, THRESHOLD_WORDS } from '../core/credit.ts'
import type { Driver } from '../driver-api/driver.ts'
import type { Credit, Ident, Point, Profile, RatioRegisters, RelayRegisters } from '../driver-api/profile.ts'
import type { Complain, Path } from './complaint.ts'
import type { WrittenProfile, WrittenRegister } from './profile-schema.ts'

type Model = Pick<
  Profile,
  | 'vendor'
  | 'models'
  | 'confidence'
  | 'doubts'
  | 'serial'
  | 'sign'
  | 'ident'
  | 'serialNumber'
  | 'ratios'
  | 'prepaid'
>

/** All of it but the relay, which drivers must know and which is a trait therefore. */
export function modelOf(written: WrittenProfile, driver: Driver, say: Complain): Model {
  const { vendor, confidence, sign, serial } = written
  const ident = written.ident && identOf(written.ident, driver, say)
  const serialNumber = registerOf(written.serialNumber, ['serialNumber'], 'serial number', driver, say)
  const ratios = written.ratios && ratiosOf(written.ratios, driver, say)
  const prepaid = written.prepaid && prepaidOf(written.prepaid, driver, say)
  return {
    ...(written.models === undefined ? {} : { models: present(written.models) }),
    ...(written.doubts === undefined ? {} : { doubts: present(written.doubts) }),
    ...(vendor === undefined ? {} : { vendor }),
    ...(confidence === undefined ? {} : { confidence }),
    ...(sign === undefined ? {} : { sign }),
    ...(serial?.baud === undefined || serial.framing === undefined || serial.unit === undefined
      ? {}
      : { serial: { baud: serial.baud, framing: serial.framing, unit: serial.unit } }),
    ...(ident ? { ident } : {}),
    ...(serialNumber ? { serialNumber } : {}),
    ...(ratios ? { ratios } : {}),
    ...(prepaid ? { prepaid } : {}),
  }
}

/** A relay that is described by halves is none: nobody would see what an order did. */
export function relayOf(
  written: WrittenProfile['relay'],
  points: readonly (Point | null)[],
  driver: Driver,
  say: Complain,
): RelayRegisters | null {
  if (!written) return null
  const { state, order, load } = written
  const point = registerOf(state, ['relay', 'state'], 'relay', driver, say)
  const shown = load === undefined ? null : points.find(one => one?.obis === load)
  if (shown === undefined && points.every(one => one !== null))
    say(['relay', 'load'], `the profile has no point "${load}"`, 'name the power of points, or remove load')
  if (state?.open !== undefined && state.open === state.closed)
    say(['relay', 'state', 'closed'], `open and closed are both "${state.open}"`, 'correct one of the two')
  if (!point || shown === undefined) return null
  if (state?.open === undefined || state.closed === undefined) return null
  if (order?.function === undefined || order.item === undefined) return null
  if (order.open === undefined || order.close === undefined) return null
  return {
    state: { point, open: state.open, closed: state.closed },
    order: { function: order.function, item: order.item, open: order.open, close: order.close },
    load: shown,
  }
}

function identOf(written: NonNullable<WrittenProfile['ident']>, driver: Driver, say: Complain): Ident | null {
  const point = registerOf(written, ['ident'], 'ident', driver, say)
  const is = written.is && present(written.is).map(text => text.trim())
  if (is?.length === 0)
    say(['ident', 'is'], 'no value would be the right one', 'list the values, or remove is')
  return point && { point, is: is ?? null }
}

function ratiosOf(
  written: NonNullable<WrittenProfile['ratios']>,
  driver: Driver,
  say: Complain,
): RatioRegisters | null {
  const current = registerOf(
    written.current,
    ['ratios', 'current'],
    'ratio of the current transformers',
    driver,
    say,
  )
  const voltage = registerOf(
    written.voltage,
    ['ratios', 'voltage'],
    'ratio of the voltage transformers',
    driver,
    say,
  )
  const { side } = written
  return side === undefined
    ? null
    : { side, ...(current ? { current } : {}), ...(voltage ? { voltage } : {}) }
}

function prepaidOf(
  written: NonNullable<WrittenProfile['prepaid']>,
  driver: Driver,
  say: Complain,
): Partial<Record<Credit, Point>> {
  const credits: Partial<Record<Credit, Point>> = {}
  for (const credit of ['balance', 'debt', 'purchases', ...CREDIT_THRESHOLDS] as const) {
    const name = THRESHOLD_WORDS[credit as CreditThreshold] ?? credit
    const point = registerOf(written[credit], ['prepaid', credit], name, driver, say)
    if (point) credits[credit] = { ...point, unit: written[credit]?.unit ?? point.unit }
  }
  return credits
}

/** A register that has no OBIS code; what its encoding is the driver may know. */
function registerOf(
  written: WrittenRegister | undefined,
  path: Path,
  name: string,
  driver: Driver,
  say: Complain,
): Point | null {
  if (written?.item === undefined) return null
  const known = driver.describe(written.item)
  const encoding = written.encoding ?? known?.encoding
  if (encoding !== undefined)
    return { obis: '', item: written.item, place: 0, encoding, unit: known?.unit ?? '', name }
  const remedy = 'correct the item, or add its encoding'
  say([...path, 'item'], `${driver.protocol} knows no item "${written.item}"`, remedy)
  return null
}

function present<Item>(items: readonly (Item | undefined)[] | undefined): readonly Item[] {
  return items?.filter(item => item !== undefined) ?? []
}
