import { HttpService } from '@nestjs/axios'
import { Injectable } from '@nestjs/common'
import { firstValueFrom } from 'rxjs'
import { bank } from './circuits'

@Injectable()
export class BankService {
  constructor(private readonly http: HttpService) {}

  @bank.wrap
  async pay(amount: number): Promise<string> {
    const url = `${process.env.BANK_URL}/charges`
    const { data } = await firstValueFrom(this.http.post<{ id: string }>(url, { amount }))
    return data.id
  }
}
