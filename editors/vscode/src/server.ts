// Which server program to start. Pure: the caller says what exists on disk.
import * as path from "node:path";

export interface Surroundings {
  /** Whether the user trusts the opened folder. */
  trusted: boolean;
  /** The setting `hf-lsp.path`, variables already expanded; empty when not set. */
  configured: string;
  /** Folder of the installed extension. */
  extensionFolder: string;
  /** The variable PATH. */
  searchPath: string;
  platform: NodeJS.Platform;
  /** Whether a file exists and may be executed. */
  isProgram: (file: string) => boolean;
}

export type Server =
  | { found: true; command: string; origin: "setting" | "bundled" | "PATH" }
  | { found: false; message: string };

/**
 * Untrusted folder: the bundled program or none. Otherwise the setting, the bundled program, PATH.
 * A setting that names no program is an error and never silently replaced by another program.
 */
export function findServer(at: Surroundings): Server {
  if (at.trusted && at.configured) return configuredServer(at);
  const bundled = join(at, at.extensionFolder, "server", programName(at));
  if (at.isProgram(bundled)) return { found: true, command: bundled, origin: "bundled" };
  if (!at.trusted) {
    return missing("This package of the extension contains no server. Trust this folder to use one from your machine.");
  }
  const onPath = searchPath(at, programName(at));
  if (onPath) return { found: true, command: onPath, origin: "PATH" };
  return missing("No hf-lsp program was found. Install it on PATH, or name it in the setting hf-lsp.path.");
}

function configuredServer(at: Surroundings): Server {
  const isBareName = !/[\\/]/.test(at.configured);
  const command = isBareName ? searchPath(at, at.configured) : at.configured;
  if (command && isAbsolute(at, command) && at.isProgram(command)) {
    return { found: true, command, origin: "setting" };
  }
  const where = isBareName ? "was not found on PATH" : "is not the absolute path of a program";
  return missing(`The setting hf-lsp.path is "${at.configured}", which ${where}.`);
}

/** Looks through PATH itself: the system would also try the working folder, which the project controls. */
function searchPath(at: Surroundings, name: string): string | undefined {
  return at.searchPath
    .split(flavour(at).delimiter)
    .filter((folder) => isAbsolute(at, folder))
    .map((folder) => join(at, folder, name))
    .find(at.isProgram);
}

function programName(at: Surroundings): string {
  return at.platform === "win32" ? "hf-lsp.exe" : "hf-lsp";
}

function missing(message: string): Server {
  return { found: false, message };
}

function flavour(at: Surroundings): path.PlatformPath {
  return at.platform === "win32" ? path.win32 : path.posix;
}

function join(at: Surroundings, ...parts: string[]): string {
  return flavour(at).join(...parts);
}

function isAbsolute(at: Surroundings, file: string): boolean {
  return flavour(at).isAbsolute(file);
}
