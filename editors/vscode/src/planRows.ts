// The rows of the plan's tree, made of what the server tells. Pure: icons are names, tooltips are Markdown.
import type { Finding, Phase, Plan, Severity, State, Step, WireRange } from "./outline.ts";

export interface Row {
  /** The same for the same row whenever the tree is made, so that what is unfolded stays so. */
  id: string;
  label: string;
  /** The grey words behind the label. */
  description: string;
  /** Markdown. What is the plan's own text is escaped. */
  tooltip: string;
  /** The name of a product icon. */
  icon: string;
  /** What a screen reader says. */
  spoken: string;
  /** The query of an address of the scheme [`BADGES`] for what is wrong with it; nothing where nothing is. */
  badge: string;
  /** What menus go by: `plan`, `phase`, `step.open`, `step.done`, ... */
  context: string;
  isOpen: boolean;
  /** What a click shows. */
  place: { uri: string; range: WireRange };
  /** For steps: what commands take. */
  step?: { uri: string; key: string; name: string; isDone: boolean };
  children: Row[];
}

/** The scheme of addresses that stand for what is wrong with rows. */
export const BADGES = "hf-lsp-plan";

interface Badge {
  problems: number;
  severity: Severity | null;
  words: string;
}

function badgeFor(number: number, severity: Severity | null): string {
  return number === 0 ? "" : `${number}-${severity ?? ""}`;
}

/** What an address stands for. */
export function badgeOf(query: string): Badge | undefined {
  const [, number, severity] = query.match(/^(\d+)-(error|warning|information|hint)?$/) ?? [];
  if (number === undefined) return undefined;
  const known = (severity as Severity | undefined) ?? null;
  return { problems: Number(number), severity: known, words: problems(Number(number), known) };
}

/** Two letters are shown at most. */
export function badge(number: number): string {
  return number > 9 ? "9+" : String(number);
}

const ICONS: Record<State, string> = {
  open: "circle-large-outline",
  "in-progress": "play-circle",
  blocked: "circle-slash",
  skipped: "debug-step-over",
  done: "pass-filled",
};
const WAITING = "watch";
const TOP: WireRange = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
/** More ids than these are counted instead of named. */
const MOST_NAMES = 3;

/** The rows at the top: the phases of the only plan, or the plans where there are several. */
export function rows(plans: Plan[]): Row[] {
  const [only, another] = plans;
  if (!only) return [];
  return another ? plans.map(planRow) : phaseRows(only);
}

/** What stands beside the title of the view. */
export function summary(plans: Plan[]): string {
  const done = plans.reduce((sum, plan) => sum + plan.done, 0);
  const total = plans.reduce((sum, plan) => sum + plan.total, 0);
  const [only, another] = plans;
  if (!only) return "";
  const next = another ? undefined : find(only, only.next)?.id;
  return joined([`${done} of ${total} done`, next && `next ${next}`]);
}

function planRow(plan: Plan): Row {
  const title = plain(plan.title) || folderOf(plan.uri);
  const progress = `${plan.done} of ${plan.total} done`;
  const wrong = problems(plan.problems, plan.severity);
  const description = joined([progress, folderOf(plan.uri), wrong]);
  return {
    id: plan.uri,
    label: title,
    description,
    tooltip: paragraphs([`**${escaped(title)}**`, escaped(joined([progress, count(plan.questions, "open question"), wrong])), escaped(pathOf(plan.uri))]),
    icon: "project",
    spoken: spoken(["Plan", title, progress, wrong]),
    badge: badgeFor(plan.problems, plan.severity),
    context: "plan",
    isOpen: true,
    place: { uri: plan.uri, range: TOP },
    children: phaseRows(plan),
  };
}

/** Sections without steps are shown where something is wrong with them. Steps outside of all sections come first. */
function phaseRows(plan: Plan): Row[] {
  const shown = plan.phases.filter((phase) => phase.total > 0 || phase.steps.length > 0 || phase.problems > 0);
  const ids = new Set<string>();
  return shown.flatMap((phase) => {
    if (phase.title === "" && phase.number === null) return headless(plan, phase, ids);
    return [phaseRow(plan, phase, ids)];
  });
}

function headless(plan: Plan, phase: Phase, ids: Set<string>): Row[] {
  const steps = phase.steps.map((step) => stepRow(plan, step, ids));
  if (phase.findings.length === 0) return steps;
  const title = "The whole plan";
  const wrong = problems(phase.findings.length, worst(phase.findings));
  const row: Row = {
    id: unique(ids, `${plan.uri}#`),
    label: title,
    description: wrong,
    tooltip: paragraphs([`**${title}**`, listed(phase.findings)]),
    icon: "notebook",
    spoken: spoken([title, wrong]),
    badge: badgeFor(phase.findings.length, worst(phase.findings)),
    context: "phase",
    isOpen: false,
    place: { uri: plan.uri, range: phase.findings[0]?.range ?? TOP },
    children: [],
  };
  return [row, ...steps];
}

function phaseRow(plan: Plan, phase: Phase, ids: Set<string>): Row {
  const label = phase.number === null ? plain(phase.title) : `${phase.number}. ${plain(phase.title)}`;
  const progress = phase.total > 0 ? `${phase.done}/${phase.total}` : "";
  const said = phase.total > 0 ? `${phase.done} of ${phase.total} done` : "no steps";
  const wrong = problems(phase.problems, phase.severity);
  const isOver = phase.total > 0 && phase.done === phase.total;
  return {
    id: unique(ids, `${plan.uri}#${label}`),
    label,
    description: joined([progress, wrong]),
    tooltip: paragraphs([`**${escaped(label)}**`, escaped(joined([said, wrong])), listed(phase.findings)]),
    icon: isOver ? "pass-filled" : phase.total > 0 ? "list-unordered" : "note",
    spoken: spoken(["Phase", label, said, wrong]),
    badge: badgeFor(phase.problems, phase.severity),
    context: "phase",
    isOpen: phase.total > 0 && !isOver,
    place: { uri: plan.uri, range: phase.range },
    children: phase.steps.map((step) => stepRow(plan, step, ids)),
  };
}

