import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { type Service, startService } from '../../devtools/test/service.ts'
import { test as base } from './fixtures.ts'

const cli = resolve(import.meta.dirname, '../../devtools/dist/inspect/cli.js')

interface TestFixtures {
  /** Starts a service with the circuits `NAME-open` and `NAME-closed`. */
  readonly startNamed: (name: string, ...args: string[]) => Promise<Service>
  /** Runs the built command; resolves with the address of its page. */
  readonly inspect: (...args: (string | number)[]) => Promise<string>
  /** Errors of the page, and violations of its content security policy. */
  readonly problems: readonly string[]
}

export const test = base.extend<TestFixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from it
  startNamed: async ({}, use) => {
    const services: Service[] = []
    await use(async (name, ...args) => {
      const flags = args.includes('--serve') ? [] : ['--inspect=0']
      const service = await startService(flags, [name, ...args])
      services.push(service)
      return service
    })
    for (const service of services) await service.stop()
  },

  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from it
  inspect: async ({}, use) => {
    const stops: (() => Promise<unknown>)[] = []
    await use(async (...args) => {
      const child = spawn(process.execPath, [cli, 'inspect', ...args.map(String)])
      stops.push(async () => {
        child.kill('SIGINT')
        if (child.exitCode === null) await once(child, 'exit')
      })
      let output = ''
      return new Promise((resolve, reject) => {
        const read = (data: Buffer) => {
          output += data
          const url = /Open (http:\S+)/.exec(output)?.[1]
          if (url !== undefined) resolve(url)
        }
        child.stdout.on('data', read)
        child.stderr.on('data', read)
        child.on('exit', () => reject(new Error(`inspect has ended: ${output}`)))
      })
    })
    for (const stop of stops) await stop()
  },

  problems: async ({ page }, use) => {
    const problems: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text())
    })
    page.on('pageerror', (error) => problems.push(error.message))
    await use(problems)
  },
})

export const circuit = (page: Page, name: string): Locator =>
  page.getByRole('listbox', { name: 'Circuits' }).getByRole('option').filter({ hasText: name })

export { expect } from '@playwright/test'
