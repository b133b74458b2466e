// The language status item: which versions were found and where.
import * as vscode from "vscode";
import { Latest } from "./asking.ts";
import { SELECTOR } from "./client.ts";
import { summarise, type ResolvedVersion } from "./versions.ts";

export class Status implements vscode.Disposable {
  private readonly item = vscode.languages.createLanguageStatusItem("hf-lsp.versions", SELECTOR);
  private readonly latest = new Latest(() => this.update());

  private readonly ask: (document: vscode.Uri | undefined) => Promise<ResolvedVersion[]>;

  constructor(ask: (document: vscode.Uri | undefined) => Promise<ResolvedVersion[]>) {
    this.ask = ask;
    this.item.name = "Hugging Face versions";
    this.starting();
  }

  starting(): void {
    this.show("hf-lsp", "starting", vscode.LanguageStatusSeverity.Information, true);
  }

  /** The server is not there; `reason` says why and `command` leads further. */
  failed(reason: string, command: vscode.Command): void {
    this.show("hf-lsp is not running", reason, vscode.LanguageStatusSeverity.Error, false);
    this.item.command = command;
  }

  /** Asks again, when there may be other versions. */
  refresh(): Promise<void> {
    return this.latest.again();
  }

  dispose(): void {
    this.item.dispose();
  }

  private async update(): Promise<void> {
    const versions = await this.ask(vscode.window.activeTextEditor?.document.uri).catch(() => undefined);
    if (!versions) return;
    const { text, detail } = summarise(versions);
    this.show(text, detail, vscode.LanguageStatusSeverity.Information, false);
    this.item.command = { title: "Show all", command: "hf-lsp.client.showVersions" };
  }

  private show(text: string, detail: string, severity: vscode.LanguageStatusSeverity, busy: boolean): void {
    Object.assign(this.item, { text, detail, severity, busy });
  }
}
