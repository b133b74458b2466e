// The tree view of the plan: the rows of planRows.ts in VS Code's words, and what is done with them.
import * as vscode from "vscode";
import { Latest } from "./asking.ts";
import { show } from "./lenses.ts";
import { parsePlans, type Plan } from "./outline.ts";
import { IN_ITS_WAY, NOT_NEEDED, reasonFor, tell, type Ask } from "./plan.ts";
import { planBadges } from "./planBadges.ts";
import { BADGES, rows, summary, type Row } from "./planRows.ts";
import type { Saves } from "./saves.ts";

const VIEW = "hf-lsp.plan";

/** Whether there is a plan, for the view's welcome: unknown at first. */
const KNOWN = "hf-lsp.plans";

export class PlanTree implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<Row>;
  private readonly subscriptions: vscode.Disposable[];
  private readonly latest = new Latest(() => this.update());
  private top: Row[] = [];
  private readonly ask: Ask;
  private readonly saves: Saves;

  constructor(ask: Ask, saves: Saves) {
    this.ask = ask;
    this.saves = saves;
    // Ticks of the steps around a step are the server's.
    this.view = vscode.window.createTreeView(VIEW, { treeDataProvider: this, showCollapseAll: true, manageCheckboxStateManually: true });
    this.subscriptions = [
      this.changed,
      this.view,
      planBadges(),
      this.view.onDidChangeVisibility(() => this.refresh()),
      this.view.onDidChangeCheckboxState(({ items }) => this.ticked(items)),
      ...this.commands(),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** Asks the server again, if anybody sees the answer. */
  refresh(): void {
    if (this.view.visible) void this.latest.again();
  }

  getTreeItem(row: Row): vscode.TreeItem {
    const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(row.label, row.children.length === 0 ? None : row.isOpen ? Expanded : Collapsed);
    item.id = row.id;
    item.description = row.description;
    item.tooltip = new vscode.MarkdownString(row.tooltip); // neither commands nor HTML
    item.iconPath = new vscode.ThemeIcon(row.icon);
    if (row.badge) item.resourceUri = vscode.Uri.from({ scheme: BADGES, path: "/", query: row.badge });
    item.contextValue = row.context;
    item.accessibilityInformation = { label: row.spoken };
    item.command = { title: "Show in the plan", command: "hf-lsp.show", arguments: [row.place.uri, row.place.range] };
    if (row.step) item.checkboxState = checkbox(row.step);
    return item;
  }

  getChildren(row?: Row): Row[] {
    return row ? row.children : this.top;
  }

  private commands(): vscode.Disposable[] {
    const register = (name: string, action: (row: Row) => Promise<unknown>) =>
      vscode.commands.registerCommand(`hf-lsp.client.plan.row.${name}`, (row?: Row) => {
        const chosen = row ?? this.view.selection[0];
        return chosen && action(chosen).catch(tell);
      });
    return [
      register("show", ({ place }) => show(place.uri, place.range)),
      register("done", (row) => this.change("done", row)),
      register("start", (row) => this.change("start", row)),
      register("reopen", (row) => this.change("reopen", row)),
      register("skip", (row) => this.changeFor(row, "skip", NOT_NEEDED)),
      register("block", (row) => this.changeFor(row, "block", IN_ITS_WAY)),
      vscode.commands.registerCommand("hf-lsp.client.plan.refresh", () => this.refresh()),
    ];
  }

  private async update(): Promise<void> {
    // What was shown stays while the server is not there or cannot answer.
    const answer = await this.ask("hf-lsp.plan.outline", []).catch(() => undefined);
    if (answer === undefined) return;
    this.render(parsePlans(answer));
  }

  private render(plans: Plan[]): void {
    const before = JSON.stringify(this.top);
    this.top = rows(plans);
    this.view.description = summary(plans);
    this.view.message = plans.length === 1 && this.top.length === 0 ? "The plan has no steps yet." : undefined;
    void vscode.commands.executeCommand("setContext", KNOWN, plans.length > 0 ? "some" : "none");
    // Rows that are drawn anew lose the keyboard of their boxes.
    if (JSON.stringify(this.top) !== before) this.changed.fire();
  }

  private async ticked(items: readonly [Row, vscode.TreeItemCheckboxState][]): Promise<void> {
    for (const [row, state] of items) {
      const isTicked = state === vscode.TreeItemCheckboxState.Checked;
      await this.change(isTicked ? "done" : "reopen", row).catch(tell);
    }
    // A box that was refused goes back to what the plan says.
    this.changed.fire();
  }

  /** Has the server change a step; the files of the change are saved with it. */
  private async change(command: string, { step }: Row, ...more: unknown[]): Promise<void> {
    if (!step) return;
    const { uri, key } = step;
    // Of no version: a step is the same one wherever it stands by now.
    await this.saves.during(uri, () => this.ask(`hf-lsp.plan.${command}`, [{ uri }, key, ...more]));
  }

  private async changeFor(row: Row, command: string, prompt: string): Promise<void> {
    const reason = await reasonFor(row.label, prompt);
    if (reason !== undefined) await this.change(command, row, reason);
  }
}

function checkbox({ name, isDone }: NonNullable<Row["step"]>): vscode.TreeItem["checkboxState"] {
  const what = isDone ? `Take ${name} back to open` : `Mark ${name} done`;
  const { Checked, Unchecked } = vscode.TreeItemCheckboxState;
  return { state: isDone ? Checked : Unchecked, tooltip: what, accessibilityInformation: { label: what } };
}
