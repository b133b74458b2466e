// Builds the language client: what it is asked to watch over, and how settings reach the server.
import { homedir } from "node:os";
import { accessSync, constants, statSync } from "node:fs";
import * as vscode from "vscode";
import { CancellationToken, DidChangeConfigurationNotification, LanguageClient, RevealOutputChannelOn } from "vscode-languageclient/node";
import { SHOW_ESTIMATE } from "./estimate.ts";
import { LENS_COMMANDS } from "./lenses.ts";
import { tell, type Ask } from "./plan.ts";
import { selectedInterpreter } from "./python.ts";
import type { Saves } from "./saves.ts";
import { findServer, type Server } from "./server.ts";
import { expand, networkOptions, serverSettings, text, type NetworkOptions, type ServerSettings, type Variables } from "./settings.ts";

export const SECTION = "hf-lsp";

/** What else holds commands, configuration and examples. */
const OTHERS = [
  "shellscript",
  "dockerfile",
  "dockercompose",
  "makefile",
  "yaml",
  "github-actions-workflow",
  "json",
  "jsonc",
  "markdown",
];

/** Python wherever it is edited, the files that pin versions, and the others. */
export const SELECTOR = [
  { language: "python", scheme: "file" },
  { language: "python", scheme: "untitled" },
  { language: "python", scheme: "vscode-notebook-cell" },
  { scheme: "file", pattern: "**/requirements*.txt" },
  { scheme: "file", pattern: "**/pyproject.toml" },
  ...OTHERS.map((language) => ({ language, scheme: "file" })),
];

export function locateServer(context: vscode.ExtensionContext): Server {
  return findServer({
    trusted: vscode.workspace.isTrusted,
    configured: expand(text(vscode.workspace.getConfiguration(SECTION).get("path")), variables(undefined)),
    extensionFolder: context.extensionPath,
    searchPath: process.env["PATH"] ?? "",
    platform: process.platform,
    isProgram,
  });
}

/** `ask` runs a command of the server that is pressed in a document; `saves` makes the edits that the server sends. */
export function createClient(command: string, log: vscode.LogOutputChannel, ask: Ask, saves: Saves): LanguageClient {
  return new LanguageClient(SECTION, "hf-lsp", { command, args: ["server"] }, {
    documentSelector: SELECTOR,
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: { settings: settingsFor(undefined), ...network(), commands: [...LENS_COMMANDS, SHOW_ESTIMATE], planChanges: true },
    middleware: {
      // The client itself would show a refusal twice, once without its reason.
      executeCommand: (name, args) => ask(name, args).catch(tell),
      workspace: {
        handleApplyEdit: (params, next) => saves.apply(params.edit, async () => next(params, CancellationToken.None)),
        configuration: (params, token, next) =>
          Promise.all(
            params.items.map(async (item) => {
              if (item.section === SECTION) return settingsFor(item.scopeUri);
              const answers = await next({ items: [item] }, token);
              return Array.isArray(answers) ? answers[0] : null;
            }),
          ),
      },
    },
  });
}

/** Tells a running server that settings may differ now; it asks for those of each folder itself. */
export async function announceSettings(client: LanguageClient): Promise<void> {
  const settings = { [SECTION]: settingsFor(undefined) };
  await client.sendNotification(DidChangeConfigurationNotification.type, { settings });
}

function settingsFor(scope: string | undefined): ServerSettings {
  const resource = scope ? vscode.Uri.parse(scope) : vscode.workspace.workspaceFolders?.[0]?.uri;
  const configuration = vscode.workspace.getConfiguration(SECTION, resource);
  return serverSettings((key) => configuration.get(key), variables(resource), selectedInterpreter(resource));
}

/** The settings about the network are those of the user and the machine: a folder's own cannot set them. */
function network(): NetworkOptions {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  return networkOptions((key) => configuration.get(key), vscode.workspace.isTrusted);
}

function variables(resource: vscode.Uri | undefined): Variables {
  const folder = (resource && vscode.workspace.getWorkspaceFolder(resource)) ?? vscode.workspace.workspaceFolders?.[0];
  return { home: homedir(), workspaceFolder: folder?.uri.fsPath };
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
