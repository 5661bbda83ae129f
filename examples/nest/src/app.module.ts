import { HttpModule } from '@nestjs/axios'
import { Module } from '@nestjs/common'
import { APP_FILTER } from '@nestjs/core'
import { BankService } from './bank.service'
import { circuitsProvider } from './circuits'
import { RejectionFilter } from './rejection.filter'
import { ShopController } from './shop.controller'
import { StockService } from './stock.service'

@Module({
  imports: [HttpModule],
  controllers: [ShopController],
  providers: [
    circuitsProvider,
    BankService,
    StockService,
    { provide: APP_FILTER, useClass: RejectionFilter },
  ],
})
export class AppModule {}
