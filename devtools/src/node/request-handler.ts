import type { WireAction, WireCommand } from '@fluxgate/core/devtools'
import { type FrameClient, noHook } from '../transports/frame-client.ts'
import { httpPaths } from '../transports/http-transport.ts'
import { type FrameId, topFrame } from '../transports/transport.ts'
import type { PageFile } from './page-files.ts'
import { type DevtoolsRequest, rejectForeign, rejectWithoutToken } from './request-guard.ts'

export interface DevtoolsResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

export interface HandlerOptions {
  readonly token: string
  /** The processes by frame. One process is the top frame. */
  readonly clients: ReadonlyMap<FrameId, FrameClient>
  /** The files of the page by path. Only these can be requested. */
  readonly files: ReadonlyMap<string, PageFile>
}

const commonHeaders = {
  'Cache-Control': 'no-store',
  // the panel adds its styles as adopted style sheets, which need no exception
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
}

/**
 * Answers the requests of the page. The page itself needs no token, because it contains no data: the
 * token is in the fragment of its address, which browsers do not send.
 */
export function requestHandler(options: HandlerOptions) {
  return async (request: DevtoolsRequest): Promise<DevtoolsResponse> => {
    const foreign = rejectForeign(request)
    if (foreign !== undefined) return plain(foreign.status, foreign.text)
    const [path = ''] = request.path.split('?')
    return Object.values<string>(httpPaths).includes(path)
      ? answer(path, request, options)
      : sendFile(path, request.method, options.files)
  }
}

function sendFile(
  path: string,
  method: string,
  files: ReadonlyMap<string, PageFile>,
): DevtoolsResponse {
  const file = files.get(path)
  if (file === undefined) return plain(404, 'There is no such page.')
  if (method !== 'GET') return plain(405, 'Use GET.')
  return respond(200, file.type, file.content)
}

async function answer(
  path: string,
  request: DevtoolsRequest,
  { token, clients }: HandlerOptions,
): Promise<DevtoolsResponse> {
  const unauthorized = rejectWithoutToken(request, token)
  if (unauthorized !== undefined) return plain(unauthorized.status, unauthorized.text)
  if (request.method !== 'POST') return plain(405, 'Use POST.')
  if (path === httpPaths.frames) {
    return plain(200, JSON.stringify([...clients.keys()].filter((id) => id !== topFrame)))
  }
  const body = parseObject(request.body)
  const send = path === httpPaths.read ? parseRead(body) : parseCommand(body)
  if (typeof body?.['frame'] !== 'string' || send === undefined) {
    return plain(400, 'The body of the request is malformed.')
  }
  const client = clients.get(body['frame'])
  if (client === undefined) return plain(200, noHook)
  try {
    return plain(200, await send(client))
  } catch (error) {
    return plain(500, error instanceof Error ? error.message : 'a non-error value')
  }
}

type Body = Readonly<Record<string, unknown>>
type Send = (client: FrameClient) => Promise<string>

function parseObject(json: string): Body | undefined {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}

function parseRead({ epoch, cursor, metrics }: Body = {}): Send | undefined {
  if (typeof epoch !== 'string' || typeof cursor !== 'number' || !isStrings(metrics)) {
    return undefined
  }
  return (client) => client.read({ epoch, cursor, metrics })
}

function parseCommand({ epoch, command }: Body = {}): Send | undefined {
  if (typeof epoch !== 'string' || !isCommand(command)) return undefined
  const { circuit, action } = command
  return (client) => client.command(epoch, { circuit, action })
}

const isStrings = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

const actions: Readonly<Record<WireAction, true>> = {
  reset: true,
  forceOpen: true,
  disable: true,
  metricsOnly: true,
  trip: true,
}

function isCommand(value: unknown): value is WireCommand {
  if (typeof value !== 'object' || value === null) return false
  const { circuit, action }: Body = { ...value }
  return typeof circuit === 'string' && typeof action === 'string' && Object.hasOwn(actions, action)
}

/** @internal Also for errors of the HTTP server. */
export const plain = (status: number, text: string): DevtoolsResponse =>
  respond(status, 'text/plain; charset=utf-8', text)

const respond = (
  status: number,
  type: string,
  body: DevtoolsResponse['body'],
): DevtoolsResponse => ({ status, headers: { ...commonHeaders, 'Content-Type': type }, body })
