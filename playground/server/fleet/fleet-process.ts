import { redisFleet } from '@fluxgate/fleet/redis'
import { Redis } from 'ioredis'
import { FleetInstance, type Origins } from './fleet-instance.ts'

/** What the process receives as its argument, in JSON. */
export interface ProcessSettings {
  readonly name: string
  readonly redisUrl: string
  readonly prefix: string
  readonly origins: Origins
}

const STATUS_EVERY_MS = 200

// An instance in a process of its own. It sends its status to the playground's server, and ends with it.

const settings: ProcessSettings = JSON.parse(process.argv[2] ?? '{}')
const { name, redisUrl, prefix, origins } = settings
// commands fail while Redis is unreachable: the fleet tries again by itself
const client = new Redis(redisUrl, { enableOfflineQueue: false, maxRetriesPerRequest: 0 })
client.on('error', () => {})
const instance = new FleetInstance(name, redisFleet({ client, prefix, quorum: 2 }), origins)
process.on('message', (isActive) => instance.setActive(isActive === true))
process.on('disconnect', () => process.exit())
setInterval(() => process.connected && process.send?.(instance.status), STATUS_EVERY_MS)
