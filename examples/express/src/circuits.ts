import { backoff, CircuitRegistry, errorWhere, failureStreak, LogListener } from '@fluxgate/core'
import { PrometheusListener } from '@fluxgate/listeners/prometheus'
import { pino } from 'pino'

export const logger = pino()

export const circuits = new CircuitRegistry({
  defaults: {
    tripper: failureStreak(5),
    retry: backoff({ initialMs: 1_000, maxMs: 60_000, jitter: 0.1 }),
    timeoutMs: 2_000,
    listeners: [new LogListener({ logger, structured: 'pino' }), new PrometheusListener()],
  },
})

export const bank = circuits.define('bank')

// A syntax error is an answer of the database. Lost connections and lack of resources are failures.
const SQLSTATE = /^(?=.*\d)[0-9A-Z]{5}$/
const isFailure = ({ code = '' }: { code?: string }) =>
  !SQLSTATE.test(code) || /^(08|53|57|58|XX)/.test(code)

export const database = circuits.define('database', { tracker: errorWhere(isFailure) })
