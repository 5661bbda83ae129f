import { CircuitRegistry } from '@fluxgate/core'
import { createFetch } from '@fluxgate/core/fetch'
import { BadGatewayException, Injectable } from '@nestjs/common'

@Injectable()
export class StockService {
  private readonly fetch: typeof fetch

  constructor(circuits: CircuitRegistry) {
    this.fetch = createFetch({ registry: circuits, key: () => 'stock' })
  }

  async count(item: string): Promise<number> {
    const response = await this.fetch(`${process.env.STOCK_URL}/items/${item}`)
    if (!response.ok) throw new BadGatewayException()
    const { count } = await response.json()
    return count
  }
}
