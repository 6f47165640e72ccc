/** Simulated Modbus meters behind the servers of `modbus-serial`: a second maker's protocol stack in front of masters. */

import type { AddressInfo, Server } from 'node:net'
import {
  type FCallback,
  type FCallbackVal,
  type IServiceVector,
  ServerSerial,
  ServerTCP,
} from 'modbus-serial'
import type { SerialPort } from 'serialport'
import type { Clock } from '../core/clock.ts'
import { Fault } from '../core/faults.ts'
import type { SerialUrl } from '../core/line-url.ts'
import type { Meter } from './meter.ts'
import { EXCEPTION, readRegisters } from './meter-modbus.ts'
import type { RegisterMap } from './register-maps.ts'

export interface ModbusMeter {
  readonly meter: Meter
  readonly map: RegisterMap
}

export interface ModbusServer {
  /** The port listened on; 0 on a serial line. */
  readonly port: number
  stop(): Promise<void>
}

export interface ModbusParts {
  readonly meters: readonly ModbusMeter[]
  readonly clock: Clock
  /** Drawn for each answer. */
  readonly replyDelayMs: () => number
}

/**
 * The library refuses a count of 0 with exception 02 and one above 127 with 04, where the protocol says 03.
 * Everything else is as strict as `readRegisters`.
 */
export function serveModbusTcp(
  at: { readonly host: string; readonly port: number },
  parts: ModbusParts,
): Promise<ModbusServer> {
  // 0 would mean 502 to the library; "0" passes it and means any free port to Node.
  const port = (at.port || '0') as number
  const server = new ServerTCP(vectorOf(parts), { host: at.host, port })
  return new Promise((resolve, reject) => {
    server.on('serverError', cause =>
      reject(new Fault('LINE_UNREACHABLE', `modbus-tcp://${at.host}:${at.port}: cannot listen`, cause)),
    )
    // A master that resets its connection is its own business.
    server.on('socketError', () => undefined)
    server.on('initialized', () =>
      resolve({ port: portOf(server), stop: () => new Promise(done => server.close(() => done())) }),
    )
  })
}

/** Requests are told apart by this silence; shorter ones split when the machine is busy. */
const REQUEST_GAP_MS = 20

/**
 * The library writes a request's CRC anew instead of checking it, so a request damaged on the way is answered;
 * a line on which damage matters is served by our own slave.
 */
export function serveModbusSerial(url: SerialUrl, parts: ModbusParts): Promise<ModbusServer> {
  return new Promise((resolve, reject) => {
    const server = new ServerSerialWithSettings(
      vectorOf(parts, 'silent'),
      {
        path: url.path,
        baudRate: url.baud,
        parity: url.parity,
        interval: REQUEST_GAP_MS,
        openCallback: cause => {
          if (cause) reject(new Fault('LINE_UNREACHABLE', `${url.path}: cannot open`, cause))
          else resolve({ port: 0, stop: () => new Promise(done => server.close(() => done())) })
        },
      },
      { dataBits: url.dataBits, stopBits: url.stopBits },
    )
    // The library does not listen for the port's own errors, and one that nobody hears ends the process.
    server.getPort().on('error', () => undefined)
  })
}

/** As it is; the published type knows neither `interval` nor the third argument. */
const ServerSerialWithSettings = ServerSerial as unknown as new (
  vector: IServiceVector,
  options: {
    readonly path: string
    readonly baudRate: number
    readonly parity: string
    readonly interval: number
    readonly openCallback: (cause: Error | null) => void
  },
  settings: { readonly dataBits: number; readonly stopBits: number },
) => ServerSerial & { getPort(): SerialPort }

/** A TCP gateway says that nobody answers under a unit; on a bus there is only silence. */
function vectorOf(
  { meters, clock, replyDelayMs }: ModbusParts,
  unknownUnit: 'refused' | 'silent' = 'refused',
): IServiceVector {
  const byUnit = new Map(meters.map(each => [Number(each.meter.address), each]))

  function read(fc: 3 | 4, from: number, count: number, unit: number, done: FCallbackVal<number[]>): void {
    const found = byUnit.get(unit)
    if (found === undefined && unknownUnit === 'silent') return
    const answer =
      found === undefined
        ? { exception: EXCEPTION.gatewayTarget }
        : readRegisters(found.map, found.meter, { fc, from, count }, clock.now())
    clock.after(replyDelayMs(), () => {
      // With an error the library still looks into the values.
      if ('exception' in answer) done(refusal(answer.exception), [])
      else done(null, [...answer.words])
    })
  }

  const one =
    (done: FCallbackVal<number>): FCallbackVal<number[]> =>
    (error, words) =>
      done(error, words[0] ?? 0)
  const declined = (unit: number, done: FCallback) => {
    if (unknownUnit === 'refused' || byUnit.has(unit)) done(refusal(EXCEPTION.function))
  }

  // The library tells callback from promise style by the number of parameters.
  return {
    getHoldingRegister: (at: number, unit: number, done: FCallbackVal<number>) =>
      read(3, at, 1, unit, one(done)),
    getInputRegister: (at: number, unit: number, done: FCallbackVal<number>) =>
      read(4, at, 1, unit, one(done)),
    getMultipleHoldingRegisters: (from: number, count: number, unit: number, done: FCallbackVal<number[]>) =>
      read(3, from, count, unit, done),
    getMultipleInputRegisters: (from: number, count: number, unit: number, done: FCallbackVal<number[]>) =>
      read(4, from, count, unit, done),
    getCoil: (_at: number, unit: number, done: FCallbackVal<boolean>) =>
      declined(unit, error => done(error, false)),
    getDiscreteInput: (_at: number, unit: number, done: FCallbackVal<boolean>) =>
      declined(unit, error => done(error, false)),
    setCoil: (_at: number, _value: boolean, unit: number, done: FCallback) => declined(unit, done),
    setRegister: (_at: number, _value: number, unit: number, done: FCallback) => declined(unit, done),
    setRegisterArray: (_at: number, _values: number[], unit: number, done: FCallback) => declined(unit, done),
  }
}

function refusal(modbusErrorCode: number): Error {
  return Object.assign(new Error(`exception ${modbusErrorCode}`), { modbusErrorCode })
}

/** The library keeps its `net.Server` and does not tell the port. */
function portOf(server: ServerTCP): number {
  const { _server } = server as unknown as { readonly _server: Server }
  return (_server.address() as AddressInfo).port
}
