import { devtoolsKey } from '@fluxgate/core/devtools'
import { noHook, tooLong } from '../transports/frame-client.ts'

/** The longest answer that a process sends, in characters. The panel rejects longer ones. */
const MAX_ANSWER_LENGTH = 20_000_000

/*
 * The code that `inspect` evaluates in a process. Its arguments are JSON.
 *
 * The inspector can interrupt a running function. `setImmediate` defers the code until no function
 * runs, so that it never sees a circuit in the middle of a transition.
 */
const script = `(key, maxLength, answer, args) => new Promise((resolve, reject) => {
  setImmediate(() => {
    try {
      const hook = globalThis[Symbol.for(key)]
      if (typeof hook !== 'object' || hook === null || hook.version !== 1) {
        resolve('${noHook}')
        return
      }
      const text = JSON.stringify(answer(hook, ...args))
      if (typeof text !== 'string') resolve('')
      else resolve(text.length > maxLength ? '${tooLong}' : text)
    } catch (error) {
      reject(error)
    }
  })
})`

const readAnswer = `(hook, url, known, cursor, metrics) => {
  const epoch = String(hook.epoch)
  const answer = epoch === known ? hook.read(cursor, { metrics }) : hook.read(0)
  return { epoch, url, answer }
}`

const commandAnswer = `(hook, known, command) =>
  hook.epoch === known ? hook.command(command) : { ok: false, error: 'the page was reloaded' }`

/** @param args url, epoch, cursor and ids of circuits with metrics */
export const readExpression = (...args: readonly [string, string, number, readonly string[]]) =>
  expression(readAnswer, args)

/** @param args epoch and command */
export const commandExpression = (...args: readonly [string, object]) =>
  expression(commandAnswer, args)

/** Evaluates to the JSON of a `ProcessInfo`. */
export const infoExpression = `JSON.stringify({
  pid: process.pid,
  script: process.argv[1],
  ...(process.env.NODE_ENV === 'production' && {
    productionHost: process.getBuiltinModule?.('os').hostname() ?? 'production',
  }),
})`

function expression(answer: string, args: readonly unknown[]): string {
  const [key, max, json] = [devtoolsKey, MAX_ANSWER_LENGTH, args].map((arg) => JSON.stringify(arg))
  return `(${script})(${key}, ${max}, ${answer}, ${json})`
}
