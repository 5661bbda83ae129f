import type { OnLock, TabChannel, TabScope } from '../../src/tabs/tab-scope.ts'

/** A browser of one origin: storage, locks and channels that its tabs share. */
export class FakeBrowser {
  readonly stored = new Map<string, string>()
  readonly channels = new Set<FakeChannel>()
  readonly locks = new Map<string, FakeTab>()
  /** Whether the channels lose all messages. */
  losesMessages = false

  openTab(): FakeTab {
    return new FakeTab(this)
  }

  /** All messages that were sent. */
  readonly sent: string[] = []
}

/** The window of one tab. */
export class FakeTab implements TabScope {
  readonly document = {}
  readonly BroadcastChannel: new (
    name: string,
  ) => TabChannel
  readonly navigator
  lockRequests = 0
  storageIsDenied = false
  #hasCrashed = false
  readonly #browser: FakeBrowser
  readonly #listeners = new Map<string, () => void>()
  readonly #channels = new Set<FakeChannel>()

  constructor(browser: FakeBrowser) {
    this.#browser = browser
    const track = (channel: FakeChannel) => this.#channels.add(channel)
    this.BroadcastChannel = class extends FakeChannel {
      constructor(name: string) {
        super(name, browser)
        track(this)
      }
    }
    const request = this.#request.bind(this)
    this.navigator = { locks: { request } }
  }

  get localStorage(): Pick<Storage, 'getItem' | 'setItem'> {
    if (this.storageIsDenied) throw new DOMException('denied', 'SecurityError')
    const { stored } = this.#browser
    return {
      getItem: (key) => stored.get(key) ?? null,
      setItem: (key, value) => void stored.set(key, value),
    }
  }

  get openChannels(): number {
    return [...this.#channels].filter((channel) => this.#browser.channels.has(channel)).length
  }

  get holdsLock(): boolean {
    return [...this.#browser.locks.values()].includes(this)
  }

  addEventListener(type: string, listener: () => void): void {
    this.#listeners.set(type, listener)
  }

  /** The page enters the back-forward cache. */
  hide(): void {
    this.#listeners.get('pagehide')?.()
  }

  show(): void {
    this.#listeners.get('pageshow')?.()
  }

  /** The process of the tab ends. */
  crash(): void {
    this.#hasCrashed = true
    for (const channel of this.#channels) channel.close()
    for (const [name, holder] of this.#browser.locks) {
      if (holder === this) this.#browser.locks.delete(name)
    }
  }

  async #request(
    name: string,
    options: { readonly ifAvailable: boolean },
    onLock: OnLock,
  ): Promise<void> {
    this.lockRequests++
    if (!options.ifAvailable) throw new Error('a tab must not wait for a lock')
    await undefined
    if (this.#hasCrashed) return
    const { locks } = this.#browser
    if (locks.has(name)) {
      await onLock(null)
      return
    }
    locks.set(name, this)
    await onLock({ name })
    if (locks.get(name) === this) locks.delete(name)
  }
}

class FakeChannel implements TabChannel {
  onmessage: ((event: MessageEvent) => void) | null = null
  readonly #name: string
  readonly #browser: FakeBrowser

  constructor(name: string, browser: FakeBrowser) {
    this.#name = name
    this.#browser = browser
    browser.channels.add(this)
  }

  postMessage(data: string): void {
    if (!this.#browser.channels.has(this)) throw new DOMException('closed', 'InvalidStateError')
    this.#browser.sent.push(data)
    if (this.#browser.losesMessages) return
    for (const channel of this.#browser.channels) {
      if (channel === this || channel.#name !== this.#name) continue
      queueMicrotask(() => {
        const isOpen = this.#browser.channels.has(channel)
        if (isOpen) channel.onmessage?.(new MessageEvent('message', { data }))
      })
    }
  }

  close(): void {
    this.#browser.channels.delete(this)
  }
}
