import { CodeBlock } from '../ui/code-block.tsx'

const connectCode = `import { devtoolsListener } from '@fluxgate/core/devtools'

new CircuitBreaker({ name: 'payments', listeners: [devtoolsListener()] })`

/** What to do where no circuit tells of itself. */
export function ConnectHint() {
  return (
    <div className="connect-hint">
      <p>Give each circuit, or the defaults of your registry, one more listener:</p>
      <CodeBlock code={connectCode} label="Code that connects an app" />
      <p>The panel asks again by itself; nothing has to be reloaded.</p>
    </div>
  )
}
