/** `system` follows the reader's setting. */
export type InlineTheme = 'light' | 'dark' | 'system'
