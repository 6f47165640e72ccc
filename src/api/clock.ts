/** `/v1/clock`: whether the gateway's own clock is believed, and a person's word that it is right (PR-31). */

import { z } from 'zod'
import { isoWithOffset } from '../core/time.ts'
import type { App } from './app.ts'
import { deedOf } from './deed.ts'
import type { ApiParts } from './parts.ts'
import { nothing, time } from './shapes.ts'

const answer = z
  .object({ now: time, trusted: z.boolean() })
  .meta({ id: 'Clock', description: 'readings are held apart while `trusted` is false' })

export function clockRoutes(app: App, { status, trustClock, clock, site, store }: ApiParts): void {
  const show = () => ({
    now: isoWithOffset(clock.now(), site.offsetMinutes),
    trusted: status().timeTrusted,
  })
  app.get(
    '/v1/clock',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'What the clock of the gateway shows, and whether it is believed',
        tags: ['operations'],
        querystring: nothing,
        response: { 200: answer },
      },
    },
    async () => show(),
  )
  if (!trustClock) return
  app.post(
    '/v1/clock/trust',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'A person has compared the clock and says that it is right',
        description: 'Polls stamped later than now are put in doubt.',
        tags: ['operations'],
        querystring: nothing,
        response: { 200: answer },
      },
    },
    async request => {
      const told = { at: clock.now(), action: 'clock.trusted', subject: 'clock', facts: {} }
      await store.journalAdd(deedOf(request, told))
      trustClock()
      return show()
    },
  )
}
