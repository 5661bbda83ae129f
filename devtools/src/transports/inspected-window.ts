import { noHook } from './frame-client.ts'
import { topFrame } from './transport.ts'

/** The used part of `chrome.devtools.inspectedWindow`. Firefox has no `getResources`. */
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

/** `isError`: the browser could not evaluate. `isException`: the evaluated code threw. */
interface EvalFailure {
  readonly isError?: boolean
  readonly code?: string
  readonly isException?: boolean
  readonly value?: unknown
}

/**
 * Evaluates an expression in a frame. Rejects when it throws; resolves with {@link noHook} when the
 * browser cannot evaluate there.
 *
 * @param url of an iframe, or {@link topFrame}
 */
export function evaluate(
  window: InspectedWindow,
  url: string,
  expression: string,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const options = url === topFrame ? {} : { frameURL: url }
    window.eval(expression, options, (result, failure) => {
      if (failure?.isException === true) reject(new Error(String(failure.value)))
      // the frame was removed, or is loading a document
      else if (failure?.isError === true) resolve(noHook)
      else resolve(result)
    })
  })
}
