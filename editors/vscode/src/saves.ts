// Saves the files of changes that were asked for outside of an editor, where nobody would see that they are unsaved.
import * as vscode from "vscode";
import { touched } from "./edits.ts";

export class Saves {
  /** The plans that a change was asked for, and how often. */
  private readonly awaited = new Map<string, number>();

  /** Has the files of the next change of a plan saved, of those that have no unsaved changes of their own. */
  async during(plan: string, ask: () => Promise<unknown>): Promise<void> {
    this.count(plan, 1);
    try {
      await ask();
    } catch (error) {
      this.count(plan, -1); // refused: no change comes
      throw error;
    }
  }

  /** Makes a change that the server sent, and saves what has to be. */
  async apply<Result extends object>(edit: unknown, make: () => Promise<Result>): Promise<Result> {
    const files = touched(edit).map((uri) => vscode.Uri.parse(uri).toString());
    const plan = files.find((uri) => this.isAwaited(uri));
    if (plan === undefined) return make();
    this.count(plan, -1);
    const unsaved = new Set(vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty).map(({ uri }) => uri.toString()));
    const result = await make();
    if (!("applied" in result && result.applied)) return result;
    for (const document of vscode.workspace.textDocuments) {
      const uri = document.uri.toString();
      if (files.includes(uri) && !unsaved.has(uri)) await document.save();
    }
    return result;
  }

  private isAwaited(uri: string): boolean {
    return (this.awaited.get(uri) ?? 0) > 0;
  }

  private count(plan: string, by: number): void {
    const key = vscode.Uri.parse(plan).toString();
    const left = (this.awaited.get(key) ?? 0) + by;
    if (left > 0) this.awaited.set(key, left);
    else this.awaited.delete(key);
  }
}
