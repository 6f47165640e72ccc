/** The reference: a socket and a hand-made request per meter, ten values as JSON through mqtt.js, nothing kept, nothing checked. */

import { connect } from 'node:net'
import mqtt from 'mqtt'

const [url = '', every = '100', ports = ''] = process.argv.slice(2)
const client = await mqtt.connectAsync(url)
const REQUEST = Buffer.from('000000000006010400000014', 'hex')
const VALUES = 10

for (const [index, port] of ports.split(',').entries()) {
  const socket = connect({ port: Number(port), host: '127.0.0.1', noDelay: true })
  let transaction = 0
  socket.on('data', reply => {
    const readings = Array.from({ length: VALUES }, (_, at) => ({
      id: `${index}-${at}`,
      sequence: transaction,
      obis: `1-0:${at}.7.0`,
      value: reply.readFloatBE(9 + 4 * at).toFixed(3),
      unit: 'V',
      readAt: new Date().toISOString(),
      receivedAt: new Date().toISOString(),
      kind: 'poll',
      quality: 'good',
      codes: ['2.0.1'],
      version: 1,
    }))
    client.publish(
      `bare/${index}`,
      JSON.stringify({ gateway: 'bare', epoch: 1, meter: `m${index}`, readings }),
      { qos: 1 },
    )
  })
  setInterval(() => {
    transaction = (transaction + 1) & 0xffff
    REQUEST.writeUInt16BE(transaction, 0)
    socket.write(Buffer.from(REQUEST))
  }, Number(every))
}
process.on('SIGTERM', () => process.exit(0))
