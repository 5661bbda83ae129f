import { readdir, readFile } from 'node:fs/promises'
import { extname, join, resolve } from 'node:path'

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

/** The built page: the same folder for the sources and for the built files. */
const folder = resolve(import.meta.dirname, '../../dist/page')

/** Reads the files of the page, by their paths on the server. The page has no subfolders. */
export async function readPageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const files = new Map<string, PageFile>()
  for (const name of await readdir(folder)) {
    const type = types[extname(name)]
    if (type === undefined) continue
    const path = name === 'index.html' ? '/' : `/${name}`
    files.set(path, { type, content: await readFile(join(folder, name)) })
  }
  return files
}
