import type { BreakerJson } from '@fluxgate/core'
import { useMemo } from 'react'
import { CodeBlock } from '../ui/code-block.tsx'
import { breakerCode } from './policy-code.ts'

/** A circuit's configuration as the code that makes it. */
export function Configuration({ config }: { config: BreakerJson | undefined }) {
  const code = useMemo(() => config && breakerCode(config), [config])
  if (code !== undefined) return <CodeBlock code={code} label="Configuration as code" />
  return (
    <p className="note">
      The event that told of its configuration was lost. Reload the page to hear it again.
    </p>
  )
}
