import type { InspectedWindow } from '../transports/inspected-window.ts'
import { ReconnectingWindow } from '../transports/reconnecting-window.ts'
import { devtools, devtoolsOf } from './devtools-api.ts'

let frame: HTMLIFrameElement | undefined

/** Connects a hidden page of the extension to the inspected page, instead of the one before. */
async function connect(): Promise<InspectedWindow> {
  frame?.remove()
  const created = document.createElement('iframe')
  frame = created
  created.hidden = true
  created.src = 'evaluator-page.html'
  const loaded = new Promise((resolve) => created.addEventListener('load', resolve))
  document.body.append(created)
  await loaded
  return devtoolsOf(created.contentWindow)?.inspectedWindow ?? devtools.inspectedWindow
}

/** `inspectedWindow` of this page, or of a hidden one after a fault of Firefox. */
export const inspectedWindow = new ReconnectingWindow(devtools.inspectedWindow, connect)
