import type { ServerResponse } from 'node:http'
import { CircuitRegistry } from '@fluxgate/core'
import { renderToPipeableStream } from 'react-dom/server'
import { Document } from './document.tsx'

export { version } from 'react'

/** Streams the page of a server whose circuit is open, and closes before the late part is sent. */
export function stream(response: ServerResponse, withSnapshots: boolean): void {
  const registry = new CircuitRegistry()
  const circuit = registry.get('payments')
  circuit.trip({ forMs: 60_000 })
  const snapshots = [circuit.snapshot()]
  const sent = withSnapshots ? snapshots : undefined
  let ready = false
  const late = new Promise<void>((done) => {
    setTimeout(() => {
      circuit.reset()
      ready = true
      done()
    }, 500)
  })
  const wait = () => {
    if (!ready) throw late
  }
  const page = <Document registry={registry} snapshots={snapshots} wait={wait} />
  const { pipe } = renderToPipeableStream(page, {
    bootstrapScriptContent: `snapshots = ${JSON.stringify(sent) ?? 'undefined'}`,
    bootstrapScripts: ['/client.js'],
    onShellReady() {
      response.writeHead(200, { 'content-type': 'text/html' })
      pipe(response)
    },
  })
}
