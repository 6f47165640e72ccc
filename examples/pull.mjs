#!/usr/bin/env node
// A billing system's pull, with Node alone: everything that was released, once, corrections included, with proof.
//
//   METERD_KEY=… node examples/pull.mjs http://127.0.0.1:8645 STATE
//
// STATE is a folder; what is in it, and how this may be killed at any point, is in examples/README.md.
// Ends with 0 when all is here, with 1 when it could not go on (run it again), with 3 when something needs a person.

import { createHash } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const [gateway, state] = process.argv.slice(2)
const key = process.env.METERD_KEY
const limit = process.env.LIMIT ?? '1000'
/** The boundaries that are billed by: days of the month such as 1,11,21; or all there are. */
const at = process.env.AT ?? 'all'
const TRIES = 5

class Refused extends Error {
  constructor(status, { code, detail }) {
    super(`${code}: ${detail}`)
    this.status = status
  }
}

/** The text of an answer; waits and asks again where the gateway is busy. */
async function ask(path, body) {
  for (let tries = 1; ; tries++) {
    const answer = await fetch(`${gateway}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(120_000),
    })
    const text = await answer.text()
    if (answer.ok) return text
    if (![429, 503].includes(answer.status) || tries === TRIES)
      throw new Refused(answer.status, JSON.parse(text))
    await sleep(1000 * Number(answer.headers.get('retry-after') ?? 1))
  }
}

/** Writes a file so that it is there whole or not at all, also after a power cut. */
async function keep(path, text) {
  const made = join(state, `.new-${process.pid}`)
  const file = await open(made, 'w')
  await file.writeFile(text)
  await file.sync()
  await file.close()
  await rename(made, path)
  const folder = await open(dirname(path))
  await folder.sync()
  await folder.close()
}

const namesIn = async (folder, pattern) =>
  (await readdir(folder).catch(() => [])).filter(name => pattern.test(name)).sort()

const pagesIn = folder => namesIn(folder, /^page-\d+\.json$/)

/** A folder holds what was pulled by one choice of boundaries: periods of two overlap. */
async function claim() {
  const isNew = (await namesIn(state, /^epoch-\d+$/)).length === 0
  const claimed = await readFile(join(state, 'at'), 'utf8').catch(() => (isNew ? at : 'all'))
  if (claimed.trim() !== at)
    throw new Error(`${state} is pulled with AT=${claimed.trim()}; take another folder for AT=${at}`)
  if (at !== 'all') await keep(join(state, 'at'), `${at}\n`)
}

/** Takes in every page there is. Answers the folder they are in, and up to which number they go. */
async function pull() {
  const lives = (await namesIn(state, /^epoch-\d+$/)).map(name => Number(name.slice(6)))
  let epoch = lives.length === 0 ? null : Math.max(...lives)
  for (;;) {
    const folder = join(state, `epoch-${epoch}`)
    const after = Number((await pagesIn(folder)).at(-1)?.match(/\d+/)[0] ?? 0)
    const text = await ask(`/v1/billing/changes?after=${after}&limit=${limit}&at=${at}`)
    const page = JSON.parse(text)
    if (page.epoch !== epoch) {
      if (epoch !== null)
        console.error(
          `the store began a new life: all is pulled again into epoch-${page.epoch}; compare it with epoch-${epoch}`,
        )
      epoch = page.epoch
      await mkdir(join(state, `epoch-${epoch}`), { recursive: true })
      continue
    }
    if (page.next === after) return { folder, reached: after }
    for (const { first, last } of page.gaps)
      console.error(
        `numbers ${first} to ${last} are damaged or lost; what they held comes again under new ones`,
      )
    await keep(join(folder, `page-${String(page.next).padStart(15, '0')}.json`), text)
  }
}

const lines = values => values.map(value => `${JSON.stringify(value)}\n`).join('')

/** What the pages come to: every release as it was sent, and the periods that hold now. */
async function fold(folder) {
  const releases = []
  const periods = new Map()
  const nameOf = ({ meter, from, to }) => `${meter} ${from} ${to}`
  for (const name of await pagesIn(folder)) {
    for (const change of JSON.parse(await readFile(join(folder, name), 'utf8')).changes) {
      releases.push(change.release)
      for (const one of change.ended) periods.delete(nameOf(one))
      for (const one of change.periods) periods.set(nameOf(one), one)
    }
  }
  await keep(join(state, 'releases.ndjson'), lines(releases))
  await keep(join(state, 'periods.ndjson'), lines([...periods.keys()].sort().map(name => periods.get(name))))
  return releases
}

/** "12.30" as 1230 and 2. */
function scaled(text) {
  const [whole, fraction = ''] = text.split('.')
  return { digits: BigInt(whole + fraction), places: fraction.length }
}

function sumOf(values) {
  const all = values.map(scaled)
  const places = Math.max(...all.map(one => one.places))
  const sum = all.reduce((total, one) => total + one.digits * 10n ** BigInt(places - one.places), 0n)
  const digits = String(sum < 0n ? -sum : sum).padStart(places + 1, '0')
  const split = digits.length - places
  return `${sum < 0n ? '-' : ''}${digits.slice(0, split)}${places > 0 ? `.${digits.slice(split)}` : ''}`
}

function totalsOf(releases) {
  const registers = releases.flatMap(release => release.registers)
  const groups = new Map()
  for (const register of registers) {
    const name = JSON.stringify([register.obis, register.unit])
    groups.set(name, [...(groups.get(name) ?? []), register])
  }
  return [...groups].map(([name, of]) => {
    const [obis, unit] = JSON.parse(name)
    return { obis, unit, count: of.length, sum: sumOf(of.map(({ value }) => value)) }
  })
}

/** Counts, sums and hashes each batch that is here whole, and acknowledges it. True when all are as released. */
async function prove(folder, releases, reached) {
  const note = join(folder, 'acknowledged')
  let last = Number(await readFile(note, 'utf8').catch(() => 0))
  let sound = true
  for (;;) {
    const { batches } = JSON.parse(await ask(`/v1/billing/batches?after=${last}&limit=100`))
    for (const { batch } of batches) {
      if (batch.last > reached) return sound
      const own = releases.filter(({ sequence }) => sequence >= batch.first && sequence <= batch.last)
      const hash = createHash('sha256')
        .update(`${batch.previous}\n${lines(own)}`)
        .digest('hex')
      try {
        if (hash !== batch.hash)
          throw new Refused(409, { code: `batch ${batch.id}`, detail: 'is not what was released' })
        await ask(`/v1/billing/batches/${batch.id}/ack`, {
          hash,
          releases: own.length,
          totals: totalsOf(own),
        })
      } catch (error) {
        if (error.status !== 409) throw error
        console.error(error.message)
        sound = false
      }
      last = batch.id
      if (sound) await keep(note, `${last}\n`)
    }
    if (batches.length === 0) return sound
  }
}

if (!gateway || !state || !key) {
  console.error('METERD_KEY=… node examples/pull.mjs URL STATE')
  process.exit(2)
}
try {
  await mkdir(state, { recursive: true })
  // What an earlier run was writing when it was killed.
  for (const name of await namesIn(state, /^\.new-/)) await rm(join(state, name), { recursive: true })
  await claim()
  const { folder, reached } = await pull()
  const releases = await fold(folder)
  // A batch is of all boundaries.
  const proving = at === 'all' ? prove(folder, releases, reached) : Promise.resolve(true)
  const sound = await proving.catch(error => {
    // Batches are of all meters, this key is not.
    if (error.status === 403) return true
    throw error
  })
  if (!sound) process.exitCode = 3
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
