import { runSuite } from './suite.ts'

// The Worker of workerd. Every request runs the suite.

export default {
  async fetch(): Promise<Response> {
    return Response.json(await runSuite(true))
  },
}
