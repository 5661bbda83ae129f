/** The progress of reading or writing a file. */
export interface FileWork {
  /** `Reading session.json` */
  readonly label: string
  /** From 0 to 1. */
  readonly progress: number
}

export function FileProgress({ label, progress }: FileWork) {
  return (
    <div className="file-progress" role="status">
      {label} …
      <progress value={progress} aria-label={label} />
    </div>
  )
}
