import { useEffect, useState } from 'react'
import { copyText } from './copy-text.ts'
import { Icon } from './icon.tsx'

/** Copies a text, and shows the result for a moment. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [result, setResult] = useState<string>()

  useEffect(() => {
    if (result === undefined) return
    const timer = setTimeout(() => setResult(undefined), 1_500)
    return () => clearTimeout(timer)
  }, [result])

  return (
    <button
      type="button"
      className="button copy"
      onClick={async () =>
        setResult((await copyText(text)) ? 'Copied' : 'Copying failed: select the text')
      }
    >
      <Icon name="copy" />
      <span aria-live="polite">{result ?? label}</span>
    </button>
  )
}
