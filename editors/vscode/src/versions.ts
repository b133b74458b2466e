// What the server answers about versions, made readable. Pure.

/** One library, the version that applies to a file, and where that version was found. */
export interface ResolvedVersion {
  library: string;
  version: string;
  source: string;
}

/** Keeps the well-formed entries of the server's answer. */
export function parseVersions(answer: unknown): ResolvedVersion[] {
  return Array.isArray(answer) ? answer.filter(isResolvedVersion) : [];
}

function isResolvedVersion(entry: unknown): entry is ResolvedVersion {
  const value = entry as Partial<ResolvedVersion> | null;
  return [value?.library, value?.version, value?.source].every((field) => typeof field === "string");
}

/** What the server calls the source of a version that it took because the project names none. */
const ASSUMED = "newest known";

/** Versions found in the project before those assumed, otherwise in the server's order. */
export function foundFirst(versions: ResolvedVersion[]): ResolvedVersion[] {
  return [...versions.filter(isFound), ...versions.filter((entry) => !isFound(entry))];
}

function isFound(entry: ResolvedVersion): boolean {
  return entry.source !== ASSUMED;
}

export interface Summary {
  text: string;
  detail: string;
}

/** Which versions were found and where, and no more: transformers stands for all when it is among them. */
export function summarise(versions: ResolvedVersion[]): Summary {
  const found = versions.filter(isFound);
  const first = found.find((entry) => entry.library === "transformers") ?? found[0];
  if (!first) return { text: "hf-lsp", detail: "no versions found in this project, so the newest known ones apply" };
  const others = found.length - 1;
  return {
    text: `${first.library} ${first.version}`,
    detail: others > 0 ? `${first.source}, and ${others} more` : first.source,
  };
}
