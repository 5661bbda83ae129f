/** Downloads a JSON text, given as parts, as a file with this name. */
export function saveFile(name: string, parts: Blob[]): void {
  const url = URL.createObjectURL(new Blob(parts, { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // the download starts asynchronously and still needs the URL
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
