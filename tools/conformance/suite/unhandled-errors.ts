interface ErrorEvent {
  readonly reason?: unknown
  readonly error?: unknown
  preventDefault(): void
}

// APIs that only some runtimes have, so all are optional.
interface Runtime {
  addEventListener?(type: string, callback: (event: ErrorEvent) => void): void
  removeEventListener?(type: string, callback: (event: ErrorEvent) => void): void
  readonly process?: {
    on?(type: string, callback: (error: unknown) => void): unknown
    off?(type: string, callback: (error: unknown) => void): unknown
  }
}

const runtime = globalThis as Runtime

/** Collects uncaught errors and unhandled rejections, where the runtime reports them. */
export class UnhandledErrors {
  #errors: unknown[] = []

  readonly #keep = (error: unknown) => void this.#errors.push(error)

  readonly #keepEvent = (event: ErrorEvent) => {
    event.preventDefault() // some runtimes would exit
    this.#keep(event.reason ?? event.error)
  }

  constructor() {
    runtime.addEventListener?.('unhandledrejection', this.#keepEvent)
    runtime.addEventListener?.('error', this.#keepEvent)
    runtime.process?.on?.('unhandledRejection', this.#keep)
    runtime.process?.on?.('uncaughtException', this.#keep)
  }

  /** The errors since the last call. */
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
