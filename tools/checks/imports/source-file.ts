import { parseSync, Visitor } from 'oxc-parser'

export interface SourceFile {
  /** From the root of the repository, with forward slashes. */
  path: string
  /** What it imports, as written: statically, dynamically, by re-export, and as types. */
  imports: string[]
  /** Members read off a name, as written: `Math.random`, `chrome.devtools`. */
  members: string[]
}

export function parseSource(path: string, text: string): SourceFile {
  const { program, errors } = parseSync(path, text)
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`)
  const imports = new Set<string>()
  const members = new Set<string>()
  new Visitor({
    ImportDeclaration: ({ source }) => imports.add(source.value),
    ExportNamedDeclaration: ({ source }) => source && imports.add(source.value),
    ExportAllDeclaration: ({ source }) => imports.add(source.value),
    TSImportType: ({ source }) => imports.add(source.value),
    ImportExpression({ source }) {
      if (source.type === 'Literal' && typeof source.value === 'string') imports.add(source.value)
    },
    MemberExpression({ object, property, computed }) {
      if (object.type === 'Identifier' && property.type === 'Identifier' && !computed) {
        members.add(`${object.name}.${property.name}`)
      }
    },
  }).visit(program)
  return { path, imports: [...imports], members: [...members] }
}
