import { news } from './circuits.js'
import { guardedStream } from './guarded-stream.js'

async function* open(): AsyncGenerator<string> {
  const response = await fetch(process.env.NEWS_URL ?? 'http://localhost:8081')
  if (!response.ok || response.body === null) throw new Error(`status ${response.status}`)
  let rest = ''
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const events = (rest + chunk).split('\n\n')
    rest = events.pop() ?? ''
    for (const event of events) yield event.replace(/^data: /, '')
  }
}

export const streamNews = () => guardedStream(news, open)
