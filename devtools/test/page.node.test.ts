import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

const page = resolve(import.meta.dirname, '../dist/page')

test('the page of inspect and serveDevtools is at most 150 kB with gzip', () => {
  const bytes = readdirSync(page).map((name) => gzipSync(readFileSync(join(page, name))).length)
  const kB = bytes.reduce((sum, size) => sum + size, 0) / 1_000
  expect(kB).toBeLessThanOrEqual(150)
  // a smaller size means that the build is incomplete
  expect(kB).toBeGreaterThan(60)
})

test('the page has no inline script or style, which its content security policy forbids', () => {
  const html = readFileSync(join(page, 'index.html'), 'utf8')
  expect(html).not.toMatch(/<style|style=|<script(?![^>]*src=)| on\w+=/)
  expect(html).toMatch(/<script type="module"[^>]* src="\.\/index\.js">/)
})
