/** libmodbus as slave on a serial line: what our driver reads there and what it tells it. */

import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { drivers } from '../../drivers/modbus/index.ts'
import { openLine } from '../../src/cli/one-line.ts'
import { parseLineUrl } from '../../src/core/line-url.ts'
import type { Given } from '../../src/driver-api/command.ts'
import type { Call, Conversation } from '../../src/driver-api/driver.ts'
import { PRIORITY } from '../../src/line/line.ts'
import { anyPass } from '../support/any-pass.ts'
import { until } from '../support/daemon.ts'
import { LIBMODBUS_SERVER, requireLibmodbus, requireService } from '../support/services.ts'

const socat = requireService('socat')
const libmodbus = requireLibmodbus()
const rtu = drivers.find(({ protocol }) => protocol === 'modbus-rtu')!

let undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.reverse()) await one()
  undo = []
})

/** A line to one libmodbus slave, unit 17, on the other end of a pair of serial ports. */
async function lineToSlave(image: object) {
  const folder = mkdtempSync(join(tmpdir(), 'meterd-pty-'))
  const [near, far, file] = [join(folder, 'near'), join(folder, 'far'), join(folder, 'image.json')]
  writeFileSync(file, JSON.stringify(image))
  const pair = spawn(socat.path, [`pty,raw,echo=0,link=${near}`, `pty,raw,echo=0,link=${far}`])
  undo.push(
    () => rmSync(folder, { recursive: true, force: true }),
    () => pair.kill(),
  )
  await until(() => existsSync(near) && existsSync(far))
  const slave = spawn(libmodbus.path, [LIBMODBUS_SERVER, 'rtu', file, far])
  undo.push(() => slave.kill())
  await new Promise((resolve, reject) => {
    slave.stdout.once('data', resolve)
    slave.once('exit', code => reject(new Error(`libmodbus ended with ${code}`)))
  })
  const url = parseLineUrl(`serial://${near}?baud=9600&parity=none`)
  if ('wrong' in url) throw new Error(url.wrong)
  const line = await openLine(url, 2_000)
  undo.push(() => line.stop())

  const call: Call = { address: '17', sequence: line.sequence, traits: {}, refusedBefore: new Set() }
  async function hold<Result>(conversation: Conversation<Result>) {
    const retries = { silent: 0, silentOnceAnswered: 0, damaged: 0 }
    const { result } = await line.converse({
      driver: rtu,
      conversation,
      priority: PRIORITY.onDemand,
      meter: '17',
      pass: anyPass(),
      retries,
    })
    return result
  }
  return {
    tell(name: string, given: Given) {
      const conversation = rtu.commands!.get(name)!.run(call, given)
      if ('wrong' in conversation) throw new Error(conversation.wrong)
      return hold(conversation)
    },
    async read(...items: readonly string[]) {
      const { reads } = await hold(
        rtu.read(
          call,
          items.map(item => rtu.describe(item)!),
        ),
      )
      return items.map(item => {
        const read = reads.find(({ point }) => point.item === item.split(':').slice(0, 2).join(':'))
        return read && 'value' in read && 'digits' in read.value ? read.value.digits : null
      })
    },
  }
}

describe.skipIf(socat.missing || libmodbus.missing)(
  `a libmodbus slave on a serial line${socat.note}${libmodbus.note}`,
  () => {
    test('registers, inputs and coils are read, functions 5, 6, 15, 16 and 23 obeyed once', async () => {
      const { tell, read } = await lineToSlave({ 17: { 3: { 10: 0x1234, 11: 0x5678 }, 4: { 7: 0xfffe } } })
      expect(await read('3:10:u32', '4:7:s16', '2:3')).toEqual([0x12345678n, -2n, 0n])
      const outcomes = [
        await tell('write', { item: '1:5', value: '1' }),
        await tell('write', { item: '3:20:u16', value: '77' }),
        await tell('write', { item: '3:21:u32', value: '70000' }),
        await tell('write-coils', { item: '1:8', values: '1,0,1' }),
        await tell('write-registers', { item: '3:30', values: '1,2,3' }),
        await tell('read-write-registers', { item: '3:40', values: '9,8', read: '3:39', count: '3' }),
      ]
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(Array(6).fill('done'))
      expect(outcomes.at(-1)!.says.map(({ value }) => value)).toEqual(['0', '9', '8'])
      expect(await read('1:5', '1:8', '1:9', '1:10')).toEqual([1n, 1n, 0n, 1n])
      expect(await read('3:20:u16', '3:21:u32', '3:32:u16', '3:40:u32')).toEqual([
        77n,
        70_000n,
        3n,
        0x9_0008n,
      ])
    })

    test('a function it cannot count it is silent to, and the line goes on', async () => {
      const { tell, read } = await lineToSlave({ 17: { 3: { 1: 5 } } })
      expect(await tell('identify', {})).toMatchObject({ outcome: 'unanswered' })
      expect(await read('3:1:u16')).toEqual([5n])
    })
  },
)
