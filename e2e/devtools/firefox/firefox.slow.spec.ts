import { axeSource } from '../../axe.ts'
import { waitForTestPage } from '../wait-until.ts'
import { expect, test } from './fixtures.ts'
import type { RealFirefox } from './real-firefox.ts'

// one browser for the whole file
test.describe.configure({ mode: 'default' })

/** An expression whose value is the object `axe`. */
const axe = `(() => { ${axeSource}; return axe })()`

async function makePayments(firefox: RealFirefox): Promise<void> {
  await waitForTestPage({ evaluate: (script) => firefox.inPage(script) })
  await firefox.inPage(() => {
    const { make, fail, failureStreak, cooldown } = window.page
    make('payments', { tripper: failureStreak(3), retry: cooldown(60_000) })
    fail('payments', 5)
  })
}

test('shows a trip with the values of the rule', async ({ firefox, server }) => {
  await firefox.goto(`${server.origin}/`)
  await makePayments(firefox)
  await expect.poll(() => firefox.status()).toBe('Live')
  await expect.poll(() => firefox.circuits()).toEqual([expect.stringContaining('open')])
  await firefox.selectEntry('closed → open')
  expect(await firefox.rule()).toEqual(['met: failure streak3≥ 3'])
  expect(await firefox.text('.why-sentence')).toContain('failure streak 3 ≥ 3 over 3 calls')
})

test('a command changes the state of the circuit and is confirmed', async ({ firefox, server }) => {
  await firefox.goto(`${server.origin}/`)
  await makePayments(firefox)
  await expect.poll(() => firefox.circuits()).toEqual([expect.stringContaining('open')])
  await firefox.press('Force open')
  await expect.poll(() => firefox.text('.command-status')).toBe('Force open: done')
  expect(await firefox.inPage(() => window.page.circuit('payments').state)).toBe('forced_open')
})

test('a reload begins a new log and keeps the chosen circuit, by name', async ({
  firefox,
  server,
}) => {
  for (let load = 1; load <= 2; load++) {
    await firefox.goto(`${server.origin}/`)
    await makePayments(firefox)
    await firefox.inPage(() => void window.page.make('search'))
    await expect.poll(() => firefox.circuits()).toHaveLength(2)
    await expect
      .poll(() => firefox.log())
      .toEqual([
        expect.stringContaining('payments'),
        expect.stringContaining('closed → open'),
        expect.stringContaining('search'),
      ])
    if (load === 1) await firefox.select('search')
    await expect.poll(() => firefox.text('.inspector-head h2')).toBe('search')
  }
})

test('a page that is loading does not answer, which is not invalid data', async ({
  firefox,
  server,
}) => {
  await firefox.goto(`${server.origin}/`)
  await makePayments(firefox)
  await expect.poll(() => firefox.status()).toBe('Live')
  await firefox.evaluate(() => {
    const texts: string[] = []
    const answers: string[] = []
    Object.assign(window, { seen: { texts, answers } })
    const status = document.querySelector('.status')
    if (status === null) throw new Error('The panel has no status')
    new MutationObserver(() => texts.push(status.textContent ?? '')).observe(status, {
      subtree: true,
      childList: true,
      characterData: true,
    })
    const { inspectedWindow } = Reflect.get(window, 'chrome').devtools
    setInterval(() => {
      inspectedWindow.eval('1 + 1', {}, (result: unknown) => answers.push(String(result)))
    }, 10)
  })
  const seen = () =>
    firefox.evaluate((): { texts: string[]; answers: string[] } => Reflect.get(window, 'seen'))
  for (const path of ['/?slow', '/other?slow', '/?slow']) {
    await firefox.startLoading(server.origin + path)
    const end = path.startsWith('/other') ? 'No Fluxgate on this page' : 'Live'
    await expect.poll(async () => (await seen()).texts.at(-1)).toBe(end)
  }
  const { texts, answers } = await seen()
  // Firefox still answers so while it loads a document
  expect(answers).toContain('undefined')
  expect([...new Set(texts)].filter((text) => /invalid|Unreadable/.test(text))).toEqual([])
})

