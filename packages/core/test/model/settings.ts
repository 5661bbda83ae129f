// For a longer run: FLUXGATE_MODEL_STEPS=1000000 or FLUXGATE_MODEL_DEPTH=12. For a different one:
// FLUXGATE_SEED=2. Browsers have no environment variables.
const env = typeof process === 'undefined' ? {} : process.env
const inBrowser = 'document' in globalThis

/** The minimum number of random steps. */
export const steps = Number(env['FLUXGATE_MODEL_STEPS'] ?? (inBrowser ? 60_000 : 120_000))

/** The length of the sequences that are explored exhaustively. */
export const depth = Number(env['FLUXGATE_MODEL_DEPTH'] ?? 7)
