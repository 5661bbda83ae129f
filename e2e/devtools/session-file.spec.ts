import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from './fixtures.ts'

test('an exported session shows the same after import and is read-only', async ({ open, real }) => {
  const folder = await mkdtemp(join(tmpdir(), 'fluxgate-'))
  try {
    const { page, driver } = await open('/')
    await page.evaluate(() => {
      const { make, fail, failureStreak, cooldown } = window.page
      make('payments', { tripper: failureStreak(3), retry: cooldown(60_000) })
      make('search')
      fail('payments', 9)
    })
    await expect.poll(() => driver.circuits()).toHaveLength(2)
    await driver.selectEntry('closed → open')
    const shown = async () => ({
      names: (await driver.circuits()).map((text) =>
        text.replace(/ ?(probes in )?(\d+ s|1 min)/, ''),
      ),
      log: await driver.log(),
      rule: await driver.rule(),
    })
    const before = await shown()

    await real.saveDownloadsIn(folder)
    await driver.press('Export as JSON')
    const saved = () => readdir(folder)
    await expect.poll(saved).toEqual([expect.stringMatching(/^fluxgate-[\dT-]+Z\.json$/)])
    const file = join(folder, String((await saved())[0]))

    const input = await driver.frame.$('input[type=file]')
    await input?.uploadFile(file)
    await expect.poll(() => driver.status()).toContain('read-only')
    await driver.selectEntry('closed → open')
    expect((await shown()).log).toEqual(before.log)
    expect((await shown()).rule).toEqual(before.rule)
    const nameAndState = (text: string) => text.split(/[ –]/)[0]
    expect((await shown()).names.map(nameAndState)).toEqual(before.names.map(nameAndState))
    // a file has no controls
    expect(await driver.text('.controls')).toBe('')

    // a file without metrics says that there are none
    const { epochs, ...rest } = JSON.parse(await readFile(file, 'utf8'))
    const unmeasured = epochs.map((epoch: { events: { type: string }[] }) => ({
      ...epoch,
      events: epoch.events.filter(({ type }) => type !== 'metrics'),
    }))
    const other = join(folder, 'unmeasured.json')
    await writeFile(other, JSON.stringify({ ...rest, epochs: unmeasured }, undefined, 2))
    await (await driver.frame.$('input[type=file]'))?.uploadFile(other)
    await expect.poll(() => driver.status()).toContain('unmeasured.json')
    await expect.poll(() => driver.text('.why')).toContain('Its metrics were never measured.')

    await driver.press('Close the file')
    await expect.poll(() => driver.status()).toContain('Live')
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('reports a file that is not a session', async ({ open }, testInfo) => {
  const { driver } = await open('/bare')
  const file = testInfo.outputPath('shopping.json')
  await writeFile(file, '["bread"]')
  const input = await driver.frame.$('input[type=file]')
  await input?.uploadFile(file)
  await expect
    .poll(() => driver.text('[role=alert]'))
    .toContain('shopping.json: this file is not a Fluxgate session')
})