test('shows the circuits of the top document only, because Firefox does not open iframes to extensions', async ({
  firefox,
  server,
}) => {
  await firefox.goto(`${server.origin}/`)
  await makePayments(firefox)
  const loaded = await firefox.inPage(
    async (sources) => {
      const frames = sources.map((src) => {
        const frame = document.createElement('iframe')
        frame.src = src
        document.body.append(frame)
        return new Promise((done) => frame.addEventListener('load', done))
      })
      await Promise.all(frames)
      const own = window.frames[0]
      if (own === undefined) throw new Error('The page has no iframe')
      while (!('page' in own)) await new Promise((done) => setTimeout(done, 20))
      own.page.make('in an iframe')
      return frames.length
    },
    [`${server.origin}/frame`, `${server.otherOrigin}/frame`],
  )
  expect(loaded).toBe(2)
  await firefox.inPage(() => void window.page.make('after the iframe'))
  await expect
    .poll(() => firefox.circuits())
    .toEqual([expect.stringContaining('payments'), expect.stringContaining('after the iframe')])
  expect(await firefox.status()).toBe('Live')
})

for (const theme of ['light', 'dark'] as const) {
  test(`${theme}: follows the theme of the toolbox; axe finds no violations`, async ({
    firefox,
    server,
  }) => {
    await firefox.goto(`${server.origin}/`)
    await firefox.inPage(() => window.page.outage(40))
    await firefox.setTheme(theme)
    const colors = () =>
      firefox.evaluate(() => {
        const panel = document.querySelector('.panel')
        if (panel === null) throw new Error('The panel is not shown')
        const { backgroundColor, colorScheme } = getComputedStyle(panel)
        const scrollers = [...document.querySelectorAll('.panel *')].filter(
          ({ scrollHeight, clientHeight }) => scrollHeight > clientHeight && clientHeight > 40,
        )
        const scrollbars = new Set(scrollers.map((one) => getComputedStyle(one).scrollbarColor))
        return { backgroundColor, colorScheme, scrollbars: [...scrollbars] }
      })
    await expect.poll(colors).toEqual({
      backgroundColor: theme === 'dark' ? 'rgb(40, 40, 40)' : 'rgb(255, 255, 255)',
      colorScheme: theme,
      // the thumb is readable, and the track shows the background
      scrollbars: [
        `${theme === 'dark' ? 'rgb(176, 181, 188)' : 'rgb(84, 93, 105)'} rgba(0, 0, 0, 0)`,
      ],
    })
    await firefox.press('Legend')
    const { passed, violations } = await firefox.evaluateCode<{
      passed: number
      violations: string[]
    }>(
      `(async () => {
        const { passes, violations } = await ${axe}.run('.panel')
        const found = violations.map(({ id, nodes }) => id + ': ' + nodes[0].html)
        return { passed: passes.length, violations: found }
      })()`,
      60_000,
    )
    await firefox.press('Legend')
    expect(violations).toEqual([])
    expect(passed).toBeGreaterThan(10)
  })
}

test('reads nothing while another tool is shown and misses nothing when shown again', async ({
  firefox,
  server,
}) => {
  await firefox.goto(`${server.origin}/`)
  await firefox.inPage(() => void window.page.make('payments'))
  await expect.poll(() => firefox.circuits()).toEqual([expect.stringContaining('closed')])
  await firefox.hidePanel()
  await firefox.inPage(() => window.page.circuit('payments').forceOpen())
  await firefox.showPanel()
  await expect.poll(() => firefox.circuits()).toEqual([expect.stringContaining('forced open')])
})

test('the in-page panel: axe finds no violations, and a modal dialog does not cover it', async ({
  firefox,
  server,
}) => {
  await firefox.goto(`${server.origin}/inline`)
  await waitForTestPage({ evaluate: (script) => firefox.inPage(script) })
  const inPanel = (selector: string) =>
    firefox.inPage((css) => {
      const root = document.querySelector('fluxgate-devtools')?.shadowRoot
      return root?.querySelector(css)?.textContent ?? ''
    }, selector)
  await firefox.inPage(() => {
    window.page.outage(6)
    const root = document.querySelector('fluxgate-devtools')?.shadowRoot
    root?.querySelector<HTMLElement>('[aria-label="Open Fluxgate devtools"]')?.click()
  })
  await expect.poll(() => inPanel('.incident')).toContain('postgres-primary opened first')
  const violations = await firefox.inPage(async (source) => {
    const { default: axe } = await import(
      `data:text/javascript,${encodeURIComponent(`export default ${source}`)}`
    )
    const results = await axe.run('fluxgate-devtools')
    return results.violations.map(({ id }: { id: string }) => id)
  }, axe)
  expect(violations).toEqual([])
  await firefox.inPage(() => {
    const dialog = document.createElement('dialog')
    dialog.style.cssText = 'width: 100%; height: 100%; max-width: none; max-height: none'
    document.body.append(dialog)
    dialog.showModal()
  })
  await expect
    .poll(() => firefox.inPage(() => document.elementFromPoint(200, innerHeight - 40)?.localName))
    .toBe('fluxgate-devtools')
})
