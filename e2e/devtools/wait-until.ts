import { expect } from '@playwright/test'

const TIMEOUT_MS = 20_000
const POLL_MS = 50

/** A page or a frame, of Playwright or puppeteer. */
interface Document {
  evaluate(script: () => boolean): Promise<boolean>
}

/**
 * Waits until the condition is true, by default for 20 s. An error counts as false, because a document
 * may be loading.
 *
 * Replaces `waitForFunction`, which polls by animation frames: Chromium stops these in hidden pages,
 * and in cross-origin frames outside of the viewport.
 */
export async function waitUntil(
  condition: () => Promise<boolean>,
  timeoutMs = TIMEOUT_MS,
): Promise<void> {
  await expect(async () => {
    expect(await condition()).toBe(true)
  }).toPass({ timeout: timeoutMs, intervals: [POLL_MS] })
}

/** Waits for `window.page`, through which tests control a document. */
export function waitForTestPage(document: Document): Promise<void> {
  return waitUntil(() => document.evaluate(() => 'page' in window))
}
