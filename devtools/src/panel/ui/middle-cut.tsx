/** Characters at the end that stay visible: an origin's port or path, the number of a replica. */
const TAIL_LENGTH = 14

/** A name that is cut in its middle when the space is too small. */
export function MiddleCut({ text, className = '' }: { text: string; className?: string }) {
  const cut = text.length > TAIL_LENGTH * 1.5 ? text.length - TAIL_LENGTH : text.length
  return (
    <span className={`middle-cut ${className}`} title={text}>
      <span>{text.slice(0, cut)}</span>
      {cut < text.length && <span>{text.slice(cut)}</span>}
    </span>
  )
}
