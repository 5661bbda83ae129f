/** Character codes of JSON's syntax. */
export const quote = 34
export const backslash = 92
export const openList = 91
export const closeList = 93
export const openObject = 123
export const closeObject = 125