function stepRow(plan: Plan, step: Step, ids: Set<string>): Row {
  const title = plain(step.title);
  const label = step.id ? `${step.id} ${title}` : title;
  const name = step.id ? `step ${step.id}` : `“${title}”`;
  const waits = waiting(step);
  const isWaiting = step.state === "open" && waits !== "";
  const isNext = plan.next === step.key;
  const state = stateWords(step);
  const wrong = problems(step.problems, step.severity);
  const optional = step.isOptional && "optional";
  return {
    id: unique(ids, `${plan.uri}#${step.key}`),
    label,
    // What is wrong comes first, since the end of a long line is cut; of open and done tell the box and the icon.
    description: joined([wrong, state !== "open" && state !== "done" && state, isNext && "next", waits, optional]),
    tooltip: paragraphs([`**${escaped(label)}**`, escaped(joined([state, isNext && "next", waits, optional, wrong])), listed(step.findings)]),
    icon: isWaiting ? WAITING : ICONS[step.state],
    spoken: spoken([step.id && "Step", label, state, isNext && "next", waits, optional, wrong]),
    badge: badgeFor(step.problems, step.severity),
    context: `step.${step.state}${plan.isOwnFormat ? "" : ".foreign"}`,
    isOpen: step.state !== "done" && step.state !== "skipped",
    place: { uri: plan.uri, range: step.range },
    step: { uri: plan.uri, key: step.key, name, isDone: step.state === "done" },
    children: step.steps.map((within) => stepRow(plan, within, ids)),
  };
}

/** "blocked: the key is missing", "skipped", "in progress since 2026-11-20" */
function stateWords({ state, status }: Step): string {
  const more = plain(status?.replace(/^\S+\s*/, "") ?? "");
  if (state === "blocked" || state === "skipped") return more ? `${state}: ${more}` : state;
  if (state === "in-progress") return /^\d{4}-\d\d-\d\d$/.test(more) ? `in progress since ${more}` : "in progress";
  return state;
}

function waiting({ waitsFor }: Step): string {
  if (waitsFor.length === 0) return "";
  const named = waitsFor.slice(0, MOST_NAMES).map(plain).join(", ");
  const more = waitsFor.length - MOST_NAMES;
  return `waits for ${named}${more > 0 ? ` and ${more} more` : ""}`;
}

/** "1 error"; "3 problems, at worst a warning": a number alone does not say how bad it is. */
function problems(number: number, severity: Severity | null): string {
  const is = severity === "error" || severity === "warning";
  if (number === 1 && is) return `1 ${severity}`;
  return number > 1 && is ? `${count(number, "problem")}, at worst ${severity === "error" ? "an error" : "a warning"}` : count(number, "problem");
}

function worst(findings: Finding[]): Severity | null {
  const order: Severity[] = ["error", "warning", "information", "hint"];
  return order.find((severity) => findings.some((finding) => finding.severity === severity)) ?? null;
}

function listed(findings: Finding[]): string {
  return findings.map(({ severity, message, code }) => `- ${severity}: ${escaped(message)} (${escaped(code)})`).join("\n");
}

function find(plan: Plan, key: string | null): Step | undefined {
  const within = (steps: Step[]): Step | undefined => {
    for (const step of steps) {
      const found = step.key === key ? step : within(step.steps);
      if (found) return found;
    }
    return undefined;
  };
  return key === null ? undefined : within(plan.phases.flatMap((phase) => phase.steps));
}

/** Titles are Markdown, rows are not. */
export function plain(markdown: string): string {
  return markdown
    .replace(/(`+)(.*?)\1|!?\[([^\]]*)\]\([^)]*\)|\*\*|__/g, (_all, _ticks, code?: string, text?: string) => code ?? text ?? "")
    .replace(/\s+/g, " ")
    .trim();
}

/** Text that Markdown shows as it is: a plan may come from anybody. */
export function escaped(text: string): string {
  return text.replace(/[!-/:-@[-`{-~]/g, "\\$&").replace(/\s+/g, " ");
}

/** The folder of the project: that above the journal's. */
function folderOf(uri: string): string {
  return pathOf(uri).split("/").at(-3) || pathOf(uri);
}

function pathOf(uri: string): string {
  try {
    return decodeURIComponent(new URL(uri).pathname);
  } catch {
    return uri; // a name with a per cent sign in it
  }
}

function unique(ids: Set<string>, wanted: string): string {
  let id = wanted;
  for (let copy = 2; ids.has(id); copy++) id = `${wanted}#${copy}`;
  ids.add(id);
  return id;
}

function count(number: number, what: string): string {
  return number === 0 ? "" : `${number} ${what}${number === 1 ? "" : "s"}`;
}

type Words = string | false | null | undefined;

function joined(parts: Words[]): string {
  return parts.filter(Boolean).join(" · ");
}

function spoken(parts: Words[]): string {
  return parts.filter(Boolean).join(", ");
}

function paragraphs(parts: string[]): string {
  return parts.filter(Boolean).join("\n\n");
}
