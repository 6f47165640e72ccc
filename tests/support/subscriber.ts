/** An MQTT consumer that keeps everything it hears, and judges the stream by the numbers alone (oracle O5). */

import mqtt from 'mqtt'

export interface Heard {
  readonly id: string
  readonly sequence: number
  readonly obis: string
  readonly value: string
  readonly quality: string
  readonly meter: string
  readonly version: number
}

export interface Subscriber {
  /** By id; the last announcement of each. */
  readonly byId: ReadonlyMap<string, Heard>
  /** Every sequence number heard, with the id it carried. */
  readonly sequences: ReadonlyMap<number, string>
  readonly status: readonly string[]
  /** Numbers that came twice with another id: never allowed. */
  readonly contradictions: readonly string[]
  /** The first number from 1 that has not come. */
  firstGap(): number
  end(): Promise<void>
}

interface Message {
  readonly epoch: number
  readonly meter: string
  readonly readings: readonly Omit<Heard, 'meter'>[]
}

export async function subscribe(url: string): Promise<Subscriber> {
  const byId = new Map<string, Heard>()
  const sequences = new Map<number, string>()
  const status: string[] = []
  const contradictions: string[] = []
  // A session that outlives its connection, so that a broker that is restarted in good order forgets nothing.
  const client = await mqtt.connectAsync(url, {
    clean: false,
    clientId: `judge-${process.pid}-${sequence++}`,
    reconnectPeriod: 100,
  })
  client.on('message', (topic, payload) => {
    if (topic.endsWith('/status')) return void status.push(payload.toString())
    const message: Message = JSON.parse(payload.toString())
    for (const one of message.readings) {
      const before = sequences.get(one.sequence)
      if (before !== undefined && before !== one.id)
        contradictions.push(`${one.sequence}: ${before} and ${one.id}`)
      sequences.set(one.sequence, one.id)
      byId.set(one.id, { ...one, meter: message.meter })
    }
  })
  await client.subscribeAsync(['meterd/v1/+/+/reading', 'meterd/v1/+/status'], { qos: 1 })
  return {
    byId,
    sequences,
    status,
    contradictions,
    firstGap() {
      let expected = 1
      while (sequences.has(expected)) expected += 1
      return expected
    },
    end: () => client.endAsync(true),
  }
}

let sequence = 0
