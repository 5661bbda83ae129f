import { devtoolsKey } from '@fluxgate/core/devtools'
import { maxAnswerLength } from '../protocol/reading.ts'
import { noHook, type Page, tooLong } from './page.ts'
import { PollingTransport } from './polling-transport.ts'
import { type FrameId, type Transport, topFrame } from './transport.ts'

/** What is used of `chrome.devtools.inspectedWindow`; Firefox has the first of the two. */
export interface InspectedWindow {
  eval(
    expression: string,
    options: { readonly frameURL?: string },
    callback: (result: unknown, failure?: EvalFailure) => void,
  ): void
  getResources?(callback: (resources: readonly Resource[]) => void): void
}

interface Resource {
  readonly url: string
  readonly type?: string
}

/** What went wrong: on the way, or in the page. */
interface EvalFailure {
  readonly isError?: boolean
  readonly code?: string
  readonly isException?: boolean
  readonly value?: unknown
}

const MAX_FRAMES = 20

/**
 * Reads the page that a DevTools panel inspects, by evaluating in it and in its iframes.
 *
 * Iframes are told apart by their URL: of two with the same one, only the first is seen.
 *
 * @param window `chrome.devtools.inspectedWindow`
 * @param options.now Unix ms
 */
export function evalTransport(
  window: InspectedWindow,
  options: { readonly now: () => number },
): Transport {
  return new PollingTransport({
    ...options,
    pageOf: (frame) => evaluatedPage(window, frame),
    iframes: () => iframesOf(window),
  })
}

function evaluatedPage(window: InspectedWindow, frame: FrameId): Page {
  return {
    read: ({ epoch, cursor, metrics }) => ask(window, frame, readAnswer, [epoch, cursor, metrics]),
    command: (epoch, command) => ask(window, frame, commandAnswer, [epoch, command]),
  }
}

/*
 * The only code that the panel has run in a page. Its arguments are JSON, made here. It gives a
 * string: about the length of one not even a hostile page can lie, so that no answer is longer than
 * the panel can bear. The top document is asked as such alone: its address changes without a load, and
 * by its old one it would be found again, as an iframe.
 */
const question = `(key, length, isTop, answer, args) => {
  if (!isTop && globalThis.top === globalThis) return '${noHook}'
  const hook = globalThis[Symbol.for(key)]
  if (typeof hook !== 'object' || hook === null || hook.version !== 1) return '${noHook}'
  const text = JSON.stringify(answer(hook, ...args))
  if (typeof text !== 'string') return ''
  return text.length > length ? '${tooLong}' : text
}`

const readAnswer = `(hook, known, cursor, metrics) => {
  const epoch = String(hook.epoch)
  const url = typeof location === 'object' ? String(location.href).slice(0, 2000) : ''
  const answer = epoch === known ? hook.read(cursor, { metrics }) : hook.read(0)
  return { epoch, url, answer }
}`

const commandAnswer = `(hook, known, command) =>
  hook.epoch === known ? hook.command(command) : { ok: false, error: 'the page was reloaded' }`

async function ask(
  window: InspectedWindow,
  frame: FrameId,
  answer: string,
  args: readonly unknown[],
): Promise<string> {
  const known = [devtoolsKey, maxAnswerLength, frame === topFrame]
  const json = known.map((arg) => JSON.stringify(arg)).join(', ')
  const expression = `(${question})(${json}, ${answer}, ${JSON.stringify(args)})`
  const result = await evaluate(window, frame, expression)
  return typeof result === 'string' ? result : ''
}

function evaluate(window: InspectedWindow, frame: FrameId, expression: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const options = frame === topFrame ? {} : { frameURL: frame }
    window.eval(expression, options, (result, failure) => {
      if (failure?.isException === true) reject(new Error(String(failure.value)))
      // not the page's doing: the frame is gone, or between two documents
      else if (failure?.isError === true) resolve(noHook)
      else resolve(result)
    })
  })
}

async function iframesOf(window: InspectedWindow): Promise<readonly FrameId[]> {
  if (window.getResources === undefined) return []
  const top = await evaluate(window, topFrame, 'location.href')
  const resources = await new Promise<readonly Resource[]>((resolve) =>
    window.getResources?.(resolve),
  )
  const urls = resources
    .filter(({ type = 'document' }) => type === 'document')
    .map(({ url }) => url)
    .filter((url) => /^(https?|file):/.test(url) && url !== top)
  return [...new Set(urls)].slice(0, MAX_FRAMES)
}
