import { runSuite } from './suite.ts'

// What workerd runs: every request is a run. Workers are servers.

export default {
  async fetch(): Promise<Response> {
    return Response.json(await runSuite(true))
  },
}
