/**
 * Seen: any answer from 200 to 299 took readings off the list of what is owed, also the page of a proxy or of a
 * network that wants a login first.
 */

import { expect, test } from 'vitest'
import { changeOf } from '../../publish/changes.ts'
import { influxAt, serverThat, sinkAt } from '../../publish/influx-support.ts'

test('FT-35 a page with status 200 stores nothing: all stays owed', async () => {
  const port = await serverThat((_request, response) => response.end('<html>Please log in</html>'))
  const { sink } = sinkAt(influxAt(port))
  expect(await sink.deliver([changeOf(1)])).toMatchObject({
    accepted: [],
    rejected: [],
    fault: { code: 'SINK_REFUSED' },
  })
})
