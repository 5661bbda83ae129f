import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { ensureProgram, onPath, thisMachine } from '@fluxgate/testkit/program'
import { runPage } from './page-run.ts'
import { runProcess, stopProcess, versionIn } from './process.ts'
import type { Runtime } from './runtime.ts'

/** The places of WebKitGTK's MiniBrowser. Distributions do not put it on the PATH. */
const folders = [
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/usr/libexec',
  '/usr/lib',
]
const candidates = ['4.1', '4.0'].flatMap((api) =>
  folders.map((folder) => `${folder}/webkit2gtk-${api}/MiniBrowser`),
)

/** Renders without a graphics card. */
const software = { LIBGL_ALWAYS_SOFTWARE: '1', WEBKIT_DISABLE_COMPOSITING_MODE: '1' }

export const webkitRuntime: Runtime = {
  name: 'webkit',
  async prepare() {
    if (process.platform !== 'linux') {
      throw new Error(`WebKit is not available on ${process.platform}: WebKitGTK needs Linux`)
    }
    const browser = ensureProgram({
      name: 'WebKit',
      find: () => candidates.find((path) => thisMachine.isExecutable(path)),
      install: "install WebKitGTK's MiniBrowser, as with 'apt-get install libwebkit2gtk-4.1-0'",
    })
    const xvfb = ensureProgram({
      name: 'Xvfb',
      find: () => onPath('Xvfb'),
      install: "install it, as with 'apt-get install xvfb': WebKit needs a display",
    })
    const display = await openDisplay(xvfb)
    const env = { ...software, DISPLAY: display.name }
    const version = await runProcess(browser, ['--version'], { env }).finally(display.close)
    return {
      version: versionIn(version),
      run: (project) => runPage(project, (url) => open(browser, xvfb, url)),
    }
  },
}

async function open(browser: string, xvfb: string, url: string): Promise<() => Promise<void>> {
  const display = await openDisplay(xvfb)
  const env = { ...process.env, ...software, DISPLAY: display.name }
  const child = spawn(browser, ['--private', url], { env, stdio: 'ignore' })
  return async () => {
    await stopProcess(child)
    await display.close()
  }
}

/** A virtual display with the first free number. */
async function openDisplay(xvfb: string): Promise<{ name: string; close(): Promise<void> }> {
  const child = spawn(
    xvfb,
    ['-displayfd', '3', '-screen', '0', '1024x768x24', '-nolisten', 'tcp'],
    {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    },
  )
  const number = once((child.stdio[3] as Readable).setEncoding('utf8'), 'data')
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`Xvfb ended with ${code}`)
  })
  ended.catch(() => {}) // expected after close()
  const [name] = await Promise.race([number, ended])
  return { name: `:${name.trim()}`, close: () => stopProcess(child) }
}
