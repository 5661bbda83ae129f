import { describe, expect, test } from 'vitest'
import { MemoryStore } from '../testing/memory-store.ts'
import { createFleet } from './create-fleet.ts'
import type { FleetOptions } from './fleet-options.ts'

const create = (options: object) => createFleet(new MemoryStore(), options as FleetOptions)

describe('options of a fleet', () => {
  test.for([
    [{ quorum: 0 }, RangeError, 'fleet: quorum must be a whole number of at least 1, or a share'],
    [{ quorum: 1.5 }, RangeError, 'got 1.5'],
    [{ quorum: Number.NaN }, RangeError, 'got NaN'],
    [{ quorum: '2' }, TypeError, 'got "2"'],
    [{ instance: '' }, RangeError, 'fleet: instance must be letters, digits and .:_-, got ""'],
    [{ instance: '__proto__' }, RangeError, 'got "__proto__"'],
    [{ instance: 7 }, TypeError, 'got 7'],
    [{ leaseMs: 99 }, RangeError, 'fleet: leaseMs must be a number from 100 to 600000, got 99'],
    [{ pollMs: 0 }, RangeError, 'fleet: pollMs'],
    [{ timeoutMs: 60_001 }, RangeError, 'fleet: timeoutMs'],
    [{ retryMs: '1' }, TypeError, 'fleet: retryMs'],
    [{ onError: 1 }, TypeError, 'fleet: onError must be a function, got 1'],
    [{ random: 1 }, TypeError, 'fleet: random'],
    [{ clock: {} }, TypeError, 'fleet: clock must be an object with now() and timestamp(), got {}'],
    [{ clock: null }, TypeError, 'fleet: clock must be an object with now() and timestamp()'],
    [{ instance: Object.create(null) }, TypeError, 'fleet: instance must be'],
    [{ quorom: 3 }, TypeError, 'fleet: each option must be one of quorum, instance'],
    [{ quorom: 3 }, TypeError, 'got "quorom"'],
  ] as const)('%o throws and quotes the value', ([options, ErrorType, message]) => {
    expect(() => create(options)).toThrow(ErrorType)
    expect(() => create(options)).toThrow(message)
  })

  test('accepts a number, a share and no polls', () => {
    for (const options of [{ quorum: 3 }, { quorum: 0.5 }, { pollMs: Number.POSITIVE_INFINITY }]) {
      expect(() => create(options)).not.toThrow()
    }
  })

  test('gives each instance a different id', () => {
    const ids = Array.from({ length: 100 }, () => create({}).instance)
    expect(new Set(ids).size).toBe(100)
    for (const id of ids) expect(id).toMatch(/^i[a-z0-9]+$/)
  })

  test('keeps the id that is given', () => {
    expect(create({ instance: 'checkout-7.eu:1' }).instance).toBe('checkout-7.eu:1')
  })

  test.for([
    [-1, 'refresh: atMostMs must be a number from 0 to 60000, got -1'],
    [Number.NaN, 'got NaN'],
  ] as const)('refresh() refuses atMostMs %d', async ([atMostMs, message]) => {
    await expect(create({}).refresh('payments', { atMostMs })).rejects.toThrow(message)
  })

  test('trip() refuses a time that is not above 0', () => {
    expect(() => create({}).trip('payments', { forMs: 0 })).toThrow('trip: forMs')
  })

  test('once() refuses an object without onSignal', () => {
    expect(() => create({}).once({})).toThrow('once: listener must be a listener with onSignal')
  })

  test('refresh() and trip() name the option that is missing', async () => {
    const fleet = create({})
    const refreshed = Reflect.apply(fleet.refresh, fleet, ['payments'])
    await expect(refreshed).rejects.toThrow('refresh: atMostMs must be a number')
    const trip = () => Reflect.apply(fleet.trip, fleet, ['payments'])
    expect(trip).toThrow('trip: forMs must be a number')
  })

  test.for([5, '', undefined, {}])('commands refuse the name %o', (name) => {
    const fleet = create({})
    for (const command of [fleet.forceOpen, fleet.disable, fleet.metricsOnly, fleet.reset]) {
      const move = () => Reflect.apply(command, fleet, [name])
      expect(move).toThrow('fleet: name must be a non-empty string')
    }
  })

  test.for([undefined, {}, 'redis://'])('createFleet() refuses the store %o', (store) => {
    const make = () => Reflect.apply(createFleet, undefined, [store])
    expect(make).toThrow('fleet: store must be an object with exchange()')
  })

  test('does not quote a text that may be a URL with a password', () => {
    expect(() => Reflect.apply(create, undefined, ['redis://user:secret@host'])).toThrow(
      'fleet: options must be an object, got "string"',
    )
  })
})
