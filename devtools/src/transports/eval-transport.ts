import { devtoolsKey } from '@fluxgate/core/devtools'
import { maxAnswerLength } from '../protocol/reading.ts'
import { type FrameClient, noAnswer, noHook, tooLong } from './frame-client.ts'
import { FrameFinder, framesAtSameUrl } from './frame-finder.ts'
import { evaluate, type InspectedWindow } from './inspected-window.ts'
import { PollingTransport } from './polling-transport.ts'
import { type FrameId, type Transport, topFrame } from './transport.ts'

/**
 * Reads the page that a DevTools panel inspects, by evaluating code in it and in its iframes.
 *
 * The browser addresses an iframe by its URL, and finds only the first of several with one URL.
 * Those share an origin, so the first one gives access to the others: `URL 2`, `URL 3`, …
 *
 * @param window `chrome.devtools.inspectedWindow`
 * @param options.now Unix ms
 */
export function evalTransport(
  window: InspectedWindow,
  options: { readonly now: () => number },
): Transport {
  const finder = new FrameFinder(window)
  return new PollingTransport({
    ...options,
    clientFor: (frame) => evalClient(window, frame),
    iframes: () => finder.find(),
  })
}

function evalClient(window: InspectedWindow, frame: FrameId): FrameClient {
  return {
    read: ({ epoch, cursor, metrics }) =>
      request(window, frame, readAnswer, [epoch, cursor, metrics]),
    command: (epoch, command) => request(window, frame, commandAnswer, [epoch, command]),
  }
}

/*
 * The only code that the panel evaluates in a page. Its arguments are JSON, built by `request`. It
 * returns a string, because even a hostile page cannot fake the length of a string: so the length
 * of an answer is bounded. The top document has `position` 0 instead of a URL: its URL can change
 * without a load, and the old URL would find the document again, as an iframe.
 */
const script = `(key, length, position, answer, args) => {
  const frame = position === 0 ? globalThis : (${framesAtSameUrl})()[position - 1]
  const hook = frame?.[Symbol.for(key)]
  if (typeof hook !== 'object' || hook === null || hook.version !== 1) return '${noHook}'
  const text = JSON.stringify(answer(hook, frame, ...args))
  if (typeof text !== 'string') return ''
  return text.length > length ? '${tooLong}' : text
}`

const readAnswer = `(hook, frame, known, cursor, metrics) => {
  const epoch = String(hook.epoch)
  const url = frame.location ? String(frame.location.href).slice(0, 2000) : ''
  const answer = epoch === known ? hook.read(cursor, { metrics }) : hook.read(0)
  return { epoch, url, answer }
}`

const commandAnswer = `(hook, frame, known, command) =>
  hook.epoch === known ? hook.command(command) : { ok: false, error: 'the page was reloaded' }`

async function request(
  window: InspectedWindow,
  frame: FrameId,
  answer: string,
  args: readonly unknown[],
): Promise<string> {
  const [url = '', position = '1'] = frame.split(' ')
  const parameters = [devtoolsKey, maxAnswerLength, frame === topFrame ? 0 : Number(position)]
  const json = parameters.map((arg) => JSON.stringify(arg)).join(', ')
  const expression = `(${script})(${json}, ${answer}, ${JSON.stringify(args)})`
  const result = await evaluate(window, url, expression)
  // the script returns a string in every case, so another value is not its result
  return typeof result === 'string' ? result : noAnswer
}
