import type { BreakerJson } from '@fluxgate/core'
import { useMemo } from 'react'
import { CodeBlock } from '../ui/code-block.tsx'
import { breakerCode } from './policy-code.ts'

/** The configuration of a circuit as the code that creates it. */
export function Configuration({ config }: { config: BreakerJson | undefined }) {
  const code = useMemo(() => config && breakerCode(config), [config])
  if (code !== undefined) return <CodeBlock code={code} label="Configuration as code" />
  return (
    <p className="note">
      The event with its configuration was lost. Reload the page to receive it again.
    </p>
  )
}
