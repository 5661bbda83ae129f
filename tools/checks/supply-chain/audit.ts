import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'

/** Known vulnerabilities of the packages, their dependencies and those of the demo. */
export type Audit =
  | { readonly findings: readonly string[] }
  /** The registry did not answer the audit. */
  | { readonly notRun: string }

interface Report {
  readonly vulnerabilities?: Readonly<Record<string, { severity: string }>>
  readonly message?: string
  readonly error?: { readonly summary?: string }
}

/** Runs `npm audit`. Tests pass a `registry`; the default is that of npm's configuration. */
export async function audit(registry?: string): Promise<Audit> {
  const npm = spawn('npm', ['audit', '--omit=dev', '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ...(registry && { npm_config_registry: registry }) },
  })
  const output = await text(npm.stdout)
  const { vulnerabilities, message, error }: Report = JSON.parse(output || '{}')
  if (vulnerabilities === undefined) {
    return { notRun: message || error?.summary || 'npm audit wrote no report' }
  }
  const findings = Object.entries(vulnerabilities).map(
    ([name, { severity }]) => `${name}: ${severity}`,
  )
  return { findings }
}

/** The exit code of a step that could not run here. tools/checks/verify.ts shows it as not run. */
const NOT_RUN = 75

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const result = await audit()
  if ('notRun' in result) {
    console.log(`not run: ${result.notRun}`)
    process.exitCode = NOT_RUN
  } else {
    for (const finding of result.findings) console.error(`✗ ${finding}`)
    console.log(`${result.findings.length} vulnerabilities in the dependencies of users`)
    process.exitCode = result.findings.length > 0 ? 1 : 0
  }
}
