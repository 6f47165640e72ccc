/** `/v1/indicators/points`: where voltages are watched, by area and class, and what is watched nowhere (B-03). */

import { z } from 'zod'
import { METER_CLASSES, USUAL_CLASS } from '../reading/rules/parameters.ts'
import { monitoringPoints } from '../reading/supply/monitoring-points.ts'
import { maySee } from './access.ts'
import type { App } from './app.ts'
import { pageById } from './pages.ts'
import type { ApiParts } from './parts.ts'
import { next, paging } from './shapes.ts'

const meterClass = z.enum(METER_CLASSES)

export const pointsAnswer = z.object({
  areas: z.array(
    z
      .object({
        area: z.string().nullable().meta({ description: 'null: meters that hang on no area' }),
        classes: z.array(
          z.object({
            class: meterClass,
            meters: z.int().meta({ description: 'of this class in the area' }),
            points: z.array(z.string()).meta({ description: 'those whose phase voltages are polled' }),
          }),
        ),
        missing: z.array(meterClass).meta({ description: 'classes that have meters there and no point' }),
      })
      .meta({ id: 'MonitoringPoints' }),
  ),
  next,
})

export function pointRoutes(app: App, { meters, areas }: ApiParts): void {
  const areaOf = new Map(areas.flatMap(({ id, users }) => users.map(user => [user, id] as const)))
  app.get(
    '/v1/indicators/points',
    {
      config: { access: 'read' },
      schema: {
        summary: 'Where voltages are watched, by area and class of meter, and what is watched nowhere',
        tags: ['meters'],
        querystring: z.strictObject(paging),
        response: { 200: pointsAnswer },
      },
    },
    async request => {
      const places = meters
        .filter(({ id }) => maySee(request, id))
        .map(({ id, class: of = USUAL_CLASS, polls }) => ({
          meter: id,
          area: areaOf.get(id) ?? null,
          class: of,
          polled: polls.flatMap(({ points }) => points.map(({ obis }) => obis)),
        }))
      const watched = monitoringPoints(places).map(area => ({ id: area.area ?? '', ...area }))
      const page = pageById(watched, request.query, 'points')
      return {
        areas: page.items.map(({ area, classes, missing }) => ({
          area,
          classes: classes.map(one => ({ ...one, points: [...one.points] })),
          missing: [...missing],
        })),
        next: page.next,
      }
    },
  )
}
