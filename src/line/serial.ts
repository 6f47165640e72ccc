/** A serial port as a transport. */

import type { SerialPort } from 'serialport'
import { Fault } from '../core/faults.ts'
import type { SerialUrl } from '../core/line-url.ts'
import type { Transport, TransportEars } from './transport.ts'

export function createSerialTransport(url: SerialUrl): Transport {
  let port: SerialPort | null = null
  let closing = false
  return {
    async open(ears: TransportEars) {
      closing = false
      // Loaded with the first serial line: it takes 17 MB that a box with sockets only can keep.
      const { SerialPort } = await import('serialport')
      const opened = new SerialPort({
        path: url.path,
        baudRate: url.baud,
        parity: url.parity,
        dataBits: url.dataBits,
        stopBits: url.stopBits,
        autoOpen: false,
      })
      await new Promise<void>((resolve, reject) => {
        opened.open(error => (error ? reject(unreachable(url, error)) : resolve()))
      })
      port = opened
      opened.on('data', (chunk: Buffer) => ears.bytes(chunk))
      opened.on('close', (error: Error | null) => {
        port = null
        if (!closing) ears.closed(error?.message ?? 'the port was closed')
      })
      // An error is followed by "close" when the device is gone; a failed write on a dead port is not, so end it here.
      opened.on('error', () => {
        if (opened.isOpen) opened.close()
      })
    },
    write(bytes) {
      port?.write(bytes)
    },
    async close() {
      closing = true
      const open = port
      port = null
      if (open?.isOpen) await new Promise<void>(resolve => open.close(() => resolve()))
    },
  }
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
