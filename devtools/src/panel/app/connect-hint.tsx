import { CodeBlock } from '../ui/code-block.tsx'

const connectCode = `import { devtoolsListener } from '@fluxgate/core/devtools'

new CircuitBreaker({ name: 'payments', listeners: [devtoolsListener()] })`

/** Explains how to connect circuits to the devtools. */
export function ConnectHint() {
  return (
    <div className="connect-hint">
      <p>Add this listener to each circuit, or to the defaults of your registry:</p>
      <CodeBlock code={connectCode} label="Code that connects an app" />
      <p>The panel checks again by itself. You do not have to reload the page.</p>
    </div>
  )
}
