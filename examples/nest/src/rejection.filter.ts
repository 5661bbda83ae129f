import { findRejection } from '@fluxgate/core'
import { type ArgumentsHost, Catch } from '@nestjs/common'
import { BaseExceptionFilter } from '@nestjs/core'
import type { Response } from 'express'

/** Also finds a rejection that a client wrapped. */
@Catch()
export class RejectionFilter extends BaseExceptionFilter {
  override catch(error: unknown, host: ArgumentsHost): void {
    const rejection = findRejection(error)
    if (rejection === undefined) {
      super.catch(error, host)
      return
    }
    const response = host.switchToHttp().getResponse<Response>()
    response
      .status(503)
      .set(rejection.headers)
      .json({ statusCode: 503, message: 'try again later' })
  }
}
