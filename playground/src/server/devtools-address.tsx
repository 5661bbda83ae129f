import './devtools-address.css'
import { CopyButton } from '../ui/copy-button.tsx'

/** Where the devtools panel of the server is. Not a link: it rejects requests from other pages. */
export function DevtoolsAddress({ url }: { url: string }) {
  return (
    <section className="devtools-address card" aria-labelledby="devtools-address">
      <h2 id="devtools-address">Devtools of the server</h2>
      <p>
        The server shows the panel at an address of its own, for this machine only. Copy it into the
        address bar: it rejects links from other pages.
      </p>
      <div>
        <code>{url}</code>
        <CopyButton text={url} />
      </div>
    </section>
  )
}
