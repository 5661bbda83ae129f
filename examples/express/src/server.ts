import { app, pool } from './app.js'
import { circuits, logger } from './circuits.js'

const server = app.listen(Number(process.env.PORT ?? 3000), () => logger.info('listening'))

process.once('SIGTERM', () => {
  logger.info('stopping')
  // waits for the requests that are under way
  server.close(async () => {
    await pool.end()
    await Promise.all([...circuits].map((circuit) => circuit.flush({ timeoutMs: 2_000 })))
    logger.info('stopped')
  })
})
