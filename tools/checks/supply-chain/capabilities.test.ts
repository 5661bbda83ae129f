import { expect, test } from 'vitest'
import { capabilitiesOf } from './capabilities.ts'

test.each([
  ['eval', 'eval("1")'],
  ['eval', '(0, eval)("1")'],
  ['eval', 'globalThis["eval"]("1")'],
  ['eval', 'new Function("return 1")()'],
  ['eval', 'Function("return 1")()'],
  ['eval', '(() => {}).constructor("return 1")()'],
  ['eval', 'new Worker(url)'],
  ['html', 'element.innerHTML = text'],
  ['html', 'element["outerHTML"] = text'],
  ['html', 'element.insertAdjacentHTML("beforeend", text)'],
  ['html', 'document.write(text)'],
  ['html', 'document.writeln(text)'],
  ['html', 'jsx("p", { dangerouslySetInnerHTML: { __html: text } })'],
  ['html', 'const p = <p dangerouslySetInnerHTML={html} />'],
  ['computed import', 'import(name)'],
  ['computed import', 'import(`./$' + '{name}.js`)'],
  ['network', 'fetch(url)'],
  ['network', 'const { fetch: send } = globalThis'],
  ['network', 'new WebSocket(url)'],
  ['network', 'navigator.sendBeacon(url)'],
  ['timer', 'setTimeout(run, 5)'],
  ['timer', 'window.setInterval(run, 5)'],
  ['storage', 'localStorage.getItem("x")'],
  ['storage', 'document.cookie = "a=b"'],
])('finds %s in %s', (capability, code) => {
  expect([...capabilitiesOf('x.tsx', code)]).toEqual([capability])
})

test('finds eval in a timer with a string', () => {
  expect([...capabilitiesOf('x.js', 'setTimeout("run()", 5)')].sort()).toEqual(['eval', 'timer'])
})

test.each([
  'import("./open-panel.js")',
  'class A extends B { constructor() { super() } }',
  '// eval, innerHTML and fetch in a comment',
  'const text = "eval, innerHTML and fetch in a text"',
  'stream.write(chunk)',
  'clearTimeout(timer)',
])('finds nothing in %s', (code) => {
  expect([...capabilitiesOf('x.js', code)]).toEqual([])
})

test('throws for code that does not parse', () => {
  expect(() => capabilitiesOf('x.js', 'const = 5')).toThrow('x.js: ')
})
