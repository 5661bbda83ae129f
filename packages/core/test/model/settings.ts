// For a longer run, as in CI: FLUXGATE_MODEL_STEPS=1000000 or FLUXGATE_MODEL_DEPTH=8. For a different
// one: FLUXGATE_SEED=2.
const { env } = process

/** The minimum number of random steps. */
export const steps = Number(env['FLUXGATE_MODEL_STEPS'] ?? 20_000)

/** The length of the sequences that are explored exhaustively. */
export const depth = Number(env['FLUXGATE_MODEL_DEPTH'] ?? 6)
