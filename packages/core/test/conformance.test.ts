import { conformance } from '@fluxgate/conformance/conformance'
import type { Subject } from '@fluxgate/conformance/subject'
import * as core from '@fluxgate/core'
import * as devtools from '@fluxgate/core/devtools'
import * as fetch from '@fluxgate/core/fetch'
import * as testing from '@fluxgate/core/testing'
import * as view from '@fluxgate/core/view'
import * as openTelemetry from '@fluxgate/listeners/opentelemetry'
import * as prometheus from '@fluxgate/listeners/prometheus'
import * as slack from '@fluxgate/listeners/slack'
import { describe, expect, test, vi } from 'vitest'

// One test for each case, so that a failure names its case and a mutant meets only the cases that reach it.

const isServer = typeof document === 'undefined'
const subject: Subject = {
  core,
  fetch,
  devtools,
  testing,
  view,
  listeners: { openTelemetry, prometheus, slack },
  isServer,
  copy: { core: await secondCopy() },
}

for (const section of new Set(conformance.map(({ section }) => section))) {
  describe(section, () => {
    for (const one of conformance) {
      if (one.section === section) test(one.name, () => one.run(subject))
    }
  })
}

test('every case has its own name', () => {
  const names = conformance.map(({ name }) => name)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})

/** The sources loaded again: in Node by an empty module cache, in a browser by another frame. */
async function secondCopy(): Promise<typeof core> {
  if (isServer) {
    vi.resetModules()
    return await import('@fluxgate/core')
  }
  const frame = document.body.appendChild(document.createElement('iframe'))
  const { contentWindow, contentDocument } = frame
  const script = document.createElement('script')
  script.type = 'module'
  const loaded = new Promise<typeof core>((resolve, reject) => {
    Object.assign(contentWindow as Window, { loaded: resolve })
    script.onerror = () => reject(new Error(`${sources} cannot be loaded`))
  })
  const sources = new URL('../src/index.ts', import.meta.url).href
  script.textContent = `import * as core from ${JSON.stringify(sources)}; window.loaded(core)`
  contentDocument?.head.append(script)
  return loaded
}
