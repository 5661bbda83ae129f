export type { DevtoolsServer } from './devtools-server.ts'
export { type ServeDevtoolsOptions, serveDevtools } from './serve-devtools.ts'
