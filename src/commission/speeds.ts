/** The settings a serial line is tried at when nobody knows them, likeliest first. */

import { hasSettings, type LineUrl, settingsText } from '../core/line-url.ts'

/** 2400 is what 2007 meters are delivered with, 1200 the usual rate of 1997; then what they are set to in the field. */
const BAUDS = [2400, 1200, 9600, 4800, 19200, 600]
/** Both editions ask for even parity; none is what badly set meters and converters do. */
const PARITIES = ['even', 'none'] as const

/** As the URL says first. What is behind a plain socket has a speed that is not ours to change. */
export function settingsFor(url: LineUrl, all: boolean): readonly LineUrl[] {
  if (!hasSettings(url) || !all) return [url]
  const others = PARITIES.flatMap(parity => BAUDS.map(baud => ({ ...url, baud, parity })))
  return [url, ...others.filter(({ baud, parity }) => baud !== url.baud || parity !== url.parity)]
}

export function settingInWords(url: LineUrl): string {
  return hasSettings(url) ? settingsText(url) : `${url.kind}://${url.host}:${url.port}`
}

/** As a line is written in a configuration. */
export function urlText(url: LineUrl): string {
  const place =
    url.kind === 'serial' ? url.path : `${url.host.includes(':') ? `[${url.host}]` : url.host}:${url.port}`
  if (!hasSettings(url)) return `${url.kind}://${place}`
  const { baud, parity, dataBits, stopBits } = url
  const rest = `${dataBits === 8 ? '' : `&data=${dataBits}`}${stopBits === 1 ? '' : `&stop=${stopBits}`}`
  return `${url.kind}://${place}?baud=${baud}&parity=${parity}${rest}`
}
