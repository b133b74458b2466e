// The interpreter chosen in the Python extension, when that extension is installed.
import { isAbsolute } from "node:path";
import * as vscode from "vscode";

/** The few members of the Python extension's public interface that are used here. */
interface PythonApi {
  environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { path: string };
    onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

/** Looked up anew each time, because the Python extension may be installed or enabled later. */
function pythonExtension(): vscode.Extension<PythonApi> | undefined {
  return vscode.extensions.getExtension<PythonApi>("ms-python.python");
}

/**
 * The selected interpreter or environment folder, or undefined when nobody selected one.
 * Never waits: until the Python extension runs, the server works with the project's own environment.
 */
export function selectedInterpreter(resource: vscode.Uri | undefined): string | undefined {
  const extension = pythonExtension();
  const environments = extension?.isActive ? extension.exports?.environments : undefined;
  const path = environments?.getActiveEnvironmentPath(resource).path;
  return path && isAbsolute(path) ? path : undefined;
}

/** Calls `changed` once the Python extension runs and whenever another interpreter is selected. */
export async function onInterpreterChange(changed: () => void): Promise<vscode.Disposable | undefined> {
  try {
    const api = await pythonExtension()?.activate();
    if (!api?.environments) return undefined;
    changed();
    return api.environments.onDidChangeActiveEnvironmentPath(changed);
  } catch {
    return undefined; // an extension that fails to start leaves us with the project's own environment
  }
}
