/** A stylesheet as text, for `CSSStyleSheet`: the bundler's `?inline`. */
declare module '*.css?inline' {
  const css: string
  export default css
}
