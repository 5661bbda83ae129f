import type { Survivor } from './report.ts'

/** Why nobody can notice a change of the source, or why no test should. */
export interface Explanation extends Pick<Survivor, 'was' | 'becomes'> {
  /** How the path of the file ends. */
  readonly file: string
  readonly why: string
}

export const explanations: readonly Explanation[] = [
  {
    file: 'machine.ts',
    was: 'if (manual || from === undefined) return 0',
    becomes: 'if (manual || false) return 0',
    why: 'the first state of a circuit, which comes from none, counts as entered by hand; TypeScript asks',
  },
  {
    file: 'machine.ts',
    was: "if (state.kind === 'open' && now >= state.probeAt) {",
    becomes: 'if (true && now >= state.probeAt) {',
    why: 'no other state has a probeAt; TypeScript asks',
  },
  {
    file: 'machine.ts',
    was: "return state.kind === 'half_open' ? closeWhenThrough(state, now, policy) : undefined",
    becomes: 'return true ? closeWhenThrough(state, now, policy) : undefined',
    why: 'no other state is healthy; TypeScript asks',
  },
  {
    file: 'tally.ts',
    was: 'if (us >= this.maybeSlowUs) this.#sumSlowCall(us, sign)',
    becomes: 'if (true) this.#sumSlowCall(us, sign)',
    why: 'a shortcut: each threshold is compared again',
  },
  {
    file: 'tally.ts',
    was: 'this.maybeSlowUs = Math.floor(Math.min(...slowThresholdsMs) * 1000)',
    becomes: 'this.maybeSlowUs = Math.floor(Math.min(...slowThresholdsMs) / 1000)',
    why: 'a shortcut: each threshold is compared again',
  },
  {
    file: 'time-window.ts',
    was: 'now - this.#newestFirst >= this.#durationMs / this.#buckets || now - this.#oldestFirst >= this.#durationMs',
    becomes: 'true',
    why: 'a shortcut: #advance looks again',
  },
  {
    file: 'time-window.ts',
    was: 'now - this.#oldestFirst >= this.#durationMs',
    becomes: 'now + this.#oldestFirst >= this.#durationMs',
    why: 'true more often, as times are above 0: a shortcut less, as #advance looks again',
  },
  {
    file: 'time-window.ts',
    was: 'if (us >= this.maybeSlowUs) this.#keepSlow(ring, at, us)',
    becomes: 'if (true) this.#keepSlow(ring, at, us)',
    why: 'a shortcut: each threshold is compared again',
  },
  {
    file: 'time-window.ts',
    was: 'if (ring === undefined) return false',
    becomes: 'if (false) return false',
    why: 'without a ring no bucket is used, and the loop does not begin; TypeScript asks',
  },
  {
    file: 'time-window.ts',
    was: 'if (this.#used === this.#buckets) this.#forgetOldest(ring)',
    becomes: 'if (false) this.#forgetOldest(ring)',
    why: 'keeps the ring whole if rounding let one bucket more be young enough; ten million random histories did not',
  },
  {
    file: 'time-window.ts',
    was: 'ring[at + FIRST] = now',
    becomes: 'ring[at - FIRST] = now',
    why: 'FIRST is 0',
  },
  {
    file: 'tally.ts',
    was: 'slowThresholdsMs.length === 0',
    becomes: 'false',
    why: 'saves an object per epoch; an empty one is made instead',
  },
  {
    file: 'rule.ts',
    was: 'slowThresholdsMs === undefined ? NO_THRESHOLDS : Object.freeze([...new Set(slowThresholdsMs)])',
    becomes: 'false ? NO_THRESHOLDS : Object.freeze([...new Set(slowThresholdsMs)])',
    why: 'saves an array per rule; an empty one is made instead',
  },
  {
    file: 'trippers.ts',
    was: 'ctx.probes !== undefined && ctx.probes < count ? ctx.probes : count',
    becomes: 'true && ctx.probes < count ? ctx.probes : count',
    why: 'undefined is not below any count; TypeScript asks',
  },
  {
    file: 'trippers.ts',
    was: 'ctx.probes !== undefined && ctx.probes < count ? ctx.probes : count',
    becomes: 'ctx.probes !== undefined && ctx.probes <= count ? ctx.probes : count',
    why: 'of two equal counts either is the cap',
  },
  {
    file: 'listener-queue.ts',
    was: 'return this.#members.length > 0',
    becomes: 'return true',
    why: 'saves making a signal that nobody hears',
  },
  {
    file: 'listener-queue.ts',
    was: 'return this.#members.length > 0',
    becomes: 'return this.#members.length >= 0',
    why: 'saves making a signal that nobody hears',
  },
  {
    file: 'listener-queue.ts',
    was: 'return this.#callMembers.length === 0 && this.#signals.length === 0',
    becomes: 'return false',
    why: 'saves asking further: nobody wants calls, and nothing is to be handed over',
  },
  {
    file: 'listener-queue.ts',
    was: 'const result: unknown = member.listener.onCall?.(event)',
    becomes: 'const result: unknown = member.listener.onCall(event)',
    why: 'only listeners that have an onCall are among them; TypeScript asks',
  },
  {
    file: 'listener-queue.ts',
    was: '#callMembers: readonly Member[] = []',
    becomes: '#callMembers: readonly Member[] = ["Stryker was here"]',
    why: 'a queue is made for its first member, which replaces the list at once',
  },
  {
    file: 'listener-queue.ts',
    was: 'const tell = async (signal: Signal) => member.listener.onSignal?.(signal)',
    becomes: 'const tell = async (signal: Signal) => member.listener.onSignal(signal)',
    why: 'only a listener whose onSignal returned a promise comes here; TypeScript asks',
  },
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
    file: 'retries.ts',
    was: 'const asked = (error as { [retryAfterMs]?: unknown } | null | undefined)?.[retryAfterMs]',
    becomes:
      'const asked = (error as { [retryAfterMs]?: unknown; } | null | undefined)[retryAfterMs]',
    why: 'what it throws for nothing is caught below, and asks for nothing either',
  },
  {
    file: 'retries.ts',
    was: "return typeof asked === 'number' && asked >= 0 && asked <= Number.MAX_VALUE ? asked : undefined",
    becomes:
      "return typeof asked === 'number' && asked >= 0 && asked < Number.MAX_VALUE ? asked : undefined",
    why: 'nobody asks for 10^308 ms exactly',
  },
  {
    file: 'retries.ts',
    was: '} catch { return undefined // a revoked or hostile proxy asks for nothing }',
    becomes: '} catch {}',
    why: 'returns undefined as well',
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
]

export function explains(explanation: Explanation, survivor: Survivor): boolean {
  return (
    survivor.file.endsWith(`/${explanation.file}`) &&
    survivor.was === explanation.was &&
    survivor.becomes === explanation.becomes
  )
}
