import axios, { isAxiosError } from 'axios'
import express, { type ErrorRequestHandler } from 'express'
import pg from 'pg'
import { register } from 'prom-client'
import { bank, circuits, database, logger } from './circuits.js'

const bankApi = axios.create({ baseURL: process.env.BANK_URL })

export const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL })
pool.on('error', (error) => logger.error(error, 'an idle connection was lost'))

// keeps the types of pool.query
const query = database.wrap(pool.query.bind(pool))

export const app = express()
app.use(express.json())

app.post('/payments', async (request, response) => {
  const { data } = await bank.call(({ signal }) =>
    bankApi.post<{ id: string }>('/charges', request.body, { signal }),
  )
  response.status(201).json({ paid: data.id })
})

app.get('/orders/:id', async (request, response) => {
  const { rows } = await query<{ id: string }>('select id from orders where id = $1', [
    request.params.id,
  ])
  if (rows[0] === undefined) response.status(404).json({ error: 'no such order' })
  else response.json(rows[0])
})

// for people: why is a circuit in its state?
app.get('/health', (_request, response) => {
  response.json(
    [...circuits].map((circuit) => {
      const { name, state, reason, permitted } = circuit.snapshot()
      return { name, state, reason, permitted }
    }),
  )
})

// for the load balancer: `permitted`, because an open circuit changes its state with the next call
app.get('/ready', (_request, response) => {
  response.sendStatus(database.snapshot().permitted ? 200 : 503)
})

app.get('/metrics', async (_request, response) => {
  response.type(register.contentType).send(await register.metrics())
})

const onError: ErrorRequestHandler = (error, _request, response, next) => {
  if (isAxiosError(error)) response.status(502).json({ error: 'the bank does not answer' })
  else next(error) // a rejection has `status` and `headers`, which Express uses
}
app.use(onError)
