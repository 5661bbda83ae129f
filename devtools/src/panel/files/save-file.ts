/** Has the browser save a text, given in pieces, under a name. */
export function saveFile(name: string, pieces: Blob[]): void {
  const url = URL.createObjectURL(new Blob(pieces, { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // not at once: the download has only been asked for
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
