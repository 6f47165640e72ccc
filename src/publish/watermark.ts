/**
 * What consumers say over MQTT: how far they have stored what they were sent (PR-12). An acknowledgement of the broker
 * says that it has a message, not that anybody kept it; this closes the loop. Nothing else is accepted over MQTT.
 */

import * as z from 'zod'
import type { Log } from '../core/log.ts'
import type { Heard } from './mqtt-connection.ts'

export interface Watermark {
  readonly epoch: number
  /** Everything of the epoch up to this number is stored. */
  readonly sequence: number
}

export interface WatermarkParts {
  readonly topic: string
  /** Ours; numbers of another say nothing about what we sent. */
  readonly epoch: number
  /**
   * Of each that is right. `isState`: kept by the broker from before we connected, not said now; it may be of any age,
   * so it tells how far the consumer once was, and is no reason to send anything again.
   */
  readonly onWatermark: (said: Watermark, isState: boolean) => void
  readonly log: Log
}

const LONGEST_BYTES = 256

const SHAPE = z.strictObject({ epoch: z.int().min(1), sequence: z.int().min(0) })

/** Takes what the broker has for us; what is wrong is said once until something right comes, and ignored. */
export function createWatermark({ topic, epoch, onWatermark, log }: WatermarkParts): (heard: Heard) => void {
  let isWrong = false
  return heard => {
    if (heard.topic !== topic) return
    const said = parse(heard.payload)
    const why = typeof said === 'string' ? said : wrongEpoch(said, epoch)
    if (typeof said === 'string' || why !== null) {
      if (!isWrong)
        log.warn(
          { sinkId: 'mqtt' },
          `mqtt: ignored what came on ${topic}: ${why}; it takes {"epoch":${epoch},"sequence":N}`,
        )
      isWrong = true
      return
    }
    isWrong = false
    onWatermark(said, heard.retained)
  }
}

/** The watermark, or what is wrong with it, without repeating it: anybody may have written it. */
function parse(payload: Buffer): Watermark | string {
  if (payload.length > LONGEST_BYTES) return `${payload.length} bytes are too many`
  let json: unknown
  try {
    json = JSON.parse(payload.toString('utf8'))
  } catch {
    return 'it is not JSON'
  }
  const parsed = SHAPE.safeParse(json)
  return parsed.success ? parsed.data : 'it does not hold a whole epoch and sequence, and nothing else'
}

function wrongEpoch(said: Watermark, epoch: number): string | null {
  return said.epoch === epoch ? null : `it is of epoch ${said.epoch}, and this is epoch ${epoch}`
}
