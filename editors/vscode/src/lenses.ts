// What lenses of the plan do in this editor. The server offers them to clients that have these commands.
import * as vscode from "vscode";
import type { WireRange } from "./outline.ts";
import { typed } from "./terminal.ts";

const COPY = "hf-lsp.copy";
const TERMINAL = "hf-lsp.terminal";
const SHOW = "hf-lsp.show";

/** Told to the server at its start, see `commands` in its `initializationOptions`. */
export const LENS_COMMANDS = [COPY, TERMINAL, SHOW];

/** The name of the terminal that commands are typed into. */
const TERMINAL_NAME = "hf-lsp plan";

/** Ctrl+U empties a line that was typed and not run. Shells of Windows do not agree on a key: there each command gets a terminal. */
const EMPTIES_LINE = "\u0015";
const KEEPS_TERMINAL = process.platform !== "win32";

export function lensCommands(): vscode.Disposable[] {
  return [
    vscode.commands.registerCommand(COPY, copy),
    vscode.commands.registerCommand(TERMINAL, typeIntoTerminal),
    vscode.commands.registerCommand(SHOW, show),
  ];
}

async function copy(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage("hf-lsp: copied", 3000);
}

/** Types a command into a terminal in a folder, and leaves it to the person to press Enter. */
async function typeIntoTerminal(command: string, folder: string): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    void vscode.window.showWarningMessage("Trust this folder to have commands of its plan typed into a terminal.");
    return;
  }
  const open = KEEPS_TERMINAL ? openTerminal(folder) : undefined;
  const terminal = open ?? vscode.window.createTerminal({ name: TERMINAL_NAME, cwd: folder });
  terminal.show();
  if (open) terminal.sendText(EMPTIES_LINE, false);
  terminal.sendText(typed(command), false);
}

/** The terminal that an earlier command was typed into, when it is of the same folder and still there. */
function openTerminal(folder: string): vscode.Terminal | undefined {
  return vscode.window.terminals.find(
    ({ name, exitStatus, creationOptions }) =>
      name === TERMINAL_NAME && !exitStatus && "cwd" in creationOptions && creationOptions.cwd === folder,
  );
}

export async function show(uri: string, { start, end }: WireRange): Promise<void> {
  const selection = new vscode.Range(start.line, start.character, end.line, end.character);
  await vscode.window.showTextDocument(vscode.Uri.parse(uri), { selection });
}
