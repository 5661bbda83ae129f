/**
 * The six states of a circuit.
 *
 * `closed` lets calls through and watches them; `open` rejects them until `retryAt`; `half_open`
 * lets a few probes through to find out; `metrics_only` watches without ever opening; `disabled`
 * lets everything through unwatched; `forced_open` rejects until somebody says otherwise.
 */
export type State = 'closed' | 'open' | 'half_open' | 'metrics_only' | 'disabled' | 'forced_open'
