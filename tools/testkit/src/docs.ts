import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { formatWithOptions } from 'node:util'
import { vi } from 'vitest'

const root = resolve(import.meta.dirname, '../../..')

/** A page of documentation. Each of its code blocks marked `ts` or `tsx` is a complete program. */
export class DocsPage {
  readonly snippets: readonly Snippet[]

  /** @param page the Markdown file. Its programs are written to `.results` beside it. */
  constructor(page: URL) {
    this.snippets = writePrograms(fileURLToPath(page), '.results').snippets
  }
}

/** The compiler errors of the programs, with the options of the repository. Empty without errors. */
export function typeErrors(pages: readonly string[]): Promise<string> {
  // not the folder of DocsPage, whose tests may run at the same time
  const folders = pages.map((page) => writePrograms(page, '.results/types').folder)
  const compilerOptions = {
    noUnusedLocals: false,
    noUnusedParameters: false,
    // the names of a program without imports are its own
    moduleDetection: 'force',
  }
  const config = join(root, '.results/docs-tsconfig.json')
  mkdirSync(dirname(config), { recursive: true })
  const options = { extends: '../tsconfig.json', compilerOptions, include: folders, exclude: [] }
  writeFileSync(config, JSON.stringify(options))
  const typescript = createRequire(import.meta.url).resolve('typescript/package.json')
  const tsc = join(dirname(typescript), 'bin/tsc')
  return new Promise((done) => {
    execFile(process.execPath, [tsc, '--project', config], (_, out, err) => done(out + err))
  })
}

/** Writes the programs of a page to a folder of their own in `parent`, beside the page. */
function writePrograms(page: string, parent: string): { folder: string; snippets: Snippet[] } {
  const folder = join(dirname(page), parent, basename(page, '.md'))
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const snippets = parse(readFileSync(page, 'utf8')).map(({ title, language, line, code }) => {
    const file = join(folder, `line-${line}.${language}`)
    // with the line numbers of the page, so that errors point to it
    writeFileSync(file, `${'\n'.repeat(line)}${code}`)
    return new Snippet(title, file, code)
  })
  return { folder, snippets }
}

class Snippet {
  /** The heading above it. */
  readonly title: string
  /** The expected output: the comments after `console.log(…)`, in their order. */
  readonly expected: readonly string[]
  readonly #file: string

  constructor(title: string, file: string, code: string) {
    this.title = title
    this.#file = file
    this.expected = [...code.matchAll(/console\.log\(.*\) \/\/ (.*)/g)].map(
      ([, output]) => output ?? '',
    )
  }

  /** Runs the program and resolves with its exports. */
  load(): Promise<unknown> {
    return import(/* @vite-ignore */ pathToFileURL(this.#file).href)
  }

  /** Runs the program and resolves with its output. */
  async run(): Promise<string[]> {
    const log = vi.spyOn(console, 'log').mockReturnValue()
    try {
      await this.load()
      return log.mock.calls.map((args) => formatWithOptions({ breakLength: Infinity }, ...args))
    } finally {
      log.mockRestore()
    }
  }
}

interface Block {
  title: string
  language: string
  line: number
  code: string
}

function parse(page: string): Block[] {
  const found: Block[] = []
  let title = ''
  let block: Block | undefined
  for (const [index, text] of page.split('\n').entries()) {
    const language = /^```(tsx?)$/.exec(text)?.[1]
    if (block !== undefined && text === '```') {
      found.push(block)
      block = undefined
    } else if (block !== undefined) block.code += `${text}\n`
    else if (language !== undefined) block = { title, language, line: index + 1, code: '' }
    else if (text.startsWith('#')) title = text.replace(/^#+ /, '')
  }
  return found
}
