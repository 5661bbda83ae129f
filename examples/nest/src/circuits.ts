import { backoff, CircuitRegistry, failureStreak, LogListener } from '@fluxgate/core'
import { Logger, type Provider } from '@nestjs/common'

const logger = new Logger('circuits')

export const circuits = new CircuitRegistry({
  defaults: {
    tripper: failureStreak(3),
    retry: backoff({ initialMs: 1_000, maxMs: 60_000, jitter: 0.1 }),
    timeoutMs: 2_000,
    listeners: [
      new LogListener({
        logger: { info: (line) => logger.log(line), warn: (line) => logger.warn(line) },
      }),
    ],
  },
})

/** A decorator is evaluated before Nest injects anything: it needs a circuit of its module. */
export const bank = circuits.define('bank')

export const circuitsProvider: Provider = { provide: CircuitRegistry, useValue: circuits }
