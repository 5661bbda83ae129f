import { createContext, useContext } from 'react'
import { type Palette, palettes } from './palette.ts'

const PaletteContext = createContext<Palette>(palettes.light)

export const PaletteProvider = PaletteContext.Provider

/** The colours for what CSS does not reach. */
export function usePalette(): Palette {
  return useContext(PaletteContext)
}
