import { createServer, type ServerResponse } from 'node:http'
import { isCallNotPermitted } from '@fluxgate/core'
import { anthropic, circuits, openai } from './models.js'

async function askOpenai(question: string): Promise<string> {
  const { choices } = await openai.chat.completions.create({
    model: 'gpt-5',
    messages: [{ role: 'user', content: question }],
  })
  return choices[0]?.message.content ?? ''
}

async function askAnthropic(question: string): Promise<string> {
  const { content } = await anthropic.messages.create({
    model: 'claude-sonnet-4-5',
    max_tokens: 1_000,
    messages: [{ role: 'user', content: question }],
  })
  return content.map((block) => (block.type === 'text' ? block.text : '')).join('')
}

/** Uses the other model while the circuit of the first one is open. */
async function ask(question: string): Promise<string> {
  try {
    return await askOpenai(question)
  } catch (error) {
    if (!isCallNotPermitted(error)) throw error
    return askAnthropic(question)
  }
}

const stream = circuits.define('openai stream')

async function pipe(question: string, response: ServerResponse): Promise<void> {
  const ticket = stream.acquire({ timeoutMs: Number.POSITIVE_INFINITY })
  try {
    const chunks = await openai.chat.completions.create({
      model: 'gpt-5',
      messages: [{ role: 'user', content: question }],
      stream: true,
    })
    for await (const { choices } of chunks) response.write(choices[0]?.delta.content ?? '')
    ticket.success()
  } catch (error) {
    ticket.failure(error)
    throw error
  } finally {
    ticket.release()
  }
}

const server = createServer(async ({ url = '/' }, response) => {
  const { pathname } = new URL(url, 'http://localhost')
  try {
    if (pathname === '/ask') response.end(await ask('?'))
    else if (pathname === '/openai') response.end(await askOpenai('?'))
    else if (pathname === '/anthropic') response.end(await askAnthropic('?'))
    else if (pathname === '/stream') {
      await pipe('?', response)
      response.end()
    } else {
      response.end(JSON.stringify(Array.from(circuits, (circuit) => circuit.snapshot())))
    }
  } catch (error) {
    if (response.headersSent) response.destroy()
    else response.writeHead(isCallNotPermitted(error) ? 503 : 502).end(String(error))
  }
})
server.listen(Number(process.env.PORT ?? 3000))
