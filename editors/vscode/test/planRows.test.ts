import assert from "node:assert/strict";
import { test } from "node:test";
import { parsePlans, type Phase, type Plan, type Step } from "../src/outline.ts";
import { badge, badgeOf, escaped, plain, rows, summary, type Row } from "../src/planRows.ts";

const RANGE = { start: { line: 3, character: 6 }, end: { line: 3, character: 20 } };
const FINDING = { code: "HFP303", severity: "warning", message: "`seed` is 1 here, and 2 in `t.py`", range: RANGE } as const;
const NOTHING = { range: RANGE, problems: 0, severity: null, findings: [], steps: [] };

function step(key: string, more: Partial<Step> = {}): Step {
  return { ...NOTHING, key, id: key, title: `Do ${key}`, state: "open", status: null, isOptional: false, waitsFor: [], ...more };
}

function phase(title: string, more: Partial<Phase> = {}): Phase {
  const { steps = [] } = more;
  const done = steps.filter(({ state }) => state === "done" || state === "skipped").length;
  return { ...NOTHING, number: 1, title, done, total: steps.length, ...more };
}

function plan(phases: Phase[], more: Partial<Plan> = {}): Plan {
  const sum = (of: (phase: Phase) => number) => phases.reduce((all, phase) => all + of(phase), 0);
  return {
    uri: "file:///home/me/my%20project/dev-journal/OUR-PLAN.md",
    version: 4,
    title: "An adapter",
    isOwnFormat: true,
    done: sum(({ done }) => done),
    total: sum(({ total }) => total),
    next: null,
    questions: 0,
    problems: sum(({ problems }) => problems),
    severity: null,
    phases,
    ...more,
  };
}

/** The only step of a plan, as a row. */
function rowOf(of: Step, more: Partial<Plan> = {}): Row {
  const row = rows([plan([phase("P", { steps: [of] })], more)])[0]?.children[0];
  assert.ok(row);
  return row;
}

test("a phase says how far it is, and is folded when it is over", () => {
  const steps = [step("1.1", { state: "done" }), step("1.2")];
  const [first, second] = rows([plan([phase("Setup", { steps }), phase("Data", { number: 2, steps: [step("2.1", { state: "skipped" })] })])]);
  assert.deepEqual([first?.label, first?.description, first?.isOpen], ["1. Setup", "1/2", true]);
  assert.deepEqual([second?.label, second?.description, second?.isOpen], ["2. Data", "1/1", false]);
  assert.deepEqual(first?.children.map(({ label }) => label), ["1.1 Do 1.1", "1.2 Do 1.2"]);
});

test("the state of a step is said in words and by the shape of its icon", () => {
  const shown = [
    step("1", { state: "done" }),
    step("1"),
    step("1", { waitsFor: ["2", "3", "4", "5"] }),
    step("1", { state: "in-progress", status: "in-progress 2026-11-20" }),
    step("1", { state: "in-progress", status: "in-progress" }),
    step("1", { state: "blocked", status: "blocked no `key`" }),
    step("1", { state: "skipped", status: "skipped" }),
    step("1", { isOptional: true }),
  ].map((it) => rowOf(it));
  assert.deepEqual(
    shown.map(({ description }) => description),
    ["", "", "waits for 2, 3, 4 and 1 more", "in progress since 2026-11-20", "in progress", "blocked: no key", "skipped", "optional"],
  );
  assert.deepEqual(shown.slice(0, 2).map(({ spoken }) => spoken), ["Step, 1 Do 1, done", "Step, 1 Do 1, open"]);
  assert.equal(new Set(shown.map(({ icon }) => icon)).size, 6, "done, open, waiting, in progress, blocked, skipped");
  assert.deepEqual(shown.map(({ step }) => step?.isDone), [true, ...Array(7).fill(false)]);
});

test("the next step is named", () => {
  const next = { next: "2.1" };
  assert.equal(rowOf(step("2.1"), next).description, "next");
  assert.equal(rowOf(step("2.1"), next).spoken, "Step, 2.1 Do 2.1, open, next");
  const within = step("1", { steps: [step("1.1"), step("1.2")] });
  assert.equal(summary([plan([phase("P", { steps: [within], done: 1, total: 2 })], { next: "1.2" })]), "1 of 2 done · next 1.2");
  assert.equal(summary([plan([]), plan([phase("P", { steps: [step("1")] })])]), "0 of 1 done");
  assert.equal(summary([]), "");
});

