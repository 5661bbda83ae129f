// For a longer run set FLUXGATE_MODEL_STEPS=1000000 or FLUXGATE_MODEL_DEPTH=12, for another one
// FLUXGATE_SEED=2. A browser has no environment.
const env = typeof process === 'undefined' ? {} : process.env
const inBrowser = 'document' in globalThis

/** Random steps to take at least. */
export const steps = Number(env['FLUXGATE_MODEL_STEPS'] ?? (inBrowser ? 60_000 : 120_000))

/** Length of the sequences of which every one is tried. */
export const depth = Number(env['FLUXGATE_MODEL_DEPTH'] ?? 8)
