import { CircuitRegistry, type Snapshot } from '@fluxgate/core'
import { hydrateRoot } from 'react-dom/client'
import { Document } from './document.tsx'

declare global {
  var snapshots: readonly Snapshot[] | undefined
}

const registry = new CircuitRegistry()
registry.define('payments')
hydrateRoot(
  document,
  <Document registry={registry} snapshots={globalThis.snapshots} wait={() => {}} />,
)
