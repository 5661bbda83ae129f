import { useEffect, useState } from 'react'
import { copyText } from './copy-text.ts'
import { Icon } from './icon.tsx'

/** Copies a text, and says for a moment what came of it. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [said, say] = useState<string>()

  useEffect(() => {
    if (said === undefined) return
    const timer = setTimeout(() => say(undefined), 1_500)
    return () => clearTimeout(timer)
  }, [said])

  return (
    <button
      type="button"
      className="button copy"
      onClick={async () => say((await copyText(text)) ? 'Copied' : 'Select it and copy by hand')}
    >
      <Icon name="copy" />
      <span aria-live="polite">{said ?? label}</span>
    </button>
  )
}
