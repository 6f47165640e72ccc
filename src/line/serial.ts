/** A serial port as a transport. */

import type { SerialPort } from 'serialport'
import type { Clock } from '../core/clock.ts'
import { Fault } from '../core/faults.ts'
import { type SerialSettings, type SerialUrl, sameFraming } from '../core/line-url.ts'
import type { Transport, TransportEars } from './transport.ts'

/**
 * Another speed is set on the open port (0.07 ms on a pty); parity, data and stop bits can only be had by opening it
 * anew (0.2 ms there), which drops and raises its modem lines and with them the supply of some adapters.
 */
const AFTER_SPEED_MS = 50
const AFTER_REOPENING_MS = 100

export function createSerialTransport(url: SerialUrl, clock: Clock): Transport {
  let port: SerialPort | null = null
  let ears: TransportEars | null = null
  let inForce: SerialSettings = url

  async function openWith(settings: SerialSettings): Promise<void> {
    // Loaded with the first serial line: it takes 17 MB that a box with sockets only can keep.
    const { SerialPort } = await import('serialport')
    const { baud: baudRate, parity, dataBits, stopBits } = settings
    const opened = new SerialPort({
      path: url.path,
      baudRate,
      parity,
      dataBits,
      stopBits,
      autoOpen: false,
    })
    await new Promise<void>((resolve, reject) => {
      opened.open(error => (error ? reject(unreachable(url, error)) : resolve()))
    })
    port = opened
    inForce = settings
    opened.on('data', (chunk: Buffer) => ears?.bytes(chunk))
    opened.on('close', (error: Error | null) => {
      if (port !== opened) return
      port = null
      ears?.closed(error?.message ?? 'the port was closed')
    })
    // An error is followed by "close" when the device is gone; a failed write on a dead port is not, so end it here.
    opened.on('error', () => {
      if (opened.isOpen) opened.close()
    })
  }

  async function close(): Promise<void> {
    const open = port
    port = null
    if (open?.isOpen) await new Promise<void>(resolve => open.close(() => resolve()))
  }

  return {
    async open(given) {
      ears = given
      await openWith(url)
    },
    write(bytes) {
      port?.write(bytes)
    },
    async set(settings) {
      const open = port
      if (!open) throw new Fault('LINE_CLOSED', `serial port ${url.path} is closed`)
      await done(url, called => open.drain(called))
      if (sameFraming(settings, inForce)) {
        await done(url, called => open.update({ baudRate: settings.baud }, called))
        inForce = settings
        await clock.sleep(AFTER_SPEED_MS)
      } else {
        await close()
        await openWith(settings)
        await clock.sleep(AFTER_REOPENING_MS)
      }
    },
    close,
  }
}

function done(url: SerialUrl, start: (called: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) =>
    start(error => (error ? reject(unreachable(url, error)) : resolve())),
  )
}

function unreachable(url: SerialUrl, error: Error): Fault {
  const why = /no such file|ENOENT|cannot open/i.test(error.message)
    ? 'there is no such port; `ls -l /dev/serial/by-id` shows what is plugged in'
    : /permission|EACCES/i.test(error.message)
      ? 'no permission; add the user to the group of the port (often dialout)'
      : /lock|busy|temporarily/i.test(error.message)
        ? 'another program holds the port'
        : error.message
  return new Fault('LINE_UNREACHABLE', `serial port ${url.path}: ${why}`, error)
}
