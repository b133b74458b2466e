import assert from "node:assert/strict";
import { test } from "node:test";
import { Latest } from "../src/asking.ts";

test("calls that arrive while one is at work become one more", async () => {
  const waiting: (() => void)[] = [];
  let asked = 0;
  const latest = new Latest(() => {
    asked++;
    return new Promise((resolve) => waiting.push(resolve));
  });
  const first = latest.again();
  for (let more = 0; more < 5; more++) void latest.again();
  assert.equal(asked, 1);
  waiting.shift()?.();
  await new Promise(setImmediate);
  assert.equal(asked, 2);
  waiting.shift()?.();
  await first;
  assert.equal(asked, 2);
});

test("what failed can be asked again", async () => {
  let asked = 0;
  const latest = new Latest(async () => {
    if (asked++ === 0) throw new Error("not yet");
  });
  await assert.rejects(latest.again(), /not yet/);
  await latest.again();
  assert.equal(asked, 2);
});
