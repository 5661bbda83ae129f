import { errorType, failureStreak, isCallNotPermitted } from '@fluxgate/core'
import { PrometheusListener } from '@fluxgate/listeners/prometheus'
import { Registry } from 'prom-client'
import { circuits, pay } from './payments'

const succeed = async () => 'paid'
const fail = () => Promise.reject(new TypeError('connect ECONNREFUSED'))

afterEach(() => {
  jest.useRealTimers()
  circuits.clear()
})

test('calls through a closed circuit', async () => {
  expect(await pay(succeed)).toBe('paid')
})

test('is rejected while the circuit is open', async () => {
  circuits.get('payments').forceOpen()
  const error = await pay(succeed).catch((error: unknown) => error)
  expect(isCallNotPermitted(error)).toBe(true)
})

test('recovers when fake timers, installed later, reach the retry time', async () => {
  for (let i = 0; i < 3; i++) await expect(pay(fail)).rejects.toThrow('ECONNREFUSED')
  jest.useFakeTimers()
  await expect(pay(succeed)).rejects.toThrow('"payments" is open')
  jest.advanceTimersByTime(30_000)
  expect(await pay(succeed)).toBe('paid')
})

test("matches errors of Jest's own realm", async () => {
  const payments = circuits.get('strict', {
    tracker: errorType(TypeError),
    tripper: failureStreak(1),
  })
  await payments.call(fail).catch(() => {})
  expect(payments.state).toBe('open')
})

test('counts for Prometheus', async () => {
  const registry = new Registry()
  const listener = new PrometheusListener({ registry })
  await circuits.get('measured', { listeners: [listener] }).call(succeed)
  expect(await registry.metrics()).toMatch(
    /calls_total\{circuit_name="measured",outcome="success"\} 1/,
  )
})
