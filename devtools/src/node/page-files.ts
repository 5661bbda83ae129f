import { readdir, readFile } from 'node:fs/promises'
import { extname } from 'node:path'

export interface PageFile {
  /** The media type. */
  readonly type: string
  readonly content: Uint8Array
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** The built page, beside this folder in the package. */
const folder = new URL('../page/', import.meta.url)

/** Reads the files of the page, by their paths on the server. The page has no subfolders. */
export async function readPageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const files = new Map<string, PageFile>()
  for (const name of await readdir(folder)) {
    const type = types[extname(name)]
    if (type === undefined) continue
    const path = name === 'index.html' ? '/' : `/${name}`
    files.set(path, { type, content: await readFile(new URL(name, folder)) })
  }
  return files
}
