import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'

/** What is known of the packages that users get: ours, what they stand on, and what the demo runs. */
export type Audit =
  | { readonly findings: readonly string[] }
  /** Nobody could be asked; it says nothing about the packages. */
  | { readonly notRun: string }

interface Report {
  readonly vulnerabilities?: Readonly<Record<string, { severity: string }>>
  readonly message?: string
  readonly error?: { readonly summary?: string }
}

/** Asks the registry, as npm is configured; `registry` is for tests. */
export async function audit(registry?: string): Promise<Audit> {
  const npm = spawn('npm', ['audit', '--omit=dev', '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ...(registry && { npm_config_registry: registry }) },
  })
  const said = await text(npm.stdout)
  const { vulnerabilities, message, error }: Report = JSON.parse(said || '{}')
  if (vulnerabilities === undefined) {
    return { notRun: message || error?.summary || 'npm audit said nothing' }
  }
  const findings = Object.entries(vulnerabilities).map(
    ([name, { severity }]) => `${name}: ${severity}`,
  )
  return { findings }
}

/** What a step exits with that could not be done here; `e2e/tools/verify.ts` shows it as not run. */
const NOT_RUN = 75

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const result = await audit()
  if ('notRun' in result) {
    console.log(`not run: ${result.notRun}`)
    process.exitCode = NOT_RUN
  } else {
    for (const finding of result.findings) console.error(`✗ ${finding}`)
    console.log(`${result.findings.length} vulnerabilities in what users install`)
    process.exitCode = result.findings.length > 0 ? 1 : 0
  }
}
