// The settings as the server reads them. Pure: the caller hands in the raw values.

/** A setting that the user left empty is absent, so that the project's own configuration decides. */
export interface ServerSettings {
  python?: string;
  targets?: string[];
  select?: string[];
  ignore?: string[];
}

export interface Variables {
  home: string;
  workspaceFolder: string | undefined;
}

/** `read` answers the raw value of `hf-lsp.KEY`; `selected` is the interpreter chosen in the Python extension. */
export function serverSettings(
  read: (key: string) => unknown,
  variables: Variables,
  selected: string | undefined,
): ServerSettings {
  const settings: ServerSettings = {};
  const python = expand(text(read("python")), variables) || selected;
  if (python) settings.python = python;
  for (const key of ["targets", "select", "ignore"] as const) {
    const values = list(read(key));
    if (values.length > 0) settings[key] = values;
  }
  return settings;
}

/** Replaces a leading `~` and `${workspaceFolder}`. */
export function expand(value: string, variables: Variables): string {
  const folder = variables.workspaceFolder ?? "";
  return value.replace(/^~(?=$|[\\/])/, () => variables.home).replaceAll("${workspaceFolder}", () => folder);
}

/** A text without surrounding blanks; anything else that stands in settings.json counts as empty. */
export function text(value: unknown): string {
  return typeof value === "string" ? value.trim() : "";
}

function list(value: unknown): string[] {
  const items = Array.isArray(value) ? value : [value];
  return [...new Set(items.map(text).filter((item) => item !== ""))];
}
