// What the server tells about the plans of the workspace (`hf-lsp.plan.outline`). Pure.

/** A range as the protocol writes it. */
export interface WireRange {
  start: { line: number; character: number };
  end: { line: number; character: number };
}

export type State = "open" | "in-progress" | "blocked" | "skipped" | "done";
export type Severity = "error" | "warning" | "information" | "hint";

export interface Finding {
  code: string;
  severity: Severity;
  message: string;
  range: WireRange;
}

/** What is known of every part of a plan: how much is wrong with all of it, and what with itself. */
interface Part {
  title: string;
  range: WireRange;
  problems: number;
  severity: Severity | null;
  findings: Finding[];
  steps: Step[];
}

export interface Step extends Part {
  /** What commands call it. */
  key: string;
  id: string | null;
  state: State;
  /** What `Status:` says. */
  status: string | null;
  isOptional: boolean;
  waitsFor: string[];
}

export interface Phase extends Part {
  number: number | null;
  done: number;
  total: number;
}

export interface Plan {
  uri: string;
  /** Of the open document that the ranges are of; nothing for one that is not open. */
  version: number | null;
  title: string;
  /** Whether more than ticks can be written. */
  isOwnFormat: boolean;
  done: number;
  total: number;
  next: string | null;
  questions: number;
  problems: number;
  severity: Severity | null;
  phases: Phase[];
}

const STATES: readonly unknown[] = ["open", "in-progress", "blocked", "skipped", "done"];

/** Keeps the well-formed plans of the server's answer. */
export function parsePlans(answer: unknown): Plan[] {
  return Array.isArray(answer) ? answer.filter(isPlan) : [];
}

function isPlan(entry: unknown): entry is Plan {
  const value = entry as Partial<Plan> | null;
  const counts = [value?.done, value?.total, value?.questions, value?.problems];
  return (
    typeof value?.uri === "string" &&
    typeof value.title === "string" &&
    counts.every((count) => typeof count === "number") &&
    areParts(value.phases)
  );
}

function areParts(parts: unknown): boolean {
  return Array.isArray(parts) && parts.every(isPart);
}

function isPart(entry: unknown): boolean {
  const value = entry as Partial<Step & Phase> | null;
  const isStep = typeof value?.key === "string" && STATES.includes(value.state) && Array.isArray(value.waitsFor);
  const isPhase = typeof value?.done === "number" && typeof value.total === "number";
  return (
    (isStep || isPhase) &&
    typeof value?.title === "string" &&
    typeof value.range?.start?.line === "number" &&
    typeof value.problems === "number" &&
    Array.isArray(value.findings) &&
    areParts(value.steps)
  );
}
