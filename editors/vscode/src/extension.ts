// Entry point: starts the server, restarts it when it must be another one, and registers the commands.
import * as vscode from "vscode";
import { ExecuteCommandRequest, State, type LanguageClient } from "vscode-languageclient/node";
import { announceSettings, createClient, locateServer, SECTION } from "./client.ts";
import { estimateCommands } from "./estimate.ts";
import { lensCommands } from "./lenses.ts";
import { planCommands } from "./plan.ts";
import { PlanTree } from "./planTree.ts";
import { onInterpreterChange } from "./python.ts";
import { Saves } from "./saves.ts";
import { NETWORK_SETTINGS } from "./settings.ts";
import { Status } from "./status.ts";
import { foundFirst, parseVersions, type ResolvedVersion } from "./versions.ts";

/** Settings that a running server cannot be told. */
const ANOTHER_SERVER = ["path", ...NETWORK_SETTINGS];

/** Said by the server when the plans of the workspace may look different. */
const PLANS_CHANGED = "hf-lsp/plansChanged";

let session: Session | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  void vscode.commands.executeCommand("setContext", "hf-lsp.active", true);
  session = new Session(context);
  await session.start();
}

export async function deactivate(): Promise<void> {
  await session?.stop();
}

class Session {
  private client: LanguageClient | undefined;
  private readonly log = vscode.window.createOutputChannel("hf-lsp", { log: true });
  private readonly status = new Status((document) => this.versions(document));
  private readonly saves = new Saves();
  private readonly plans = new PlanTree((command, args) => this.ask(command, args), this.saves);
  /** Starts and stops follow one another, however fast settings change. */
  private queue: Promise<void> = Promise.resolve();

  private readonly context: vscode.ExtensionContext;

  constructor(context: vscode.ExtensionContext) {
    this.context = context;
    context.subscriptions.push(this.log, this.status, this.plans, ...this.commands(), ...this.watchers());
    void onInterpreterChange(() => void this.settingsChanged()).then(
      (subscription) => subscription && context.subscriptions.push(subscription),
    );
  }

  start(): Promise<void> {
    return this.enqueue(() => this.startNow());
  }

  stop(): Promise<void> {
    return this.enqueue(() => this.stopNow());
  }

  restart(): Promise<void> {
    return this.enqueue(async () => {
      await this.stopNow();
      await this.startNow();
    });
  }

  private enqueue(step: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(step).catch((error: unknown) => this.log.error(String(error)));
    return this.queue;
  }

  private async startNow(): Promise<void> {
    this.status.starting();
    const server = locateServer(this.context);
    if (!server.found) return this.reportMissing(server.message);
    this.log.info(`Starting ${server.command} (${server.origin})`);
    const client = (this.client = createClient(server.command, this.log, (command, args) => this.ask(command, args), this.saves));
    client.onNotification(PLANS_CHANGED, () => this.plans.refresh());
    client.onDidChangeState(({ newState }) => client === this.client && this.stateChanged(newState));
    await client.start();
  }

  /** Also called when the client restarts a server that died, or gives up on it. */
  private stateChanged(state: State): void {
    this.enableCommands(state === State.Running);
    if (state === State.Running) {
      void this.status.refresh();
      this.plans.refresh();
    } else if (state === State.Starting) this.status.starting();
    else this.status.failed("The server stopped", { title: "Show logs", command: "hf-lsp.client.showLogs" });
  }

  /** Commands that need the server are in the palette while it runs. */
  private enableCommands(running: boolean): void {
    void vscode.commands.executeCommand("setContext", "hf-lsp.running", running);
  }

  private async stopNow(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.enableCommands(false);
    // A server that cannot be stopped properly must not keep the next one from starting.
    await client?.dispose().catch((error: unknown) => this.log.warn(String(error)));
  }

  private reportMissing(message: string): void {
    this.log.error(message);
    this.status.failed(message, { title: "Open settings", command: "workbench.action.openSettings", arguments: ["hf-lsp.path"] });
    // Not awaited: the message stays until somebody closes it.
    void vscode.window.showErrorMessage(message, "Open settings").then((choice) => {
      if (choice) void vscode.commands.executeCommand("workbench.action.openSettings", "hf-lsp.path");
    });
  }

  private commands(): vscode.Disposable[] {
    return [
      ...lensCommands(),
      ...planCommands((command, args) => this.ask(command, args)),
      ...estimateCommands((command, args) => this.ask(command, args)),
      vscode.commands.registerCommand("hf-lsp.client.restart", () => this.restart()),
      vscode.commands.registerCommand("hf-lsp.client.showLogs", () => this.log.show()),
      vscode.commands.registerCommand("hf-lsp.client.showVersions", () => this.showVersions()),
      vscode.commands.registerCommand("hf-lsp.client.showDocumentation", () => this.showDocumentation()),
      vscode.commands.registerCommand("hf-lsp.client.fixAll", () =>
        vscode.commands.executeCommand("editor.action.sourceAction", { kind: "source.fixAll.hf-lsp", apply: "first" }),
      ),
    ];
  }

  private watchers(): vscode.Disposable[] {
    return [
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.restart()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (ANOTHER_SERVER.some((key) => event.affectsConfiguration(`${SECTION}.${key}`))) return this.restart();
        if (event.affectsConfiguration(SECTION)) return this.settingsChanged();
      }),
      vscode.window.onDidChangeActiveTextEditor(() => this.status.refresh()),
      // New findings follow whatever changed the versions: an edited pin, another environment, a saved lock file.
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        const shown = vscode.window.activeTextEditor?.document.uri.toString();
        if (uris.some((uri) => uri.toString() === shown)) void this.status.refresh();
      }),
    ];
  }

  private async settingsChanged(): Promise<void> {
    if (this.client?.state !== State.Running) return;
    await announceSettings(this.client);
    await this.status.refresh();
  }

  /** Runs a command of the server and gives its answer. */
  private async ask(command: string, args: unknown[]): Promise<unknown> {
    if (this.client?.state !== State.Running) throw new Error("hf-lsp is not running");
    return this.client.sendRequest(ExecuteCommandRequest.type, { command, arguments: args });
  }

  /** The versions that apply to a document, asked from the server. */
  private async versions(document: vscode.Uri | undefined): Promise<ResolvedVersion[]> {
    return parseVersions(await this.ask("hf-lsp.showVersions", document ? [document.toString()] : []));
  }

  /** Opens the whole documentation of what the cursor is on, rendered and read-only; the server gives the text. */
  private async showDocumentation(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (!editor || this.client?.state !== State.Running) return;
    const { line, character } = editor.selection.active;
    const address = await this.ask("hf-lsp.showDocumentation", [editor.document.uri.toString(), { line, character }]);
    if (typeof address === "string") await vscode.commands.executeCommand("markdown.showPreviewToSide", vscode.Uri.parse(address));
    else void vscode.window.showInformationMessage("hf-lsp knows no documentation for what the cursor is on.");
  }

  private async showVersions(): Promise<void> {
    const versions = this.versions(vscode.window.activeTextEditor?.document.uri);
    const items = versions.then((found) =>
      foundFirst(found).map(({ library, version, source }) => ({ label: library, description: version, detail: source })),
    );
    try {
      if ((await items).length === 0) void vscode.window.showInformationMessage("hf-lsp found no Hugging Face library here.");
      else await vscode.window.showQuickPick(items, { title: "Versions that hf-lsp checks against", matchOnDetail: true });
    } catch (error) {
      void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    }
  }
}
