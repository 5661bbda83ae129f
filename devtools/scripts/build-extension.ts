import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { zipSync } from 'fflate'
import { iconSizes, manifest } from '../src/extension/manifest.ts'
import { buildHtml, root } from './build-html.ts'

/**
 * Builds the extension into `dist/chromium` and `dist/firefox`, to be loaded unpacked, and a zip file
 * of each for the stores.
 */
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const chromium = join(root, 'dist/chromium')

await buildHtml('extension', ['devtools-page', 'panel-page', 'evaluator-page'], chromium)

mkdirSync(join(chromium, 'icons'))
for (const size of iconSizes)
  cpSync(join(root, `icons/${size}.png`), join(chromium, `icons/${size}.png`))

for (const browser of ['chromium', 'firefox'] as const) {
  const folder = join(root, 'dist', browser)
  if (folder !== chromium) {
    rmSync(folder, { recursive: true, force: true })
    cpSync(chromium, folder, { recursive: true })
  }
  writeFileSync(
    join(folder, 'manifest.json'),
    `${JSON.stringify(manifest(browser, version), null, 2)}\n`,
  )
  writeFileSync(join(root, `dist/fluxgate-${browser}-${version}.zip`), zip(folder))
}

/** Creates a reproducible archive: equal files give equal bytes. */
function zip(folder: string): Uint8Array {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  const entries = files.map((file) => [relative(folder, file), readFileSync(file)] as const)
  return zipSync(Object.fromEntries(entries), { level: 9, mtime: '2026-01-01T00:00:00Z' })
}
