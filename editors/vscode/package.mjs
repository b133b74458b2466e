// Packs the extension: node package.mjs [--server PROGRAM --target TARGET] [--out FILE]
// With --server the program travels inside the package; without it users bring their own.
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { createVSIX } from "@vscode/vsce";

const here = import.meta.dirname;
const { values } = parseArgs({
  options: { server: { type: "string" }, target: { type: "string" }, out: { type: "string" } },
});
if (Boolean(values.server) !== Boolean(values.target)) {
  console.error("--server and --target belong together: a program fits one platform only");
  process.exit(2);
}

/** Puts the program where the extension looks for it, or makes sure that no older one is left there. */
function stageServer() {
  const folder = resolve(here, "server");
  rmSync(folder, { recursive: true, force: true });
  if (!values.server) return;
  const file = resolve(folder, values.target.startsWith("win32") ? "hf-lsp.exe" : "hf-lsp");
  mkdirSync(folder);
  copyFileSync(values.server, file);
  chmodSync(file, 0o755);
}

stageServer();
execFileSync(process.execPath, ["esbuild.mjs"], { cwd: here, stdio: "inherit" });
await createVSIX({
  cwd: here,
  target: values.target,
  packagePath: resolve(values.out ?? resolve(here, "hf-lsp.vsix")),
  dependencies: false,
  allowMissingRepository: true,
});
