/**
 * Modbus TCP reads through a line, beside modbus-serial and libmodbus, all against one C slave in one run. Needs cc and
 * libmodbus (Debian: apt-get install gcc libmodbus-dev).
 */

import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Located, locate } from '../drivers/modbus/items.ts'
import { planSpans } from '../drivers/modbus/spans.ts'
import { gatherLibrary } from '../src/config/library.ts'
import type { Benchmark, Result } from './run.ts'
import { fewestSpans } from './span-count.ts'

const run = promisify(execFile)
const WARM_MS = 1_000
const MEASURE_MS = 4_000
/** Turn by turn, so that what else the machine does meets all of them alike; the median counts. */
const TURNS = 3
/** Registers of one read: ten values of 32 bits. */
const REGISTERS = 20
const CONNECTIONS: readonly number[] = [1, 100, 1_000]
const IN_FLIGHT = 8

interface Measured {
  readonly perSecond: number
  readonly microseconds: number
  readonly residentMb: number
}

type Master = (port: number, connections: number, underWay: number) => Promise<Measured>

export const modbus: Benchmark = {
  about: 'Modbus TCP reads on 1, 100 and 1,000 connections beside modbus-serial and libmodbus; spans planned',
  async run(say) {
    const folder = mkdtempSync(join(tmpdir(), 'meterd-bench-'))
    try {
      await compile('modbus-server.c', join(folder, 'server'))
      await compile('modbus-client.c', join(folder, 'client'))
      const server = await startServer(join(folder, 'server'))
      const masters: Readonly<Record<string, Master>> = {
        ours: ofNode('ours'),
        'modbus-serial': ofNode('modbus-serial'),
        bare: ofNode('bare'),
        libmodbus: ofC(join(folder, 'client')),
      }
      const results: Result[] = []
      for (const connections of CONNECTIONS) {
        say(`${connections} connections, ${TURNS} turns`)
        results.push(...(await compare(masters, server.port, connections)))
      }
      say(`one connection, ${IN_FLIGHT} reads in flight`)
      results.push(...(await comparePipelined(masters, server.port)))
      server.stop()
      return [...results, ...(await spansPlanned())]
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
}

async function compile(source: string, target: string): Promise<void> {
  const file = join(import.meta.dirname, source)
  await run('cc', ['-O2', '-o', target, file, '-I/usr/include/modbus', '-lmodbus'])
}

/** It ends when its input does, so it does not outlive us. */
async function startServer(path: string): Promise<{ readonly port: number; readonly stop: () => void }> {
  const child = spawn(path, { stdio: ['pipe', 'pipe', 'inherit'] })
  const port = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.stdout.once('data', line => resolve(Number(line)))
  })
  return { port, stop: () => child.stdin.end() }
}

function ofNode(which: string): Master {
  const file = join(import.meta.dirname, 'modbus-client.mjs')
  return async (port, connections, underWay) =>
    measuredIn(
      await run(process.execPath, [file, which, ...textOf(port, connections, underWay, WARM_MS, MEASURE_MS)]),
    )
}

function ofC(path: string): Master {
  return async (port, connections) =>
    measuredIn(await run(path, textOf(port, connections, REGISTERS, WARM_MS, MEASURE_MS)))
}

function textOf(...numbers: readonly number[]): string[] {
  return numbers.map(String)
}

function measuredIn({ stdout }: { readonly stdout: string }): Measured {
  const { reads, ms, processorMs, residentKb } = JSON.parse(stdout)
  return {
    perSecond: (reads * 1_000) / ms,
    microseconds: (processorMs * 1_000) / reads,
    residentMb: residentKb / 1_024,
  }
}

async function turns(
  masters: Readonly<Record<string, Master>>,
  port: number,
  connections: number,
  underWay: number,
): Promise<Readonly<Record<string, Measured>>> {
  const all = new Map<string, Measured[]>(Object.keys(masters).map(name => [name, []]))
  for (let turn = 0; turn < TURNS; turn++)
    for (const [name, master] of Object.entries(masters))
      all.get(name)?.push(await master(port, connections, underWay))
  return Object.fromEntries([...all].map(([name, measured]) => [name, medianOf(measured)]))
}

/** Each figure's own median. */
function medianOf(measured: readonly Measured[]): Measured {
  const middle = (of: (one: Measured) => number) =>
    measured.map(of).sort((a, b) => a - b)[measured.length >> 1] ?? Number.NaN
  return {
    perSecond: middle(one => one.perSecond),
    microseconds: middle(one => one.microseconds),
    residentMb: middle(one => one.residentMb),
  }
}

async function compare(
  masters: Readonly<Record<string, Master>>,
  port: number,
  connections: number,
): Promise<Result[]> {
  const measured = await turns(masters, port, connections, 1)
  const where = `${connections} connection${connections === 1 ? '' : 's'}`
  const { ours, 'modbus-serial': second, libmodbus, bare } = measured
  return [
    ...figures(where, ours, second, 'modbus-serial'),
    ...figures(where, ours, libmodbus, 'libmodbus'),
    ...figures(where, ours, bare, 'bare sockets'),
  ]
}

/** Beside the second stack with one read at a time, as it is used, and with as many. */
async function comparePipelined(masters: Readonly<Record<string, Master>>, port: number): Promise<Result[]> {
  const { ours, 'modbus-serial': second } = masters
  if (!ours || !second) return []
  const many = await turns({ ours, 'modbus-serial': second }, port, 1, IN_FLIGHT)
  const one = await turns({ 'modbus-serial': second }, port, 1, 1)
  const where = `1 connection, ${IN_FLIGHT} in flight`
  return [
    ...figures(where, many['ours'], one['modbus-serial'], 'modbus-serial, 1 in flight'),
    ...figures(where, many['ours'], many['modbus-serial'], `modbus-serial, ${IN_FLIGHT} in flight`),
  ]
}

function figures(
  where: string,
  ours: Measured | undefined,
  other: Measured | undefined,
  name: string,
): Result[] {
  if (!ours || !other) return []
  return [
    row(`${where}: reads`, 'reads/s', 'higher', ours.perSecond, other.perSecond, name),
    row(`${where}: processor time a read`, 'µs', 'lower', ours.microseconds, other.microseconds, name),
    row(`${where}: resident memory`, 'MB', 'lower', ours.residentMb, other.residentMb, name),
  ]
}

function row(
  what: string,
  unit: string,
  better: Result['better'],
  value: number,
  reference: number,
  against: string,
): Result {
  return { what, value, unit, better, reference, against }
}

/** Spans the planner makes of all points of a profile, beside the fewest there can be. */
async function spansPlanned(): Promise<Result[]> {
  const { profiles } = await gatherLibrary({}, 'config', () => undefined, [])
  return (
    [...profiles.values()]
      .filter(({ protocol }) => protocol.startsWith('modbus'))
      .map(({ profile, points, traits }) => ({
        profile,
        traits,
        located: points
          .map(locate)
          .filter((place): place is Located => !('wrong' in place))
          .filter(({ models }) => models === null),
      }))
      // Where SunSpec models lie each device has to tell.
      .filter(({ located }) => located.length > 0)
      .map(({ profile, located, traits }) => {
        const planned = planSpans(located, traits, new Set()).length
        const fewest = fewestSpans(located, traits)
        return row(`spans of ${profile}`, 'spans', 'lower', planned, fewest, 'the fewest possible')
      })
  )
}
