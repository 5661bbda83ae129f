/** The logo with a link. */
export function Logo({ href = '#/' }: { readonly href?: string }) {
  return (
    <a className="logo" href={href}>
      <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
        <path d="M2 12h6M16 12h6" />
        <path d="M12 3v5M12 16v5" />
        <circle cx="12" cy="12" r="1.5" />
      </svg>
      Fluxgate
    </a>
  )
}
