import { expect, test } from 'vitest'
import { ensureRedis, RedisServer } from './redis-server.ts'

test('starts empty, keeps data while paused, and is empty again after a restart', async () => {
  const server = await RedisServer.start()
  try {
    expect(await server.command('SET', 'key', 'value')).toBe('OK')
    server.pause()
    const answer = server.command('GET', 'key')
    server.resume()
    expect(await answer).toBe('value')
    await server.kill()
    await server.restart()
    expect(await server.command('GET', 'key')).toBe('')
  } finally {
    await server.stop()
  }
  await expect(server.command('PING')).rejects.toThrow('Connection refused')
})

test('says in one line how to install Redis', () => {
  const machine = { env: { PATH: '/usr/bin' }, isExecutable: () => false }
  expect(() => ensureRedis(machine)).toThrow(/^redis-server is not installed: [^\n]*$/)
})
