import { WebClient } from '@slack/web-api'
import { expect, test } from 'vitest'
import { SlackListener } from './slack-listener.ts'

const channel = '#ops'
const token = 'xoxb-1'
const secret = 'xoxb-314159-secret'
const keys = "each key must be 'summary', 'digest' or a transition such as 'closed->open'"
const template = () => ''

test('is supported on servers', () => {
  expect(SlackListener.isSupported).toBe(true)
})

test.each<[object | string | undefined, typeof TypeError | typeof RangeError, string]>([
  [undefined, TypeError, 'options must be an object, got undefined'],
  [
    { chanel: channel, token },
    TypeError,
    'each option must be one of channel, token, client, templates, locale, source, got "chanel"',
  ],
  [{ token }, TypeError, 'channel must be a non-empty string, got undefined'],
  [{ token, channel: 5 }, TypeError, 'channel must be a non-empty string, got 5'],
  [{ token, channel: ' ' }, RangeError, 'channel must be a non-empty string, got " "'],
  [{ channel }, TypeError, 'options must have either token or client, got neither'],
  [
    { channel, token, client: new WebClient() },
    TypeError,
    'options must have either token or client, got both',
  ],
  [{ channel, token: '' }, RangeError, 'token must be visible ASCII without spaces'],
  [
    { channel, client: { chat: {} } },
    TypeError,
    'client must be a WebClient of @slack/web-api, got "object"',
  ],
  [
    { channel, client: {} },
    TypeError,
    'client must be a WebClient of @slack/web-api, got "object"',
  ],
  [{ channel, token, locale: 'fr' }, RangeError, 'locale must be one of en, ko, got "fr"'],
  [{ channel, token, templates: null }, TypeError, 'templates must be an object, got null'],
  [{ channel, token, templates: 5 }, TypeError, 'templates must be an object, got 5'],
  [
    { channel, token, templates: { 'closed->open->closed': template } },
    RangeError,
    `templates: ${keys}, got "closed->open->closed"`,
  ],
  [
    { channel, token, templates: { 'closed->toString': template } },
    RangeError,
    `templates: ${keys}, got "closed->toString"`,
  ],
  [{ channel, token, templates: { open: template } }, RangeError, `templates: ${keys}, got "open"`],
  [
    { channel, token, templates: { 'closed->open': 'opened' } },
    TypeError,
    `templates: 'closed->open' must be a function, got "opened"`,
  ],
  [{ channel, token, source: '' }, RangeError, 'source must be a non-empty string, got "string"'],
  [{ channel, token, source: 5 }, TypeError, 'source must be a non-empty string, got 5'],
  [secret, TypeError, 'options must be an object, got "string"'],
  [{ channel: [secret] }, TypeError, 'channel must be a non-empty string, got "object"'],
  [{ channel, token, locale: secret }, RangeError, 'locale must be one of en, ko, got "string"'],
  [{ channel, token, templates: secret }, TypeError, 'templates must be an object, got "string"'],
])('the constructor rejects invalid options: %j', (options, type, message) => {
  const create = () => new SlackListener(options as never)
  expect(create).toThrow(type)
  expect(create).toThrow(`SlackListener: ${message}`)
  expect(create).not.toThrow('314159')
})
