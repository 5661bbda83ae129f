import { testTabs } from './tab-tests.ts'

testTabs('Firefox')
