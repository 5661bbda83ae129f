interface StrayEvent {
  readonly reason?: unknown
  readonly error?: unknown
  preventDefault(): void
}

// What only some runtimes have; the types of one would promise it for all.
interface Runtime {
  addEventListener?(type: string, ear: (event: StrayEvent) => void): void
  removeEventListener?(type: string, ear: (event: StrayEvent) => void): void
  readonly process?: {
    on?(type: string, ear: (error: unknown) => void): unknown
    off?(type: string, ear: (error: unknown) => void): unknown
  }
}

const runtime = globalThis as Runtime

/** Collects rejections and errors that nobody caught, where the runtime can tell. */
export class StrayErrors {
  #errors: unknown[] = []

  readonly #keep = (error: unknown) => void this.#errors.push(error)

  readonly #keepEvent = (event: StrayEvent) => {
    event.preventDefault() // some runtimes would end the process
    this.#keep(event.reason ?? event.error)
  }

  constructor() {
    runtime.addEventListener?.('unhandledrejection', this.#keepEvent)
    runtime.addEventListener?.('error', this.#keepEvent)
    runtime.process?.on?.('unhandledRejection', this.#keep)
    runtime.process?.on?.('uncaughtException', this.#keep)
  }

  /** Those since the last time somebody asked. */
  take(): unknown[] {
    const errors = this.#errors
    this.#errors = []
    return errors
  }

  stop(): void {
    runtime.removeEventListener?.('unhandledrejection', this.#keepEvent)
    runtime.removeEventListener?.('error', this.#keepEvent)
    runtime.process?.off?.('unhandledRejection', this.#keep)
    runtime.process?.off?.('uncaughtException', this.#keep)
  }
}
