import assert from "node:assert/strict";
import { test } from "node:test";
import { findServer, type Surroundings } from "../src/server.ts";

/** A trusted Linux machine on which exactly `programs` exist. */
function machine(programs: string[], changes: Partial<Surroundings> = {}): Surroundings {
  return {
    trusted: true,
    configured: "",
    extensionFolder: "/ext",
    searchPath: "/usr/local/bin:/usr/bin",
    platform: "linux",
    isProgram: (file) => programs.includes(file),
    ...changes,
  };
}

const EVERYWHERE = ["/opt/hf-lsp", "/ext/server/hf-lsp", "/usr/bin/hf-lsp"];

test("the setting comes first", () => {
  const server = findServer(machine(EVERYWHERE, { configured: "/opt/hf-lsp" }));
  assert.deepEqual(server, { found: true, command: "/opt/hf-lsp", origin: "setting" });
});

test("then the bundled program", () => {
  assert.deepEqual(findServer(machine(EVERYWHERE)), { found: true, command: "/ext/server/hf-lsp", origin: "bundled" });
});

test("then PATH", () => {
  const server = findServer(machine(["/usr/bin/hf-lsp"]));
  assert.deepEqual(server, { found: true, command: "/usr/bin/hf-lsp", origin: "PATH" });
});

test("an untrusted folder gets the bundled program, whatever else there is", () => {
  const server = findServer(machine(EVERYWHERE, { trusted: false, configured: "/opt/hf-lsp" }));
  assert.deepEqual(server, { found: true, command: "/ext/server/hf-lsp", origin: "bundled" });
});

test("an untrusted folder without a bundled program gets none and is told why", () => {
  const server = findServer(machine(["/opt/hf-lsp", "/usr/bin/hf-lsp"], { trusted: false, configured: "/opt/hf-lsp" }));
  assert.ok(!server.found);
  assert.match(server.message, /Trust this folder/);
});

test("a setting that names no program is an error, not a reason to take another one", () => {
  const server = findServer(machine(EVERYWHERE, { configured: "/opt/other" }));
  assert.ok(!server.found);
  assert.match(server.message, /hf-lsp\.path is "\/opt\/other"/);
});

test("a relative path in the setting is refused even where it exists", () => {
  const server = findServer(machine(["bin/hf-lsp"], { configured: "bin/hf-lsp" }));
  assert.ok(!server.found);
  assert.match(server.message, /absolute path/);
});

test("a bare name in the setting is looked up on PATH", () => {
  const server = findServer(machine(["/usr/bin/hf-lsp-nightly"], { configured: "hf-lsp-nightly" }));
  assert.deepEqual(server, { found: true, command: "/usr/bin/hf-lsp-nightly", origin: "setting" });
});

test("relative folders on PATH are skipped, because the project controls them", () => {
  const server = findServer(machine(["hf-lsp", "bin/hf-lsp", "/usr/bin/hf-lsp"], { searchPath: ".:bin::/usr/bin" }));
  assert.deepEqual(server, { found: true, command: "/usr/bin/hf-lsp", origin: "PATH" });
});

test("nothing anywhere gives one message with both ways out", () => {
  const server = findServer(machine([]));
  assert.ok(!server.found);
  assert.match(server.message, /PATH.*hf-lsp\.path/);
});

test("Windows uses its own names and separators", () => {
  const windows = { platform: "win32", extensionFolder: "C:\\ext", searchPath: "tools;C:\\bin" } as const;
  assert.deepEqual(findServer(machine(["C:\\ext\\server\\hf-lsp.exe"], windows)), {
    found: true,
    command: "C:\\ext\\server\\hf-lsp.exe",
    origin: "bundled",
  });
  assert.deepEqual(findServer(machine(["tools\\hf-lsp.exe", "C:\\bin\\hf-lsp.exe"], windows)), {
    found: true,
    command: "C:\\bin\\hf-lsp.exe",
    origin: "PATH",
  });
});
