import { createContext, useContext } from 'react'
import { type Palette, palettes } from './palette.ts'

const PaletteContext = createContext<Palette>(palettes.light)

export const PaletteProvider = PaletteContext.Provider

/** The colours of the current theme, for drawing on a canvas. */
export function usePalette(): Palette {
  return useContext(PaletteContext)
}
