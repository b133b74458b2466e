// The commands about the plan that a person calls; the server does what they are for.
import * as vscode from "vscode";
import { show } from "./lenses.ts";

/** Runs a command of the server; fails with a sentence for the person. */
export type Ask = (command: string, args: unknown[]) => Promise<unknown>;

export const NOT_NEEDED = "Why is it not needed?";
export const IN_ITS_WAY = "What is in its way?";

export function planCommands(ask: Ask): vscode.Disposable[] {
  const register = (name: string, action: () => Promise<void>) =>
    vscode.commands.registerCommand(`hf-lsp.client.plan.${name}`, () => action().catch(tell));
  return [
    register("next", () => showNext(ask)),
    register("done", () => atCursor(ask, "hf-lsp.plan.done")),
    register("start", () => atCursor(ask, "hf-lsp.plan.start")),
    register("skip", () => withReason(ask, "skip", "Skip this step of the plan", NOT_NEEDED)),
    register("block", () => withReason(ask, "block", "Mark this step of the plan blocked", IN_ITS_WAY)),
    register("reopen", () => atCursor(ask, "hf-lsp.plan.reopen")),
    register("insertStep", () => atCursor(ask, "hf-lsp.plan.insertStep")),
    register("create", () => forProject(ask, "hf-lsp.plan.create")),
    register("project", () => planProject(ask)),
    register("script", () => forProject(ask, "hf-lsp.plan.script")),
    register("update", () => forProject(ask, "hf-lsp.plan.update")),
    register("write", () => forProject(ask, "hf-lsp.plan.write")),
  ];
}

/** Shows a refusal of the server as it said it, and nothing besides. */
export function tell(error: unknown): void {
  void vscode.window.showWarningMessage(error instanceof Error ? error.message : String(error));
}

/** Has the server change something for the place of the cursor; it sends the edit itself. */
async function atCursor(ask: Ask, command: string, ...more: unknown[]): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return;
  const { line, character } = editor.selection.active;
  await ask(command, [identifier(editor.document), { line, character }, ...more]);
}

async function withReason(ask: Ask, command: string, title: string, prompt: string): Promise<void> {
  const reason = await reasonFor(title, prompt);
  if (reason !== undefined) await atCursor(ask, `hf-lsp.plan.${command}`, reason);
}

/** Asks for a reason, which may be empty; nothing where the person goes back. */
export async function reasonFor(title: string, prompt: string): Promise<string | undefined> {
  // A menu that closes takes the focus with it, and a look at the code should not cost what was typed.
  const reason = await vscode.window.showInputBox({ title, prompt, ignoreFocusOut: true });
  return reason?.trim();
}

interface UseCase {
  id: string;
  title: string;
  summary: string;
}

/** Asks what is planned and on which machine; the server makes the plan and sends it to be looked at. */
async function planProject(ask: Ask): Promise<void> {
  const known = (await ask("hf-lsp.plan.useCases", [])) as UseCase[];
  const recognised = { label: "What the project is about", detail: "Recognised from its scripts, data and journal", id: undefined };
  const items = known.map(({ id, title, summary }) => ({ label: title, description: id, detail: summary, id }));
  const options = { title: "Plan this project (1/2)", placeHolder: "What is planned?", matchOnDescription: true, matchOnDetail: true };
  const useCase = await vscode.window.showQuickPick<vscode.QuickPickItem & { id: string | undefined }>([recognised, ...items], options);
  if (!useCase) return;
  const gpu = await vscode.window.showInputBox({
    title: "Plan this project (2/2)",
    prompt: "Which machine? 24GB, A100-80GB:2, cpu; empty for one GPU of 24 GB",
  });
  if (gpu !== undefined) await forProject(ask, "hf-lsp.plan.project", { useCase: useCase.id, gpu: gpu.trim() || undefined });
}

/** Has the server change something for the project of the document that is open, else for that of a folder. */
async function forProject(ask: Ask, command: string, ...more: unknown[]): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.uri.scheme === "file") return void (await ask(command, [identifier(editor.document), ...more]));
  const [folder, another] = vscode.workspace.workspaceFolders ?? [];
  if (!folder) return void vscode.window.showWarningMessage("Open a folder to plan a project.");
  const chosen = another ? await vscode.window.showWorkspaceFolderPick({ placeHolder: "Of which folder is the plan?" }) : folder;
  if (chosen) await ask(command, [{ uri: vscode.Uri.joinPath(chosen.uri, "dev-journal/OUR-PLAN.md").toString() }, ...more]);
}

async function showNext(ask: Ask): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  const place = await ask("hf-lsp.plan.next", document ? [identifier(document)] : []);
  if (isLocation(place)) await show(place.uri, place.range);
  else void vscode.window.showInformationMessage("No step of the plan is left that can be started.");
}

function identifier(document: vscode.TextDocument): object {
  return { uri: document.uri.toString(), version: document.version };
}

function isLocation(answer: unknown): answer is { uri: string; range: Parameters<typeof show>[1] } {
  const value = answer as { uri?: unknown; range?: unknown } | null;
  return typeof value?.uri === "string" && typeof value.range === "object" && value.range !== null;
}
