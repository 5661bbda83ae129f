import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from './fixtures.ts'

test('exported and imported, it is the same picture, to look at only', async ({ open, real }) => {
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
    const seen = async () => ({
      names: (await driver.circuits()).map((text) =>
        text.replace(/ ?(probes in )?(\d+ s|1 min)/, ''),
      ),
      log: await driver.log(),
      rule: await driver.rule(),
    })
    const before = await seen()

    await real.saveDownloadsIn(folder)
    await driver.press('Export as JSON')
    const saved = () => readdir(folder)
    await expect.poll(saved).toEqual([expect.stringMatching(/^fluxgate-[\dT-]+Z\.json$/)])
    const file = join(folder, String((await saved())[0]))

    const input = await driver.frame.$('input[type=file]')
    await input?.uploadFile(file)
    await expect.poll(() => driver.status()).toContain('read-only')
    await driver.selectEntry('closed → open')
    expect((await seen()).log).toEqual(before.log)
    expect((await seen()).rule).toEqual(before.rule)
    expect((await seen()).names.map((text) => text.split(' ')[0])).toEqual(
      before.names.map((text) => text.split(' ')[0]),
    )
    // nothing in a file can be moved
    expect(await driver.text('.controls')).toBe('')

    // nor will what is not in it ever come
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

test('a file that is none says so', async ({ open }, testInfo) => {
  const { driver } = await open('/bare')
  const file = testInfo.outputPath('shopping.json')
  await writeFile(file, '["bread"]')
  const input = await driver.frame.$('input[type=file]')
  await input?.uploadFile(file)
  await expect
    .poll(() => driver.text('[role=alert]'))
    .toContain('shopping.json: this file is no Fluxgate session')
})
