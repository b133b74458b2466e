// Memory and time of what a script trains: the server writes the page, and it is shown rendered beside the code.
import * as vscode from "vscode";
import { pageFor, scriptOf, SCHEME } from "./page.ts";
import { tell, type Ask } from "./plan.ts";

/** What the lens above a configuration does, see `commands` in the server's `initializationOptions`. */
export const SHOW_ESTIMATE = "hf-lsp.showEstimate";

/** Typing is over after so many milliseconds. */
const PAUSE = 400;

export function estimateCommands(ask: Ask): vscode.Disposable[] {
  const pages = new Pages(ask);
  const show = (uri?: vscode.Uri) => pages.show(uri ?? vscode.window.activeTextEditor?.document.uri).catch(tell);
  return [
    pages,
    vscode.commands.registerCommand("hf-lsp.client.estimate", () => show()),
    vscode.commands.registerCommand(SHOW_ESTIMATE, (uri: string) => show(vscode.Uri.parse(uri))),
  ];
}

/** The pages on show, which follow their scripts. */
class Pages implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly subscriptions: vscode.Disposable[];
  private waiting: NodeJS.Timeout | undefined;
  private readonly ask: Ask;

  constructor(ask: Ask) {
    this.ask = ask;
    this.subscriptions = [
      this.changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.workspace.onDidChangeTextDocument(({ document }) => document.uri.scheme !== SCHEME && this.renewSoon()),
      // The machine, a pin or the configuration of a model may be another one: findings follow all of these.
      vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration("hf-lsp") && this.renewSoon()),
      vscode.languages.onDidChangeDiagnostics(() => this.renewSoon()),
    ];
  }

  dispose(): void {
    clearTimeout(this.waiting);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  async show(script: vscode.Uri | undefined): Promise<void> {
    if (!script) return void vscode.window.showInformationMessage("Open a script to estimate the memory and the time of what it trains.");
    await this.page(script);
    await vscode.commands.executeCommand("markdown.showPreviewToSide", vscode.Uri.parse(pageFor(script.toString())));
  }

  /** A refusal is shown in the place of the page: it may come while somebody types. */
  async provideTextDocumentContent(page: vscode.Uri): Promise<string> {
    const script = scriptOf(page.toString());
    if (script === undefined) return "";
    return this.page(vscode.Uri.parse(script)).catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
  }

  private async page(script: vscode.Uri): Promise<string> {
    return String(await this.ask("hf-lsp.estimate", [{ uri: script.toString() }]));
  }

  private renewSoon(): void {
    const pages = vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === SCHEME);
    if (pages.length === 0) return;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      for (const { uri } of pages) this.changed.fire(uri);
    }, PAUSE);
  }
}
