import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { expand, NETWORK_SETTINGS, networkOptions, serverSettings } from "../src/settings.ts";

const VARIABLES = { home: "/home/me", workspaceFolder: "/home/me/project" };

function settings(values: Record<string, unknown>, selected?: string) {
  return serverSettings((key) => values[key], VARIABLES, selected);
}

test("empty settings send nothing, so the project's configuration decides", () => {
  assert.deepEqual(settings({ python: "", targets: [], select: [], ignore: [] }), {});
});

test("given settings are sent under the names that the server reads", () => {
  assert.deepEqual(
    settings({ python: "/venv/bin/python", targets: ["transformers==5.23.0"], select: ["HF1"], ignore: ["HF103"] }),
    { python: "/venv/bin/python", targets: ["transformers==5.23.0"], select: ["HF1"], ignore: ["HF103"] },
  );
});

test("the selected interpreter fills an empty setting and never overrides a given one", () => {
  assert.deepEqual(settings({ python: "" }, "/selected/python"), { python: "/selected/python" });
  assert.deepEqual(settings({ python: "/mine/python" }, "/selected/python"), { python: "/mine/python" });
});

test("blanks, empty entries and repetitions are dropped", () => {
  assert.deepEqual(settings({ ignore: [" HF103 ", "", "HF103", "HF104"] }), { ignore: ["HF103", "HF104"] });
});

test("values of the wrong type do no harm", () => {
  assert.deepEqual(settings({ python: 3, targets: "trl==1.16.0", select: [1, null, "HF1"], ignore: { HF103: true } }), {
    targets: ["trl==1.16.0"],
    select: ["HF1"],
  });
});

test("variables are expanded in the interpreter's path", () => {
  assert.deepEqual(settings({ python: "${workspaceFolder}/.venv/bin/python" }), {
    python: "/home/me/project/.venv/bin/python",
  });
  assert.equal(expand("~/bin/hf-lsp", VARIABLES), "/home/me/bin/hf-lsp");
  assert.equal(expand("~other/bin", VARIABLES), "~other/bin");
  assert.equal(expand("a~/b", VARIABLES), "a~/b");
});

test("dollar signs in a folder's name are kept", () => {
  assert.equal(expand("${workspaceFolder}/x", { home: "/", workspaceFolder: "/a$&b" }), "/a$&b/x");
});

test("inlay hints are asked for by the value true alone", () => {
  assert.deepEqual(settings({ inlayHints: true }), { inlayHints: true });
  for (const value of [false, "true", 1, undefined]) assert.deepEqual(settings({ inlayHints: value }), {});
});

test("code lenses are switched off by the value false alone", () => {
  assert.deepEqual(settings({ codeLens: false }), { codeLens: false });
  for (const value of [true, "false", 0, undefined]) assert.deepEqual(settings({ codeLens: value }), {});
});

test("a machine is sent where one is named", () => {
  assert.deepEqual(settings({ gpu: " 24GB " }), { gpu: "24GB" });
  for (const value of ["", " ", 24, undefined]) assert.deepEqual(settings({ gpu: value }), {});
});

test("of the journal the folder is sent, and whether suggestions are unwanted", () => {
  assert.deepEqual(settings({ "journal.folder": " docs/journal ", "journal.suggestions": false }), {
    journal: { folder: "docs/journal", suggestions: false },
  });
  for (const suggestions of [true, "false", 0, undefined]) {
    assert.deepEqual(settings({ "journal.folder": " ", "journal.suggestions": suggestions }), {});
  }
});

function network(values: Record<string, unknown>, trusted = true) {
  return networkOptions((key) => values[key], trusted);
}

test("the server is always told whether the folder is trusted", () => {
  assert.deepEqual(network({ network: "", endpoint: " ", privateNamespaces: [] }), { trusted: true });
  assert.deepEqual(network({}, false), { trusted: false });
});

test("network settings are sent under the names that the server reads", () => {
  const values = { network: "on", endpoint: " https://hub.test ", privateNamespaces: ["acme", "other/secret"] };
  assert.deepEqual(network(values), { ...values, endpoint: "https://hub.test", trusted: true });
});

test("a mode that nobody knows means no network", () => {
  for (const mode of ["offline", "On"]) assert.equal(network({ network: mode }).network, "off");
  for (const mode of ["off", "cache", "on-demand", "on"]) assert.equal(network({ network: mode }).network, mode);
  assert.deepEqual(network({ network: true, endpoint: 3, privateNamespaces: { acme: true } }), { trusted: true });
});

test("network settings cannot come from a folder's own settings", () => {
  const { capabilities, contributes } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  for (const key of NETWORK_SETTINGS) {
    assert.equal(contributes.configuration.properties[`hf-lsp.${key}`].scope, "machine");
    assert.ok(capabilities.untrustedWorkspaces.restrictedConfigurations.includes(`hf-lsp.${key}`));
  }
});
