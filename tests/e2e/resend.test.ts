/** A broker that lost its memory is sent everything once more, with the daemon running or not. */

import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { runMeterd, testDaemon, until } from '../support/daemon.ts'
import { FEEDERS, play } from '../support/meters.ts'
import { startMosquitto } from '../support/mosquitto.ts'
import { requireService } from '../support/services.ts'
import { subscribe } from '../support/subscriber.ts'

const mosquitto = requireService('mosquitto')

let undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.reverse()) await one()
  undo = []
})

describe.skipIf(mosquitto.missing)(`a broker without memory${mosquitto.note}`, () => {
  test('PR-12 resend --from brings back what it acknowledged and lost: 0 missing, same ids', async () => {
    const { simulator, lines, meters } = await play([FEEDERS])
    const broker = await startMosquitto({ persistence: false })
    const daemon = await testDaemon({ lines, meters, mqtt: { url: broker.url } })
    undo = [() => simulator.stop(), () => broker.stop(), () => daemon.dispose()]
    const file = join(daemon.folder, 'gateway.yaml')
    const resend = (...asked: string[]) =>
      runMeterd(['resend', '--sink', 'mqtt', ...asked, '--json', '--config', file])

    expect(await resend('--from', '1')).toMatchObject({ code: 1, err: expect.stringContaining('no store') })
    const first = await subscribe(broker.url)
    undo.push(() => first.end())
    await daemon.start()
    await until(() => first.firstGap() > 60)
    const held = new Map(first.sequences)

    // With the daemon, through its door; the consumer is a new one that has seen nothing.
    const second = await subscribe(broker.url)
    undo.push(() => second.end())
    const asked = await resend('--from', '1')
    expect(asked.code, asked.err).toBe(0)
    expect(JSON.parse(asked.out)).toMatchObject({ sink: 'mqtt', cursor: 0, parked: null })
    await until(() => second.firstGap() > 60)
    for (const [sequence, id] of held) expect(second.sequences.get(sequence)).toBe(id)
    expect(await resend('--parked')).toMatchObject({
      code: 0,
      out: expect.stringContaining('"accepted":0'),
    })
    expect(await resend('--from', '999999')).toMatchObject({
      code: 1,
      err: expect.stringContaining('ASK_INVALID'),
    })

    // Without it, on the store; the next start sends.
    await daemon.stop()
    expect(await resend('--parked')).toMatchObject({
      code: 1,
      err: expect.stringContaining('start it first'),
    })
    const third = await subscribe(broker.url)
    undo.push(() => third.end())
    const moved = await resend('--from', '11')
    expect(moved.code, moved.err).toBe(0)
    expect(JSON.parse(moved.out)).toMatchObject({ cursor: 10 })
    expect(third.sequences.size).toBe(0)
    await daemon.start()
    await until(() => third.sequences.size > 60)
    expect(Math.min(...third.sequences.keys())).toBe(11)
    for (const [sequence, id] of held) if (sequence > 10) expect(third.sequences.get(sequence)).toBe(id)
    expect([...first.contradictions, ...second.contradictions, ...third.contradictions]).toEqual([])
  })
})

test('resend used wrongly says how', async () => {
  for (const [args, words] of [
    [['--from', '1', '--data', 'x'], 'which sink'],
    [['--sink', 'mqtt', '--data', 'x'], '--from N or --parked'],
    [['--sink', 'mqtt', '--from', '1', '--parked', '--data', 'x'], '--from N or --parked'],
    [['--sink', 'mqtt', '--from', '0', '--data', 'x'], 'whole number'],
    [['--sink', 'mqtt', '--from', '1'], '--config FILE or --data DIR'],
  ] as const)
    expect(await runMeterd(['resend', ...args])).toMatchObject({
      code: 2,
      err: expect.stringContaining(words),
    })
})
