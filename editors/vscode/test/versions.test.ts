import assert from "node:assert/strict";
import { test } from "node:test";
import { foundFirst, parseVersions, summarise } from "../src/versions.ts";

const TRANSFORMERS = { library: "transformers", version: "5.23.0", source: "requirements.txt" };
const PEFT = { library: "peft", version: "0.21.2", source: "uv.lock" };
const ASSUMED = { library: "diffusers", version: "0.42.1", source: "newest known" };

test("well-formed entries are kept and the others dropped", () => {
  assert.deepEqual(parseVersions([TRANSFORMERS, null, 3, { library: "trl" }, PEFT]), [TRANSFORMERS, PEFT]);
});

test("an answer of another shape holds no versions", () => {
  for (const answer of [null, undefined, "5.23.0", { transformers: "5.23.0" }]) assert.deepEqual(parseVersions(answer), []);
});

test("transformers stands for the project when it is there", () => {
  assert.deepEqual(summarise([PEFT, TRANSFORMERS]), { text: "transformers 5.23.0", detail: "requirements.txt, and 1 more" });
});

test("another library stands for itself", () => {
  assert.deepEqual(summarise([PEFT]), { text: "peft 0.21.2", detail: "uv.lock" });
});

test("versions that were assumed are not said to be found", () => {
  assert.deepEqual(summarise([ASSUMED, PEFT]), { text: "peft 0.21.2", detail: "uv.lock" });
  for (const nothing of [[], [ASSUMED]]) assert.match(summarise(nothing).detail, /^no versions found/);
});

test("versions that were found are listed before those assumed", () => {
  assert.deepEqual(foundFirst([ASSUMED, PEFT, TRANSFORMERS]), [PEFT, TRANSFORMERS, ASSUMED]);
});
