import { devtoolsKey } from '@fluxgate/core/devtools'
import { maxAnswerLength } from '../protocol/reading.ts'
import { type FrameClient, noHook, tooLong } from './frame-client.ts'
import { FrameFinder, framesAtSameUrl } from './frame-finder.ts'
import { evaluate, type InspectedWindow } from './inspected-window.ts'
import { PollingTransport } from './polling-transport.ts'
import { type FrameId, type Transport, topFrame } from './transport.ts'

/**
 * Reads the page that a DevTools panel inspects, by evaluating in it and in its iframes.
 *
 * The browser finds an iframe by its URL, and of several with the same one only the first. But they
 * are of one origin: so that one is asked for the others, which are `URL 2`, `URL 3`, …
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
    pageOf: (frame) => evaluatedPage(window, frame),
    iframes: () => finder.find(),
  })
}

function evaluatedPage(window: InspectedWindow, frame: FrameId): FrameClient {
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
const question = `(key, length, place, answer, args) => {
  const frame = place === 0 ? globalThis : (${framesAtSameUrl})()[place - 1]
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

async function ask(
  window: InspectedWindow,
  frame: FrameId,
  answer: string,
  args: readonly unknown[],
): Promise<string> {
  const [url = '', place = '1'] = frame.split(' ')
  const known = [devtoolsKey, maxAnswerLength, frame === topFrame ? 0 : Number(place)]
  const json = known.map((arg) => JSON.stringify(arg)).join(', ')
  const expression = `(${question})(${json}, ${answer}, ${JSON.stringify(args)})`
  const result = await evaluate(window, url, expression)
  return typeof result === 'string' ? result : ''
}
