import { cases } from '../../suite/conformance-case.ts'

// The page that browsers run, under a strict Content-Security-Policy.

const { fetch } = globalThis // a case may replace it
const violations: string[] = []
addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sourceFile }) => {
  // browsers request an icon by themselves
  if (effectiveDirective !== 'img-src') {
    violations.push(`${effectiveDirective} forbids ${blockedURI} of ${sourceFile}`)
  }
})

const safety = cases('Safety', {
  'no case violates a strict Content-Security-Policy or Trusted Types': () => {
    if (violations.length > 0) throw new Error(violations.join('\n'))
  },
})

try {
  // a dynamic import, so that its failure is reported
  const { runSuite } = await import('./suite.ts')
  await post('report', JSON.stringify(await runSuite(false, safety)))
} catch (error) {
  await post('error', error instanceof Error ? `${error}\n${error.stack}` : String(error))
}

async function post(path: 'report' | 'error', body: string): Promise<void> {
  await fetch(`/${path}`, { method: 'POST', body })
}
