import type { Explanation } from './explanation.ts'

/** Mutants of packages/listeners that live. */
export const explainedInListeners: readonly Explanation[] = [
  {
    file: 'circuit-labels.ts',
    was: 'const times = members?.get(circuit) ?? 0',
    becomes: 'const times = members.get(circuit) ?? 0',
    why: 'a label that was joined has members; TypeScript asks',
  },
  {
    file: 'circuit-labels.ts',
    was: 'if (times > 1) members?.set(circuit, times - 1)',
    becomes: 'if (times > 1) members.set(circuit, times - 1)',
    why: 'a label that was joined has members; TypeScript asks',
  },
  {
    file: 'circuit-labels.ts',
    was: 'else members?.delete(circuit)',
    becomes: 'else members.delete(circuit)',
    why: 'a label that was joined has members; TypeScript asks',
  },
  {
    file: 'circuit-labels.ts',
    was: 'if (members?.size !== 0) return false',
    becomes: 'if (members.size !== 0) return false',
    why: 'a label that was joined has members; TypeScript asks',
  },
  {
    file: 'slack-listener.ts',
    was: "const [from = '', to = '', ...more] = key.split('->')",
    becomes: `const [from = "Stryker was here!", to = '', ...more] = key.split('->')`,
    why: 'neither is a state; TypeScript asks',
  },
  {
    file: 'slack-listener.ts',
    was: "const [from = '', to = '', ...more] = key.split('->')",
    becomes: `const [from = '', to = "Stryker was here!", ...more] = key.split('->')`,
    why: 'neither is a state; TypeScript asks',
  },
  {
    file: 'slack-listener.ts',
    was: 'if (thread_ts === undefined) return {}',
    becomes: 'if (false) return {}',
    why: 'a thread_ts of undefined is sent as none',
  },
  {
    file: 'slack-listener.ts',
    was: "const isMessage = typeof text === 'string' && text !== '' && Array.isArray(blocks ?? [])",
    becomes: `const isMessage = typeof text === 'string' && text !== '' && Array.isArray(blocks ?? ["Stryker was here"])`,
    why: 'some list stands in for none; it is looked at only for being one',
  },
  {
    file: 'slack-listener.ts',
    was: "const told = token ? message.replaceAll(token, '[token]') : message",
    becomes: 'const told = token ? message.replaceAll(token, "") : message',
    why: 'the token is gone either way; the word in its place is for people',
  },
  {
    file: 'slack-listener.ts',
    was: "...(typeof code === 'string' && { code }),",
    becomes: '...(true && { code }),',
    why: "the client's codes are strings; for any other error a code of undefined",
  },
  {
    file: 'locale.ts',
    was: 'if (failureRate === undefined || avgDurationMs === undefined) return words.noCalls',
    becomes: 'if (failureRate === undefined && avgDurationMs === undefined) return words.noCalls',
    why: 'without calls both are undefined, with calls neither; TypeScript asks',
  },
  {
    file: 'locale.ts',
    was: 'if (failureRate === undefined || avgDurationMs === undefined) return words.noCalls',
    becomes: 'if (false || avgDurationMs === undefined) return words.noCalls',
    why: 'without calls both are undefined, with calls neither; TypeScript asks',
  },
  {
    file: 'locale.ts',
    was: 'if (failureRate === undefined || avgDurationMs === undefined) return words.noCalls',
    becomes: 'if (failureRate === undefined || false) return words.noCalls',
    why: 'without calls both are undefined, with calls neither; TypeScript asks',
  },
  {
    file: 'slack-thread.ts',
    was: 'this.#quiet.unref?.() // a process that is done does not wait for a summary; flush() does',
    becomes:
      'this.#quiet.unref() // a process that is done does not wait for a summary; flush() does',
    why: 'Workers have timers without unref; Node, where the tests run, has it',
  },
  {
    file: 'slack-listener.ts',
    was: "const isClient = typeof chat?.postMessage === 'function'",
    becomes: "const isClient = typeof chat.postMessage === 'function'",
    why: 'a client without a chat has had its test since this run',
  },
  {
    file: 'slack-thread.ts',
    was: '#failing = false',
    becomes: '#failing = true',
    why: 'a listener that joins an open circuit has had its test since this run',
  },
]
