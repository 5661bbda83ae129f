import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { ensureProgram, onPath, thisMachine } from '@fluxgate/testkit/machine'
import { runPage } from './page-run.ts'
import { runProcess, stopProcess, versionIn } from './process.ts'
import type { Runtime } from './runtime.ts'

/** WebKitGTK's own small browser, where distributions put it: on no PATH, as it is for tests only. */
const folders = [
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/usr/libexec',
  '/usr/lib',
]
const candidates = ['4.1', '4.0'].flatMap((api) =>
  folders.map((folder) => `${folder}/webkit2gtk-${api}/MiniBrowser`),
)

/** Without a graphics card. */
const software = { LIBGL_ALWAYS_SOFTWARE: '1', WEBKIT_DISABLE_COMPOSITING_MODE: '1' }

export const webkitRuntime: Runtime = {
  name: 'webkit',
  async prepare() {
    if (process.platform !== 'linux') {
      throw new Error(`No WebKit to test with on ${process.platform}: WebKitGTK is for Linux only.`)
    }
    const browser = ensureProgram(
      {
        name: 'WebKit',
        debianPackage: 'libwebkit2gtk-4.1-0',
        find: () => candidates.find((path) => thisMachine.isExecutable(path)),
        remedy: "install WebKitGTK's MiniBrowser, as with 'apt-get install libwebkit2gtk-4.1-0'.",
      },
      thisMachine,
    )
    const xvfb = ensureProgram(
      {
        name: 'Xvfb',
        debianPackage: 'xvfb',
        find: () => onPath('Xvfb', thisMachine),
        remedy: "install it, as with 'apt-get install xvfb', so that WebKit has a display.",
      },
      thisMachine,
    )
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

/** A display that nobody sees, on the first free number. */
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
  ended.catch(() => {}) // as it does when it is closed
  const [name] = await Promise.race([number, ended])
  return { name: `:${name.trim()}`, close: () => stopProcess(child) }
}
