/** The documentation page in a real browser: it renders under its own policy and asks nobody else for anything. */

import { chromium } from 'playwright-core'
import { expect, test } from 'vitest'
import { testApi } from '../support/api.ts'
import { requireService } from '../support/services.ts'

const chrome = requireService('chromium')

test.skipIf(chrome.missing)(
  `ST-30 /docs shows every route, breaks no policy, calls no other host${chrome.note}`,
  async () => {
    const { app } = await testApi()
    const origin = await app.listen({ host: '127.0.0.1', port: 0 })
    const browser = await chromium.launch({ executablePath: chrome.path, args: ['--no-sandbox'] })
    try {
      const page = await browser.newPage()
      const complaints: string[] = []
      const hosts = new Set<string>()
      page.on('console', message => {
        if (message.type() === 'error') complaints.push(message.text())
      })
      page.on('pageerror', error => complaints.push(error.message))
      page.on('request', request => {
        const url = new URL(request.url())
        if (url.protocol !== 'data:') hosts.add(url.origin)
      })
      await page.goto(`${origin}/docs`)
      await page.waitForSelector('[data-path="/v1/billing/reads"]', { timeout: 90_000 })
      expect(await page.locator('.opblock').count()).toBeGreaterThan(8)
      expect(complaints).toEqual([])
      expect([...hosts]).toEqual([origin])
    } finally {
      await browser.close()
    }
  },
  120_000,
)
