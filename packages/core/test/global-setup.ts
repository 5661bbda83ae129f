import { FlakyServer } from '@fluxgate/testkit/http/flaky-server'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** The origins of two flaky servers. Tests in a browser cannot start servers. */
    origins: readonly [string, string]
  }
}

/** Runs in Node beside the tests, also beside those in a browser. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const servers = await Promise.all([FlakyServer.start(), FlakyServer.start()])
  project.provide('origins', [servers[0].origin, servers[1].origin])
  return async () => {
    await Promise.all(servers.map((server) => server.close()))
  }
}
