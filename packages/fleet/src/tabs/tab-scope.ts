/** The parts of `window` that a tab uses. All may be missing, and each access may throw. */
export interface TabScope {
  /** Only a page has a document. Without it, circuits are not shared, and no error is reported. */
  readonly document?: object | undefined
  readonly localStorage?: Pick<Storage, 'getItem' | 'setItem'> | undefined
  readonly BroadcastChannel?: (new (name: string) => TabChannel) | undefined
  readonly navigator?: { readonly locks?: TabLocks | undefined } | undefined
  addEventListener?(type: 'pagehide' | 'pageshow', listener: () => void): void
}

/** A `BroadcastChannel`. */
export interface TabChannel {
  onmessage: ((event: MessageEvent) => void) | null
  postMessage(message: string): void
  close(): void
}

/** `navigator.locks`. */
export interface TabLocks {
  request(
    name: string,
    options: { readonly ifAvailable: boolean },
    callback: OnLock,
  ): Promise<unknown>
}

/** Receives the lock, or null when another tab has it. The tab holds it until the promise settles. */
export type OnLock = (lock: object | null) => Promise<void> | undefined
