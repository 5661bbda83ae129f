import { describe, expect, test } from 'vitest'
import { parseArguments } from './arguments.ts'

describe('parseArguments', () => {
  test.each([
    ['inspect', { ports: [9229], pids: [], pagePort: 0 }],
    ['inspect 9230 9231 9230', { ports: [9230, 9231], pids: [], pagePort: 0 }],
    ['inspect --pid 12 --pid 13', { ports: [], pids: [12, 13], pagePort: 0 }],
    ['inspect 9230 --pid=12 --port 7000', { ports: [9230], pids: [12], pagePort: 7000 }],
    ['inspect --help', 'help'],
    ['-h', 'help'],
    ['', 'help'],
  ])('parses %j', (line, expected) => {
    expect(parseArguments(line.split(' ').filter(Boolean))).toEqual(expected)
  })

  test.each([
    ['watch', /there is no command "watch"/],
    ['inspect 70000', /port must be an integer from 1 to 65535, got "70000"/],
    ['inspect 127.0.0.1:9229', /got "127.0.0.1:9229"/],
    ['inspect --pid 0', /--pid must be an integer from 1/],
    ['inspect --pid 1e3', /got "1e3"/],
    ['inspect --port -1', /--port/],
    ['inspect --host 0.0.0.0', /--host/],
  ])('throws for %j', (line, message) => {
    expect(() => parseArguments(line.split(' '))).toThrow(message)
  })
})
