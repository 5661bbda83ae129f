import { testTabs } from './tab-tests.ts'

testTabs('Chromium')
