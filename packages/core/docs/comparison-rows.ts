import { readFileSync } from 'node:fs'

/** The left cells of a table of coming-from.md without backticks, except of parts without counterpart. */
export function rowsOf(library: string): string[] {
  const page = readFileSync(new URL('./coming-from.md', import.meta.url), 'utf8')
  const section = page.split(/^## /m).find((text) => text.startsWith(`${library}\n`)) ?? ''
  const rows = [...section.matchAll(/^\| (.*?) \| (.*) \|$/gm)]
  return rows
    .filter(([, left, right]) => left !== library && !right?.startsWith('no counterpart'))
    .map(([, left = '']) => left.replaceAll('`', ''))
}
