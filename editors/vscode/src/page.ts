// The addresses of pages about scripts. Pure.

export const SCHEME = "hf-lsp-estimate";

/** The address of the page about a script; its last part is what the tab is called. */
export function pageFor(script: string): string {
  const name = decoded(script.replace(/[?#].*$/, "")).split("/").at(-1) || "script";
  return `${SCHEME}:/${encodeURIComponent(`Memory and time of ${name}.md`)}?${encodeURIComponent(script)}`;
}

/** The script that a page is about; nothing for other addresses. */
export function scriptOf(page: string): string | undefined {
  const query = page.startsWith(`${SCHEME}:`) ? page.match(/\?([^#]+)/)?.[1] : undefined;
  return query === undefined ? undefined : decoded(query);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a name with a per cent sign in it
  }
}
