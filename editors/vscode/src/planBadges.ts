// The number of problems at the end of a row, where it is seen however narrow the view is, as files have it in the Explorer.
import * as vscode from "vscode";
import { badge, badgeOf, BADGES } from "./planRows.ts";

export function planBadges(): vscode.Disposable {
  return vscode.window.registerFileDecorationProvider({
    provideFileDecoration(uri) {
      const shown = uri.scheme === BADGES ? badgeOf(uri.query) : undefined;
      if (!shown) return undefined;
      const color = shown.severity === "error" || shown.severity === "warning" ? `list.${shown.severity}Foreground` : undefined;
      return { badge: badge(shown.problems), tooltip: shown.words, color: color && new vscode.ThemeColor(color) };
    },
  });
}
