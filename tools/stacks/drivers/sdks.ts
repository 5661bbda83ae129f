import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually, request, statuses } from '../http.ts'
import type { Stack } from '../stack.ts'
import { answer, type Behaviour, fail, Service } from '../stub-services/service.ts'

const completion = (content: string) =>
  answer({
    id: 'c1',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-5',
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
  })

const message = (text: string) =>
  answer({
    id: 'm1',
    type: 'message',
    role: 'assistant',
    model: 'claude',
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 1, output_tokens: 1 },
  })

/** Streams words as OpenAI does, then ends as requested. */
const words =
  (list: readonly string[], end: 'done' | 'reset'): Behaviour =>
  async (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    for (const content of list) {
      const chunk = {
        id: 'c1',
        object: 'chat.completion.chunk',
        choices: [{ index: 0, delta: { content } }],
      }
      response.write(`data: ${JSON.stringify(chunk)}\n\n`)
      await sleep(20)
    }
    if (end === 'done') response.end('data: [DONE]\n\n')
    else response.destroy()
  }

export const sdks: Stack = {
  name: 'sdks',
  packages: ['openai', '@anthropic-ai/sdk'],
  async run(run) {
    await run.scripts('types', 'build')
    const openai = await Service.start(run, completion('from OpenAI'))
    const anthropic = await Service.start(run, message('from Anthropic'))
    const env = {
      OPENAI_API_KEY: 'key',
      OPENAI_BASE_URL: `${openai.url}/v1`,
      ANTHROPIC_API_KEY: 'key',
      ANTHROPIC_BASE_URL: anthropic.url,
    }
    const { url } = await run.start('node', ['dist/server.js'], { env })
    const get = (path: string) => request(`${url}${path}`)
    const circuit = async (name: string) => {
      const circuits: { name: string; state: string; metrics: { failures: number } }[] = JSON.parse(
        (await get('/circuits')).text,
      )
      return circuits.find((one) => one.name === name)
    }

    await run.test('OpenAI: answers through the guarded fetch', async () => {
      assert.equal((await get('/openai')).text, 'from OpenAI')
      assert.equal(openai.requests[0]?.url, '/v1/chat/completions')
    })

    await run.test('OpenAI: an answer of 400 is not a failure', async () => {
      openai.behaviour = fail(400)
      assert.deepEqual(await statuses(4, () => get('/openai')), [502, 502, 502, 502])
      assert.equal((await circuit('openai'))?.state, 'closed')
    })

    await run.test('OpenAI: fails at once while the circuit is open', async () => {
      openai.behaviour = fail(503)
      assert.deepEqual(await statuses(3, () => get('/openai')), [502, 502, 502])
      const sent = await openai.countDuring(async () => {
        const started = performance.now()
        assert.equal((await get('/openai')).status, 503)
        assert.ok(performance.now() - started < 300)
      })
      assert.equal(sent, 0)
    })

    await run.test('uses Anthropic while the circuit of OpenAI is open', async () => {
      assert.equal((await get('/ask')).text, 'from Anthropic')
    })

    await run.test('OpenAI: recovers with three probes', async () => {
      openai.behaviour = completion('back')
      await eventually(
        () => get('/openai'),
        ({ status }) => status === 200,
      )
      assert.deepEqual(await statuses(3, () => get('/openai')), [200, 200, 200])
      assert.equal((await circuit('openai'))?.state, 'closed')
    })

    await run.test("Anthropic: keeps the SDK's retry for a failure", async () => {
      anthropic.behaviour = fail(529)
      const sent = await anthropic.countDuring(() => get('/anthropic'))
      assert.equal(sent, 2)
    })

    await run.test(
      'Anthropic: fails at once while the circuit is open, without a retry',
      async () => {
        await get('/anthropic')
        assert.equal((await circuit('anthropic'))?.state, 'open')
        const sent = await anthropic.countDuring(async () => {
          const started = performance.now()
          assert.match((await get('/anthropic')).text, /503/)
          assert.ok(performance.now() - started < 300)
        })
        assert.equal(sent, 0)
      },
    )

    await run.test('streams an answer', async () => {
      openai.behaviour = words(['a', 'b', 'c'], 'done')
      assert.equal((await get('/stream')).text, 'abc')
      assert.equal((await circuit('openai stream'))?.metrics.failures, 0)
    })

    await run.test('counts a stream that breaks off as a failure of its ticket', async () => {
      openai.behaviour = words(['a', 'b'], 'reset')
      await assert.rejects(get('/stream'))
      assert.equal((await circuit('openai stream'))?.metrics.failures, 1)
    })
  },
}
