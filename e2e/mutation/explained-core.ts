import type { Explanation } from './explanation.ts'

/** Mutants of packages/core that live. */
export const explainedInCore: readonly Explanation[] = [
  {
    file: 'machine.ts',
    was: "if (state.kind === 'open' && now >= state.probeAt) {",
    becomes: 'if (true && now >= state.probeAt) {',
    why: 'no other state has a probeAt; TypeScript asks',
  },
  {
    file: 'machine.ts',
    was: "if (state.kind !== 'half_open' || !state.healthy) return undefined",
    becomes: 'if (false || !state.healthy) return undefined',
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
    file: 'tally.ts',
    was: 'slowThresholdsMs.length === 0',
    becomes: 'false',
    why: 'saves an object per epoch; an empty one is made instead',
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
    file: 'listener-queue.ts',
    was: 'return this.#callMembers.length === 0 && this.#signals.length === 0',
    becomes: 'return false',
    why: 'saves asking further: nobody wants calls, and nothing is to be handed over',
  },
  {
    file: 'listener-queue.ts',
    was: 'if (member.joined) this.#run(() => member.listener.onCall?.(event))',
    becomes: 'if (member.joined) this.#run(() => member.listener.onCall(event))',
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
    file: 'circuit.ts',
    was: "if (this.state.kind !== 'closed') return this.#admitWatched(now)",
    becomes: 'if (true) return this.#admitWatched(now)',
    why: 'a shortcut: closed admits there too',
  },
  {
    file: 'circuit.ts',
    was: "if (this.state.kind !== 'closed') return this.#admitWatched(now)",
    becomes: 'if (this.state.kind !== "") return this.#admitWatched(now)',
    why: 'a shortcut: closed admits there too',
  },
  {
    file: 'circuit.ts',
    was: "this.options.tracker.failsOnResult !== undefined && this.#isFailure('failsOnResult', value)",
    becomes: "true && this.#isFailure('failsOnResult', value)",
    why: 'a shortcut: #isFailure looks again',
  },
  {
    file: 'circuit.ts',
    was: 'const durationMs = now > start ? now - start : 0',
    becomes: 'const durationMs = now >= start ? now - start : 0',
    why: 'of equal times the difference is 0',
  },
  {
    file: 'circuit.ts',
    was: 'if (this.queue?.idle === false) {',
    becomes: 'if (true) {',
    why: 'a shortcut: nobody is told where nobody listens',
  },
  {
    file: 'circuit.ts',
    was: 'this.queue?.deliver()',
    becomes: 'this.queue.deliver()',
    why: 'only a circuit with a queue comes here; TypeScript asks',
  },
  {
    file: 'circuit.ts',
    was: "kind === 'open' && retryAt !== undefined",
    becomes: 'true && retryAt !== undefined',
    why: 'no other state has a retryAt; TypeScript asks',
  },
]
