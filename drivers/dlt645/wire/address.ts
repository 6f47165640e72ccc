/** Meter addresses: twelve BCD digits, low byte first on the wire (DL/T 645-2007 5.2.2). */

/** Takes the place of any byte: alone for "whoever is there", in the high bytes of a shortened address. */
export const ANY = 'AA'
export const BROADCAST = '999999999999'
const DIGITS = 12

export function isBroadcast(address: string): boolean {
  return address === BROADCAST
}

/**
 * Twelve digits; fewer are filled with zeros at the high end (5.2.2). Wildcards are taken for reads on a line with
 * one meter or to find a meter; whoever bills by the answer must use a full address.
 */
export function checkAddress(address: string): { readonly address: string } | { readonly wrong: string } {
  const text = address.trim().toUpperCase()
  if (text === '') return { wrong: 'the address is empty; write the 1 to 12 digits on the meter, in quotes' }
  if (/^(?:AA)+[0-9]*$/.test(text)) return checkWildcard(text)
  const odd = /[^0-9]/u.exec(text)
  if (odd) return { wrong: `"${odd[0]}" is not a digit; an address is 1 to 12 digits 0-9, in quotes` }
  if (text.length > DIGITS) return { wrong: `${text.length} digits; a DL/T 645 address has at most 12` }
  const full = text.padStart(DIGITS, '0')
  if (isBroadcast(full)) return { wrong: '999999999999 speaks to all meters and none answers' }
  return { address: full }
}

function checkWildcard(text: string): { readonly address: string } | { readonly wrong: string } {
  return text.length === DIGITS
    ? { address: text }
    : { wrong: `${text.length} characters; with AA in the high bytes write all 12` }
}

/** AA in every byte: whoever is there. */
export const ANYONE = ANY.repeat(6)

/** Whether a whole meter address, without wildcards, is meant. */
export function isOneMeter(address: string): boolean {
  return /^[0-9]{12}$/.test(address) && !isBroadcast(address)
}

/** Whether an answer under `got` may come from the meter asked as `asked`: byte for byte, AA fits any byte. */
export function answersFor(asked: string, got: string): boolean {
  if (asked === got) return true
  for (let at = 0; at < DIGITS; at += 2) {
    const byte = asked.slice(at, at + 2)
    if (byte !== ANY && byte !== got.slice(at, at + 2)) return false
  }
  return true
}
