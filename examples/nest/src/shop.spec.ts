import { CircuitRegistry, isCallNotPermitted } from '@fluxgate/core'
import { HttpService } from '@nestjs/axios'
import { Test } from '@nestjs/testing'
import { of, throwError } from 'rxjs'
import { AppModule } from './app.module'
import { BankService } from './bank.service'
import { bank } from './circuits'

describe('BankService', () => {
  const http = { post: jest.fn() }

  async function createService() {
    const testing = Test.createTestingModule({ imports: [AppModule] })
    const module = await testing.overrideProvider(HttpService).useValue(http).compile()
    expect(module.get(CircuitRegistry).get('bank')).toBe(bank)
    return module.get(BankService)
  }

  beforeEach(() => {
    bank.reset()
    http.post.mockReset()
  })

  it('pays through the circuit', async () => {
    http.post.mockReturnValue(of({ data: { id: 'c1' } }))
    expect(await (await createService()).pay(5)).toBe('c1')
    expect(bank.snapshot().metrics.total).toBe(1)
  })

  it('is rejected after three failures, without a request', async () => {
    http.post.mockReturnValue(throwError(() => new TypeError('connect ECONNREFUSED')))
    const service = await createService()
    for (let i = 0; i < 3; i++) await expect(service.pay(5)).rejects.toThrow('ECONNREFUSED')
    const error = await service.pay(5).catch((error: unknown) => error)
    expect(isCallNotPermitted(error)).toBe(true)
    expect(http.post).toHaveBeenCalledTimes(3)
  })

  it('recovers when fake timers reach the retry time', async () => {
    bank.trip()
    jest.useFakeTimers()
    const service = await createService()
    http.post.mockReturnValue(of({ data: { id: 'c1' } }))
    await expect(service.pay(5)).rejects.toThrow()
    jest.advanceTimersByTime(1_200)
    for (let i = 0; i < 3; i++) expect(await service.pay(5)).toBe('c1')
    expect(bank.state).toBe('closed')
    jest.useRealTimers()
  })
})