test("problems are counted with how bad they are, and listed", () => {
  const one = rowOf(step("1", { problems: 1, severity: "warning", findings: [FINDING] }));
  assert.equal(one.description, "1 warning");
  assert.match(one.tooltip, /^- warning: \\`seed\\` is 1 here\\, and 2 in .* \(HFP303\)$/m);
  assert.equal(rowOf(step("1", { problems: 1, severity: "error", state: "blocked", status: "blocked" })).description, "1 error · blocked");
  assert.equal(rowOf(step("1", { problems: 3, severity: "error" })).description, "3 problems, at worst an error");
  assert.equal(rowOf(step("1", { problems: 1, severity: "hint" })).description, "1 problem");
});

test("the number of problems goes through an address", () => {
  assert.equal(rowOf(step("1")).badge, "");
  const { badge: query } = rowOf(step("1", { problems: 12, severity: "error" }));
  assert.deepEqual(badgeOf(query), { problems: 12, severity: "error", words: "12 problems, at worst an error" });
  assert.deepEqual([badge(12), badge(9)], ["9+", "9"]);
  for (const other of ["", "x", "12", "12-fatal", "-error"]) assert.equal(badgeOf(other), undefined, other);
});

test("sections without steps are there only when something is wrong with them", () => {
  const empty = phase("Overview");
  const wrong = phase("Target", { number: null, problems: 1, severity: "error", findings: [{ ...FINDING, severity: "error" }] });
  assert.deepEqual(
    rows([plan([empty, wrong])]).map(({ label, description, children }) => [label, description, children.length]),
    [["Target", "1 error", 0]],
  );
});

test("what belongs to no section comes first", () => {
  const alone = phase("", { number: null, problems: 1, severity: "warning", findings: [FINDING], steps: [step("- [ ] a", { id: null, title: "a" })] });
  const [whole, first] = rows([plan([alone, phase("P", { steps: [step("1.1")] })])]);
  assert.deepEqual([whole?.label, whole?.description, whole?.place.range], ["The whole plan", "1 warning", RANGE]);
  assert.deepEqual([first?.label, first?.step?.name], ["a", "“a”"]);
});

test("several plans are rows of their own, told apart by their folders", () => {
  const other = "file:///home/me/other/dev-journal/OUR-PLAN.md";
  const [first, second] = rows([plan([phase("P", { steps: [step("1.1")] })]), plan([], { uri: other, title: "" })]);
  assert.deepEqual([first?.label, first?.description], ["An adapter", "0 of 1 done · my project"]);
  assert.deepEqual([second?.label, second?.description], ["other", "0 of 0 done · other"]);
  assert.equal(first?.children[0]?.children[0]?.step?.uri, plan([]).uri);
});

test("rows are told apart, and are the same when the tree is made again", () => {
  const twice = [step("- [ ] a", { id: null }), step("- [ ] a", { id: null })];
  const made = () => rows([plan([phase("P", { steps: twice }), phase("P", { steps: [] , problems: 1 })])]);
  const ids = (all: Row[]): string[] => all.flatMap((row) => [row.id, ...ids(row.children)]);
  assert.equal(new Set(ids(made())).size, 4);
  assert.deepEqual(ids(made()), ids(made()));
});

test("commands get the step as it was shown", () => {
  assert.deepEqual(rowOf(step("1.1")).step, { uri: plan([]).uri, key: "1.1", name: "step 1.1", isDone: false });
  assert.deepEqual([rowOf(step("1.1")).context, rowOf(step("1.1"), { isOwnFormat: false }).context], ["step.open", "step.open.foreign"]);
});

test("titles lose their Markdown in labels, and keep it from working in tooltips", () => {
  assert.equal(plain("Draw  the `loss` of **the run** in [the log](https://example.com/x)"), "Draw the loss of the run in the log");
  assert.equal(plain("__Write__ `src/__init__.py`, `a` and ``b`c``"), "Write src/__init__.py, a and b`c");
  const bad = "![x](https://example.com/x.png) <img src=x> [go](command:evil) https://example.com";
  const tooltip = rowOf(step("1.1", { status: `blocked ${bad}`, state: "blocked", findings: [{ ...FINDING, message: bad }] })).tooltip;
  assert.match(tooltip, /evil/);
  assert.doesNotMatch(tooltip, /(?<!\\)[[\]<>!]|https:/, "no image, link, tag or address is left");
  assert.equal(escaped("a*b_c\nd"), "a\\*b\\_c d");
});

test("an answer of another shape holds no plans", () => {
  const good = plan([phase("P", { steps: [step("1", { steps: [step("1.1")] })] })]);
  const { phases: _, ...without } = good;
  const odd = plan([phase("P", { steps: [{ ...step("1"), state: "lost" } as unknown as Step] })]);
  assert.deepEqual(parsePlans([good, null, 3, without, odd]), [good]);
  for (const answer of [null, undefined, {}, "plans"]) assert.deepEqual(parsePlans(answer), []);
});
