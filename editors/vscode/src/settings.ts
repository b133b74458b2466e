// The settings as the server reads them. Pure: the caller hands in the raw values.

/** A setting that the user left empty is absent, so that the project's own configuration decides. */
export interface ServerSettings {
  python?: string;
  targets?: string[];
  select?: string[];
  ignore?: string[];
  inlayHints?: true;
  codeLens?: false;
  gpu?: string;
  journal?: JournalSettings;
}

export interface JournalSettings {
  folder?: string;
  suggestions?: false;
}

/** What the server may ask of the network; it reads this once, at its start. */
export interface NetworkOptions {
  trusted: boolean;
  network?: string;
  endpoint?: string;
  privateNamespaces?: string[];
}

/** The settings behind NetworkOptions: another value means another server. */
export const NETWORK_SETTINGS = ["network", "endpoint", "privateNamespaces"] as const;

const MODES = ["off", "cache", "on-demand", "on"];

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
  if (read("inlayHints") === true) settings.inlayHints = true;
  if (read("codeLens") === false) settings.codeLens = false;
  const gpu = text(read("gpu"));
  if (gpu) settings.gpu = gpu;
  const journal = journalSettings(read);
  if (Object.keys(journal).length > 0) settings.journal = journal;
  return settings;
}

function journalSettings(read: (key: string) => unknown): JournalSettings {
  const settings: JournalSettings = {};
  const folder = text(read("journal.folder"));
  if (folder) settings.folder = folder;
  if (read("journal.suggestions") === false) settings.suggestions = false;
  return settings;
}

/** A mode that nobody knows means no network: whoever wrote it wanted something else than the default. */
export function networkOptions(read: (key: string) => unknown, trusted: boolean): NetworkOptions {
  const options: NetworkOptions = { trusted };
  const mode = text(read("network"));
  if (mode) options.network = MODES.includes(mode) ? mode : "off";
  const endpoint = text(read("endpoint"));
  if (endpoint) options.endpoint = endpoint;
  const kept = list(read("privateNamespaces"));
  if (kept.length > 0) options.privateNamespaces = kept;
  return options;
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
