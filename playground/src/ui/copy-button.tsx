import { useState } from 'react'

/** Copies a text, and says so for two seconds. */
export function CopyButton({ text }: { text: string }) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
    setTimeout(() => setCopied(false), 2_000)
  }
  return (
    <button type="button" className="secondary" onClick={copy}>
      {copied ? 'Copied' : 'Copy'}
    </button>
  )
}
