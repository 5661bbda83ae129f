/** Characters at the end that stay visible: an origin's port or path, the number of a replica. */
const TAIL_LENGTH = 14

/**
 * A name that is cut in its middle when the space is too small. A name that is written from right to
 * left keeps its direction, and does not change the order of the text around it.
 */
export function MiddleTruncated({ text, className = '' }: { text: string; className?: string }) {
  // one line, because rows have a fixed height
  const line = text.replace(/[\t\n\r\u2028\u2029]/g, ' ')
  const cut = line.length > TAIL_LENGTH * 1.5 ? tailStart(line) : line.length
  return (
    <span className={`middle-truncated ${className}`} title={text} dir="auto">
      <span>{line.slice(0, cut)}</span>
      {cut < line.length && <span>{line.slice(cut)}</span>}
    </span>
  )
}

/** Does not divide a surrogate pair. */
function tailStart(line: string): number {
  const start = line.length - TAIL_LENGTH
  return (line.codePointAt(start - 1) ?? 0) > 0xffff ? start - 1 : start
}
