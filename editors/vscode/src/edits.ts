// The files of an edit of the workspace, as the protocol writes it. Pure.

/** The addresses of the files that an edit changes or makes, each once. */
export function touched(edit: unknown): string[] {
  const { changes, documentChanges } = (edit ?? {}) as { changes?: object; documentChanges?: unknown[] };
  const named = (change: unknown) => {
    const { textDocument, uri } = (change ?? {}) as { textDocument?: { uri?: unknown }; uri?: unknown };
    return textDocument?.uri ?? uri;
  };
  const all = [...Object.keys(changes ?? {}), ...(Array.isArray(documentChanges) ? documentChanges.map(named) : [])];
  return [...new Set(all.filter((uri) => typeof uri === "string"))];
}
