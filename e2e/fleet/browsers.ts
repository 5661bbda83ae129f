import { browserArgs, ensureBrowser } from '@fluxgate/testkit/browser'
import { ensureProgram, onPath } from '@fluxgate/testkit/program'
import puppeteer, { type Browser } from 'puppeteer-core'

/**
 * The browsers under test. Puppeteer drives both, because Playwright needs a Firefox of its own.
 * Background tabs run at full speed, as far as the browser lets a test decide, and the back-forward cache is on.
 */
export const browsers = {
  Chromium: () =>
    puppeteer.launch({
      executablePath: ensureBrowser(),
      args: browserArgs,
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
    }),
  Firefox: () =>
    puppeteer.launch({
      browser: 'firefox',
      executablePath: ensureProgram({
        name: 'Firefox',
        find: () => onPath('firefox-esr') ?? onPath('firefox'),
        install: "install it, as with 'apt-get install firefox-esr'; it must be on the PATH",
      }),
      extraPrefsFirefox: {
        'dom.min_background_timeout_value': 4,
        'dom.min_background_timeout_value_without_budget_throttling': 4,
        'dom.timeout.enable_budget_timer_throttling': false,
        'fission.bfcacheInParent': true,
        'browser.sessionhistory.max_total_viewers': 8,
      },
    }),
} satisfies Record<string, () => Promise<Browser>>
