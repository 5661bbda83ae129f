import { noHook } from './frame-client.ts'
import { topFrame } from './transport.ts'

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

/**
 * What the expression gives in a frame; rejects when it throws.
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
      // not the page's doing: the frame is gone, or between two documents
      else if (failure?.isError === true) resolve(noHook)
      else resolve(result)
    })
  })
}
