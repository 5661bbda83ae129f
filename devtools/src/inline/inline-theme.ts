/** `system` follows the operating system. */
export type InlineTheme = 'light' | 'dark' | 'system'
