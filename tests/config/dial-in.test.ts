/** Listeners and the lines that are dialled on them: what is right, and the gist of what is wrong. */

import { describe, expect, test } from 'vitest'
import { GOOD, load, loadRight } from './support.ts'

const A = '861234567890123'
const B = '861234567890124'
const at = (dtu: string, port = 9600) => `"tcp-listen://0.0.0.0:${port}?dtu=${dtu}"`

/** Lines by their URLs, the first of them with the meter; and a listener. */
function file(urls: readonly string[], listeners = ''): string {
  const lines = urls.map((url, index) => `{ id: ${index === 0 ? 'a' : `l${index}`}, url: ${url} }`)
  return GOOD.replace(/^lines:.*$/m, `lines: [${lines.join(', ')}]`) + listeners
}

const listener = (keys: string, port = 9600) => `listeners: [{ listen: "0.0.0.0:${port}"${keys} }]\n`

describe('listeners', () => {
  test('one for each port, as written or as usual', async () => {
    const written = listener(
      `, registration: { packet: "'REG:' {dtu} 0D", answer: "'OK'", within: 20s }, heartbeats: [{ packet: FE, every: 60s }], from: ["10.0.0.0/8"]`,
    )
    const { config } = await loadRight(file([at(A), at(B), at(A, 9700)], written))
    expect(config.listeners).toMatchObject([
      {
        port: 9600,
        registration: {
          packet: { before: [0x52, 0x45, 0x47, 0x3a], named: true, after: [0x0d] },
          answer: Uint8Array.of(0x4f, 0x4b),
          withinMs: 20_000,
        },
        heartbeats: [{ packet: { before: [0xfe] }, everyMs: 60_000, answer: null }],
        from: ['10.0.0.0/8'],
        connections: 104,
        perAddress: 104,
      },
      { port: 9700, registration: { packet: { before: [], named: true, after: [] } }, heartbeats: [] },
    ])
    expect(config.lines[0]?.url).toEqual({ kind: 'tcp-listen', host: '0.0.0.0', port: 9600, dtu: A })
  })

  test('a port may belong to whoever dials it', async () => {
    const { config } = await loadRight(file(['"tcp-listen://0.0.0.0:9600"']))
    expect(config.lines[0]?.url).toMatchObject({ dtu: null })
  })

  test('an answer may take 90 s over a slow carrier', async () => {
    const { config } = await loadRight(file([`${at(A)}, replyWithin: 90s`]))
    expect(config.lines[0]?.replyWithinMs).toBe(90_000)
  })

  test.each([
    ['nobody dials it', file([at(A)], listener('', 9700)), /listeners\[0\]\.listen: no line is dialled here/],
    [
      'one port twice',
      file([at(A)], 'listeners: [{ listen: "0.0.0.0:9600" }, { listen: "0.0.0.0:9600" }]\n'),
      /another listener/,
    ],
    [
      'another address',
      file([at(A)], 'listeners: [{ listen: "127.0.0.1:9600" }]\n'),
      /listened on at 127\.0\.0\.1/,
    ],
    ['one identity twice', file([at(A), at(A)]), /already used by the line listed/],
    [
      'identities that begin alike',
      file([at('8612345'), at('86123456')]),
      /begins like the identity of line a/,
    ],
    ['a short identity', file([at('861')]), /identity is 4 to 64 letters/],
    [
      'lines nobody can tell apart',
      file(['"tcp-listen://0.0.0.0:9600"', at(B)]),
      /several lines share port 9600/,
    ],
    [
      'a registration that names nobody',
      file([at(A)], listener(`, registration: { packet: "'HELLO'" }`)),
      /names nobody/,
    ],
    ['text for hex', file([at('86123X')], listener(', registration: { identity: hex }')), /is not hex/],
    [
      'a packet that is none',
      file([at(A)], listener(`, registration: { packet: "'REG" }`)),
      /registration\.packet: .*bytes in hex/,
    ],
    [
      'a heartbeat with open bytes',
      file([at(A)], listener(', heartbeats: [{ packet: "FE .." }]')),
      /exact bytes/,
    ],
    [
      'an answer with open bytes',
      file([at(A)], listener(', registration: { answer: "{dtu}" }')),
      /same bytes for every box/,
    ],
    [
      'no network',
      file([at(A)], listener(', from: ["10.0.0.0/33"]')),
      /from\[0\]: "10\.0\.0\.0\/33" is no network/,
    ],
    [
      'too little time',
      file([at(A)], listener(', registration: { within: 10ms }')),
      /is not from 1s to 120s/,
    ],
  ])('%s', async (_name, text, expected) => {
    const { printed } = await load(text)
    expect(printed).toHaveLength(1)
    expect(printed[0]).toMatch(expected)
  })
})
