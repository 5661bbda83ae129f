import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { buildHtml, root } from './build-html.ts'

/** Builds the page of `inspect` and `serveDevtools` into `dist/page`. */
const page = join(root, 'dist/page')
await buildHtml('page', ['index'], page)
cpSync(join(root, 'icons/fluxgate.svg'), join(page, 'icon.svg'))
