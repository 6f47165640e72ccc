/** Driver folders: what is loaded, and what is refused with words. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadDriverFolder, loadShippedDrivers } from '../../src/config/drivers.ts'
import { folderWith, GOOD, load } from './support.ts'

const METHODS = 'checkAddress() {}, describe() {}, deframe() {}, decode() {}, read() {}'

function driverFolder(code: string): string {
  const folder = join(folderWith({}), 'driver')
  mkdirSync(folder)
  writeFileSync(join(folder, 'index.mjs'), code)
  return folder
}

test('the shipped drivers speak five protocols', async () => {
  expect([...(await loadShippedDrivers()).keys()].sort()).toEqual([
    'dlt645-1997',
    'dlt645-2007',
    'modbus-ascii',
    'modbus-rtu',
    'modbus-tcp',
  ])
})

test('a folder outside the tree is loaded by its absolute path', async () => {
  const folder = driverFolder(`export const drivers = [{ protocol: 'own', apiVersion: 1, ${METHODS} }]`)
  expect(await loadDriverFolder(folder)).toMatchObject({ name: folder, profiles: join(folder, 'profiles') })
})

test.each([
  ['throws', 'throw new Error("no such chip")', /does not load: no such chip/],
  ['exports nothing', 'export const other = 1', /exports no "drivers" list/],
  ['exports no driver', 'export const drivers = [1]', /exports something that is no driver/],
  ['has no name', 'export const drivers = [{ apiVersion: 1 }]', /without a protocol name/],
  [
    'is of another API',
    `export const drivers = [{ protocol: 'own', apiVersion: 2, ${METHODS} }]`,
    /\(own\) is made for driver API 2; this meterd has 1/,
  ],
  [
    'lacks a part',
    "export const drivers = [{ protocol: 'own', apiVersion: 1, read() {} }]",
    /\(own\) lacks checkAddress, describe, deframe, decode/,
  ],
])('a driver that %s is refused', async (_, code, expected) => {
  expect(await loadDriverFolder(driverFolder(code))).toEqual({ wrong: expect.stringMatching(expected) })
})

test('two drivers of one protocol are refused', async () => {
  const folder = driverFolder(
    `export const drivers = [{ protocol: 'modbus-rtu', apiVersion: 1, ${METHODS} }]`,
  )
  const { printed } = await load(`${GOOD}drivers: [dlt645, modbus, ${folder}]\n`)
  expect(printed).toEqual([expect.stringContaining('drivers[2]: a second driver speaks modbus-rtu')])
})

test('drivers are folders of this machine, never of a network', async () => {
  for (const name of ['http://127.0.0.1/driver', '../drivers/modbus', 'data:text/javascript,1', ''])
    expect(await loadDriverFolder(name), name).toHaveProperty('wrong')
})
