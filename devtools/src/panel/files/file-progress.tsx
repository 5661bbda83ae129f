/** A file that is being read or written. */
export interface FileWork {
  /** `Reading session.json` */
  readonly what: string
  /** From 0 to 1. */
  readonly share: number
}

export function FileProgress({ what, share }: FileWork) {
  return (
    <div className="file-progress" role="status">
      {what} …
      <progress value={share} aria-label={what} />
    </div>
  )
}
