/** An MQTT broker that does to each message what a test wants, byte by byte; it shares nothing with a real one. */

import { createServer, type Socket } from 'node:net'
import mqttPacket, { type IConnectPacket, type IPublishPacket, type Packet } from 'mqtt-packet'

export interface Session {
  readonly connect: IConnectPacket
  /** Every PUBLISH that came, in order. */
  readonly published: IPublishPacket[]
  send(packet: Packet): void
  /** Cuts the connection without a word. */
  drop(): void
}

export interface EvilBroker {
  readonly url: string
  /** In the order of their coming. */
  readonly sessions: readonly Session[]
  stop(): Promise<void>
}

export interface Evil {
  /** A PUBLISH other than of the status, which is acknowledged; what is not done here is not done. */
  onPublish(session: Session, packet: IPublishPacket): void
  /** Fields of the CONNACK beside those of a plain welcome. */
  readonly connack?: object
  /** What a SUBSCRIBE is answered with. */
  readonly granted?: number
  readonly answersPing?: () => boolean
  /** Knows MQTT 3.1.1 alone. */
  readonly isOld?: boolean
}

export async function startEvilBroker({
  onPublish,
  connack,
  isOld,
  granted = 1,
  answersPing = () => true,
}: Evil): Promise<EvilBroker> {
  const sessions: Session[] = []
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    const parser = mqttPacket.parser({ protocolVersion: 4 })
    let session: Session | null = null
    parser.on('error', () => socket.destroy())
    parser.on('packet', packet => {
      if (packet.cmd === 'connect') session = welcome(packet, socket)
      else if (session !== null) answer(session, packet)
    })
    socket.on('data', bytes => void parser.parse(bytes))
  })

  function welcome(connect: IConnectPacket, socket: Socket): Session {
    const protocolVersion = connect.protocolVersion ?? 4
    const session: Session = {
      connect,
      published: [],
      send(packet) {
        if (!socket.destroyed) socket.write(mqttPacket.generate(packet, { protocolVersion }))
      },
      drop: () => socket.destroy(),
    }
    if (isOld && protocolVersion === 5) {
      socket.end(mqttPacket.generate({ cmd: 'connack', returnCode: 1, sessionPresent: false }))
      return session
    }
    const code = protocolVersion === 5 ? { reasonCode: 0 } : { returnCode: 0 }
    session.send({ cmd: 'connack', sessionPresent: false, ...code, ...connack })
    sessions.push(session)
    return session
  }

  function answer(session: Session, packet: Packet): void {
    if (packet.cmd === 'pingreq' && answersPing()) session.send({ cmd: 'pingresp' })
    if (packet.cmd === 'subscribe')
      session.send({ cmd: 'suback', messageId: packet.messageId ?? 0, granted: [granted] })
    if (packet.cmd !== 'publish') return
    session.published.push(packet)
    if (packet.topic.endsWith('/status')) acknowledge(session, packet)
    else onPublish(session, packet)
  }

  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `mqtt://127.0.0.1:${port}`,
    sessions,
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

export function acknowledge(session: Session, { messageId = 0 }: IPublishPacket, reasonCode = 0): void {
  session.send({ cmd: 'puback', messageId, reasonCode })
}
