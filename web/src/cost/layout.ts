import type { Plan, PlanStep } from "./cost";

/** Sizes of the drawing, in pixels. */
export const card = { width: 236, height: 104, across: 56, down: 16 };

/** A step and where its card stands. */
export interface Placed {
  step: PlanStep;
  x: number;
  y: number;
}

/** A drawing of a plan: rounds from left to right, lines from what a step waits for. */
export interface Drawing {
  steps: Placed[];
  lines: { from: number; to: number; path: string }[];
  rounds: { round: number; x: number }[];
  width: number;
  height: number;
}

/** Room for the rounds' names. */
const top = 28;

/** Places the steps of a plan. Steps of a round stand in the order of those that they wait for. */
export function drawn(plan: Plan): Drawing {
  const rounds = [...new Set(plan.steps.map((s) => s.round))].sort((a, b) => a - b);
  const places = new Map<number, Placed>();
  for (const [column, round] of rounds.entries()) {
    const steps = plan.steps.filter((s) => s.round === round);
    const above = (s: PlanStep): number => Math.min(...s.after.map((id) => places.get(id)?.y ?? 0), Infinity);
    steps.sort((a, b) => (above(a) === above(b) ? a.id - b.id : above(a) - above(b)));
    for (const [row, step] of steps.entries()) {
      places.set(step.id, { step, x: column * (card.width + card.across), y: top + row * (card.height + card.down) });
    }
  }
  const steps = [...places.values()];
  return {
    steps,
    lines: steps.flatMap((to) => to.step.after.flatMap((id) => lineBetween(places.get(id), to))),
    rounds: rounds.map((round, column) => ({ round, x: column * (card.width + card.across) })),
    width: Math.max(0, rounds.length * (card.width + card.across) - card.across),
    height: Math.max(0, ...steps.map((s) => s.y + card.height)) + 2,
  };
}

function lineBetween(from: Placed | undefined, to: Placed) {
  if (!from) return [];
  const [x1, y1, x2, y2] = [from.x + card.width, from.y + card.height / 2, to.x, to.y + card.height / 2];
  const middle = (x1 + x2) / 2;
  return [{ from: from.step.id, to: to.step.id, path: `M${x1} ${y1} C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}` }];
}
