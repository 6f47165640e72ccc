/** Function 43/14, read device identification: the basic category, as a stream or one object (clause 6.21). */

const FUNCTION = 0x2b
const KIND = 0x0e
const STREAM = 1
const ONE = 4
/** Basic category, stream and single access. */
const CONFORMITY = 0x81
const ILLEGAL_ADDRESS = 2
const ILLEGAL_VALUE = 3
const ILLEGAL_FUNCTION = 1

/** `objects` are maker, product and revision. */
export function readIdentification(pdu: Uint8Array, objects: readonly string[]): Uint8Array {
  const [, kind, access = 0, first = 0] = pdu
  const refuse = (exception: number) => Uint8Array.of(FUNCTION | 0x80, exception)
  if (kind !== KIND) return refuse(ILLEGAL_FUNCTION)
  if (pdu.length !== 4 || (access !== STREAM && access !== ONE)) return refuse(ILLEGAL_VALUE)
  if (access === ONE && first >= objects.length) return refuse(ILLEGAL_ADDRESS)
  // A stream that begins at an object that is not there begins at the first.
  const from = first < objects.length ? first : 0
  const told = access === ONE ? [from] : objects.map((_, id) => id).slice(from)
  const body = told.flatMap(id => {
    const text = [...(objects[id] ?? '')].map(letter => letter.charCodeAt(0) & 0x7f)
    return [id, text.length, ...text]
  })
  return Uint8Array.from([FUNCTION, KIND, access, CONFORMITY, 0, 0, told.length, ...body])
}
