import { CircuitRegistry } from '@fluxgate/core'
import { Body, Controller, Get, Param, Post } from '@nestjs/common'
import { BankService } from './bank.service'
import { StockService } from './stock.service'

@Controller()
export class ShopController {
  constructor(
    private readonly bank: BankService,
    private readonly stock: StockService,
    private readonly circuits: CircuitRegistry,
  ) {}

  @Post('payments')
  async pay(@Body() { amount }: { amount: number }) {
    return { paid: await this.bank.pay(amount) }
  }

  @Get('stock/:item')
  async count(@Param('item') item: string) {
    return { item, count: await this.stock.count(item) }
  }

  @Get('health')
  health() {
    return Array.from(this.circuits, ({ name, state }) => ({ name, state }))
  }
}
