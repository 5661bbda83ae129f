import { tabFleet } from '../../src/tabs/index.ts'
import { sharingContract } from '../contract/fleet.contract.ts'
import { FakeBrowser } from './fake-browser.ts'

sharingContract('tabs', () => {
  const browser = new FakeBrowser()
  return {
    connect(_index, { clock }) {
      const tab = browser.openTab()
      return {
        fleet: tabFleet({ scope: tab, clock }),
        cut: () => tab.hide(),
        restore: () => tab.show(),
      }
    },
    empty: () => browser.stored.clear(),
  }
})
