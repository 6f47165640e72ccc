// One of the masters of `bench -- modbus` in a process of its own, as its users run it: ours as built into dist/
// and with the heap of the daemon, modbus-serial as its package is, bare sockets that know no Modbus. Arguments: which,
// port, connections, reads under way on each, ms to warm up, ms to measure. Prints reads, ms, processor ms and kB resident.

import { readFileSync } from 'node:fs'

/** Ten values of 32 bits. */
const REGISTERS = 20
const WITHIN_MS = 5_000

const [which = '', ...numbers] = process.argv.slice(2)
const [port = 0, connections = 0, underWay = 0, warmMs = 0, measureMs = 0] = numbers.map(Number)
const MASTERS = { ours, 'modbus-serial': modbusSerial, bare }
const readers = await MASTERS[which]()

let reads = 0
let stopped = false
const loops = readers.flatMap(read => Array.from({ length: underWay }, () => loop(read)))
await sleep(warmMs)
const from = { reads, at: performance.now(), used: process.cpuUsage() }
await sleep(measureMs)
const { user, system } = process.cpuUsage(from.used)
const ms = performance.now() - from.at
const residentKb = Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1])
console.log(
  JSON.stringify({ reads: reads - from.reads, ms, processorMs: (user + system) / 1_000, residentKb }),
)
stopped = true
await Promise.all(loops)
process.exit(0)

async function loop(read) {
  while (!stopped) {
    await read()
    reads += 1
  }
}

function sleep(ms) {
  return new Promise(resolve => setTimeout(resolve, ms))
}

/** A line for each connection: what the poller does with one, without the store. */
async function ours() {
  const dist = path => import(new URL(`../dist/${path}`, import.meta.url))
  const { keepHeapSmall, letHeapServe } = await dist('src/cli/small-heap.js')
  keepHeapSmall()
  letHeapServe(connections * underWay)
  const { systemClock: clock } = await dist('src/core/clock.js')
  const { silentLog: log } = await dist('src/core/log.js')
  const { systemRandom: random } = await dist('src/core/random.js')
  const { createLine, PRIORITY } = await dist('src/line/line.js')
  const { transportFor } = await dist('src/line/transports.js')
  const { drivers } = await dist('drivers/modbus/index.js')
  const driver = drivers.find(({ protocol }) => protocol === 'modbus-tcp')
  const points = Array.from({ length: REGISTERS / 2 }, (_, place) =>
    driver.describe(`3:${2 * place}:u32:e-2`),
  )
  const url = { kind: 'modbus-tcp', host: '127.0.0.1', port }
  const retries = { silent: 0, silentOnceAnswered: 1, damaged: 2 }
  const refusedBefore = new Set()
  const traits = { maxRegisters: 125 }
  const lines = Array.from({ length: connections }, (_, place) =>
    createLine({
      id: `line-${place}`,
      url,
      transport: transportFor(url),
      claim: async () => async () => undefined,
      replyWithinMs: WITHIN_MS,
      inFlight: underWay,
      clock,
      random,
      log,
    }),
  )
  for (const line of lines) line.start()
  for (const line of lines) await line.opened()
  return lines.map(line => async () => {
    const call = { address: '1', sequence: line.sequence, traits, refusedBefore }
    const conversation = driver.read(call, points)
    const talked = await line.converse({
      driver,
      conversation,
      priority: PRIORITY.poll,
      meter: line.id,
      retries,
    })
    if (talked.result.reads.length !== points.length)
      throw new Error(talked.fault?.text ?? 'values are missing')
  })
}

async function modbusSerial() {
  const { default: ModbusRTU } = await import('modbus-serial')
  const masters = []
  for (let place = 0; place < connections; place++) {
    const master = new ModbusRTU()
    await master.connectTCP('127.0.0.1', { port })
    master.setID(1)
    master.setTimeout(WITHIN_MS)
    masters.push(master)
  }
  return masters.map(master => async () => {
    const { data } = await master.readHoldingRegisters(0, REGISTERS)
    if (data.length !== REGISTERS) throw new Error('registers are missing')
  })
}

/** The same bytes and nothing else: what sockets of Node cost any master. One request after the other. */
async function bare() {
  const { connect } = await import('node:net')
  const { once } = await import('node:events')
  const request = Buffer.from([0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, REGISTERS])
  const answerBytes = 9 + 2 * REGISTERS
  const buffer = Buffer.alloc(16_384)
  const opened = []
  for (let place = 0; place < connections; place++) {
    let answered = () => undefined
    let owed = 0
    const callback = count => {
      owed -= count
      if (owed === 0) answered()
      return true
    }
    const socket = connect({ host: '127.0.0.1', port, noDelay: true, onread: { buffer, callback } })
    await once(socket, 'connect')
    opened.push(
      () =>
        new Promise(resolve => {
          answered = resolve
          owed = answerBytes
          socket.write(request)
        }),
    )
  }
  return opened
}
