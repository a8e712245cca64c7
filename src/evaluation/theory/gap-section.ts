import { linePanel, type Series } from '../report/charts/lines.ts';
import { colourClass } from '../report/charts/style.ts';
import { panelsSvg } from '../report/charts/svg.ts';
import type { Figure, Section } from '../report/report.ts';
import type { Cell, Table } from '../report/table.ts';
import { axes, byBeta, curve, pointOf } from './curves.ts';
import { valueSources, type ValueSource } from './exact-methods.ts';
import { familyNames, type FamilySweep } from './family-sweep.ts';
import { decoders, type Decoder, type SweepPoint } from './sweep.ts';

const names: Readonly<Record<Decoder, string>> = {
  tq: 'TQ*',
  cd: 'CD',
  'args-sft': 'ARGS',
  dpo: 'pi_BL',
  sft: 'pi_SFT',
};

/** Gaps of direct transfer and its rivals, and the distances of their values from Q*. */
export function gapSection({ family, suffix, points, count }: FamilySweep): Section {
  // Independent rewards do not say anything about an unfinished response.
  const values = valueSources.filter((id) => family === 'features' || id !== 'args-sft');
  const shown = decoders.filter((id) => id !== 'args-sft' || family === 'features');
  return {
    title: `Gap to the optimal policy: ${familyNames[family]}`,
    notes: [
      `Gap: the largest reward minus the mean reward of the method (18). TQ* decodes pi_BL with the value of pi_BL's continuations, CD decodes pi_SFT with the value of pi_SFT's continuations${family === 'features' ? ', ARGS decodes pi_SFT with the reward of the unfinished response' : ''}. pi_BL is aligned to the target reward and has no value, as pi_SFT. The claim of figure 1: Q of the baseline policy is closer to Q* than Q of the reference policy.`,
      family === 'features'
        ? 'The reward is the logistic function of a weighted sum over tokens, tokens with their places, and pairs of neighbours. ARGS reads an unfinished response with the same function.'
        : 'Each response has a reward of its own. A prefix says nothing about it, so ARGS is left out.',
    ],
    figures: [gapFigure(points, shown, suffix), valueFigure(points, values, suffix)],
    tables: [gapTable(points, shown, values, count, suffix)],
  };
}

function gapFigure(
  points: readonly SweepPoint[],
  shown: readonly Decoder[],
  suffix: string,
): Figure {
  const list = shown.map((id) => names[id]).join(', ');
  return {
    id: `gaps${suffix}`,
    title: 'Suboptimality gap over alpha, for each beta.',
    notes: ['Vertical lines: 95% intervals over the MDPs. Only TQ* and pi_BL depend on beta.'],
    svg: panelsSvg(
      `Suboptimality gap of ${list} over alpha, one panel for each beta`,
      byBeta(points, (own) => ({
        y: 'gap to the optimal policy',
        series: shown.map((id) => curve(names[id], colourClass(id), own, ({ gaps }) => gaps[id])),
      })),
    ),
  };
}

function valueFigure(
  points: readonly SweepPoint[],
  values: readonly ValueSource[],
  suffix: string,
): Figure {
  const { alpha } = points[0]!;
  const own = points.filter((point) => point.alpha === alpha);
  const series = values.map((id): Series => ({
    label: names[id],
    style: colourClass(id),
    line: true,
    points: own.map(({ beta, valueErrors }) => pointOf(beta, valueErrors[id])),
  }));
  const list = values.map((id) => names[id]).join(', ');
  return {
    id: `values${suffix}`,
    title: "Distance of each method's value from Q*.",
    notes: ['As figure 1 of the paper: mean |value - Q*| over all states and tokens.'],
    svg: panelsSvg(`Mean distance of the value of ${list} from Q* over beta`, [
      linePanel({
        title: 'distance from Q*',
        series,
        x: { label: 'beta of the baseline policy', log: true },
        y: { label: 'mean |value - Q*|', fromZero: true },
        legend: true,
      }),
    ]),
  };
}

function gapTable(
  points: readonly SweepPoint[],
  shown: readonly Decoder[],
  values: readonly ValueSource[],
  count: number,
  suffix: string,
): Table {
  const rivals = values.filter((id) => id !== 'tq');
  return {
    id: `gaps${suffix}`,
    title: 'Gaps and values',
    notes: [`TQ* before another method: the number of MDPs, of ${count}, with the smaller gap.`],
    columns: [
      ...axes,
      ...shown.map((id) => ({ name: `Gap ${names[id]}`, digits: 3 })),
      ...values.map((id) => ({ name: `|value - Q*| ${names[id]}`, digits: 3 })),
      ...rivals.map((id) => ({ name: `TQ* before ${names[id]}`, digits: 0 })),
    ],
    rows: points.map(({ alpha, beta, gaps, valueErrors, better }): Cell[] => [
      beta,
      alpha,
      ...shown.map((id) => gaps[id]),
      ...values.map((id) => valueErrors[id].value),
      ...rivals.map((id) => better[id]),
    ]),
  };
}
