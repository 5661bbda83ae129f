import { cases } from '../../suite/conformance-case.ts'

// What browsers run, under the strictest policy that lets it run at all.

const { fetch } = globalThis // a case may put something else in its place
const violations: string[] = []
addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sourceFile }) => {
  // the icon is the browser's own wish
  if (effectiveDirective !== 'img-src') {
    violations.push(`${effectiveDirective} forbids ${blockedURI} of ${sourceFile}`)
  }
})

const safety = cases('Safety', {
  'no case asked for what a strict Content-Security-Policy or Trusted Types forbid': () => {
    if (violations.length > 0) throw new Error(violations.join('\n'))
  },
})

try {
  // not before somebody is there to hear that it failed
  const { runSuite } = await import('./suite.ts')
  await tell('report', JSON.stringify(await runSuite(false, safety)))
} catch (error) {
  await tell('error', error instanceof Error ? `${error}\n${error.stack}` : String(error))
}

async function tell(what: 'report' | 'error', body: string): Promise<void> {
  await fetch(`/${what}`, { method: 'POST', body })
}
