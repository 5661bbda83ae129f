import * as core from '@fluxgate/core'
import { devtoolsListener } from '@fluxgate/core/devtools'
import * as fetching from '@fluxgate/core/fetch'
import type { Copy } from './copies.ts'

// One installed copy of the package. Bundled more than once, it is several in one page.

const copy: Copy = { ...core, ...fetching, devtoolsListener }
window.copies = [...(window.copies ?? []), copy]
