import { Redis } from 'ioredis'
import { cache } from './circuits.js'

const redis = new Redis(process.env.REDIS_URL ?? 'redis://localhost', {
  // fail instead of waiting for a connection: the circuit decides when to try again
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  retryStrategy: () => 200,
})
redis.on('error', () => {}) // each command reports it

/** A cache that is down misses. */
export const read = cache.wrap(redis.get.bind(redis), { fallback: () => null })
export const write = cache.wrap((key: string, value: string) => redis.set(key, value, 'EX', 60))
/** Fails for a key that holds no list: an answer. */
export const push = cache.wrap((key: string, value: string) => redis.rpush(key, value))
