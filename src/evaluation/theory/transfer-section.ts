import { colourClass } from '../report/charts/style.ts';
import { panelsSvg } from '../report/charts/svg.ts';
import type { Figure, Section } from '../report/report.ts';
import type { Cell, Table } from '../report/table.ts';
import { axes, byBeta, curve } from './curves.ts';
import { familyNames, type FamilySweep } from './family-sweep.ts';
import { crossings, type SweepPoint, type TransferPoint, type TransferRival } from './sweep.ts';
import { transferMethods, type TransferMethod, type TransferVariant } from './transfer.ts';

const names: Readonly<Record<TransferMethod, string>> = {
  dt: 'DT',
  baseline: '(17) baseline',
  derived: '(17) derived',
};

const styles: Readonly<Record<TransferMethod, string>> = {
  dt: 'dt',
  baseline: 'baseline',
  derived: 'tq-indirect',
};

type Choice = TransferVariant['choice'];
type Rollouts = TransferVariant['rollouts'];

/** DT and both readings of (17): pi_BL was aligned to a reward that is not the target. */
export function transferSection(sweep: FamilySweep): Section {
  const { family, count, rollouts } = sweep;
  return {
    title: `Indirect transfer: ${familyNames[family]}`,
    notes: [
      `Each MDP has three unrelated rewards, r1, r2 and r3. Each is the target with each other one as r_BL: ${crossings.length} crossed setups on ${count} MDPs. DT: log pi_BL + E_BL[r]/alpha. Baseline: log pi_BL + (16)/alpha, with the pi_ref of the authors' code. Derived: the pi_ref of (17) is the token-level policy of (15), so log E_BL[exp((r - r_BL)/beta) | s, z] is added. pi_BL was aligned to r_BL.`,
      `With exact expectations the derived reading is direct TQ* of a policy aligned to r. With n = ${rollouts}, the same ${rollouts} rollouts give the value and the added term; they are drawn for each candidate in each step independently, as in Algorithm 1.`,
    ],
    figures: [transferFigure(sweep)],
    tables: [
      transferTable(sweep, 'sampled'),
      transferTable(sweep, 'greedy'),
      crossedTable(sweep, middleOf(sweep.points)),
    ],
  };
}

function transferFigure({ points, suffix, rollouts }: FamilySweep): Figure {
  const drawn = { baseline: true, derived: true, dt: false };
  return {
    id: `indirect${suffix}`,
    title: 'Gap of indirect transfer over alpha, for each beta.',
    notes: [
      `Means over the crossed setups, texts sampled by (12). Dashed: n = ${rollouts} drawn rollouts.`,
    ],
    svg: panelsSvg(
      'Suboptimality gap of CD, DT and both readings of (17) over alpha, for each beta',
      byBeta(points, (own) => ({
        y: 'gap to the optimal policy',
        series: [
          curve('CD', colourClass('cd'), own, ({ transfer }) => transfer.all.rival('cd')),
          ...transferMethods.map((method) =>
            curve(names[method], colourClass(styles[method]), own, ({ transfer }) =>
              transfer.all.gap({ method, rollouts: 'exact', choice: 'sampled' }),
            ),
          ),
          ...transferMethods
            .filter((method) => drawn[method])
            .map((method) => ({
              ...curve(`${method}, n = ${rollouts}`, colourClass(styles[method]), own, (point) =>
                point.transfer.all.gap({ method, rollouts: 'drawn', choice: 'sampled' }),
              ),
              dashed: true,
            })),
        ],
      })),
    ),
  };
}

function transferTable({ family, points, suffix, rollouts }: FamilySweep, choice: Choice): Table {
  const greedy = choice === 'greedy';
  return {
    id: `indirect${greedy ? '-greedy' : ''}${suffix}`,
    title: greedy ? 'Greedy texts' : 'Sampled texts',
    notes: [
      greedy
        ? 'Gaps of texts that take the largest score in each step, (11). CD, ARGS, pi_BL and pi_SFT sample.'
        : 'Gaps of texts that are sampled by (12).',
      `"Before": the share of MDPs and crossed setups in which the derived reading has the smaller gap; equal gaps count half.`,
    ],
    columns: [...axes, ...rivalColumns(family), ...gapColumns(rollouts), ...shareColumns(rollouts)],
    rows: points.map(({ alpha, beta, transfer: { all } }): Cell[] => [
      beta,
      alpha,
      ...rivalCells(all, family),
      ...gapCells(all, choice),
      ...shareCells(all, choice),
    ]),
  };
}

function crossedTable(
  { family, suffix, rollouts }: FamilySweep,
  { alpha, beta, transfer }: SweepPoint,
): Table {
  return {
    id: `crossed${suffix}`,
    title: `Crossed setups at beta ${beta}, alpha ${alpha}`,
    notes: ['Sampled texts, each crossed setup on its own.'],
    columns: [
      { name: 'Target' },
      { name: 'r_BL' },
      ...rivalColumns(family),
      ...gapColumns(rollouts),
      ...shareColumns(rollouts),
    ],
    rows: crossings.map(({ target, baseline }, index): Cell[] => {
      const point = transfer.byCrossing[index]!;
      return [
        `r${target + 1}`,
        `r${baseline + 1}`,
        ...rivalCells(point, family),
        ...gapCells(point, 'sampled'),
        ...shareCells(point, 'sampled'),
      ];
    }),
  };
}

/** The point nearest to beta 0.1 and alpha 0.25, by their ratios. */
function middleOf(points: readonly SweepPoint[]): SweepPoint {
  const distance = ({ alpha, beta }: SweepPoint): number =>
    Math.abs(Math.log(alpha / 0.25)) + Math.abs(Math.log(beta / 0.1));
  return points.reduce((best, point) => (distance(point) < distance(best) ? point : best));
}

const rivalNames: Readonly<Record<TransferRival, string>> = {
  cd: 'CD',
  'args-sft': 'ARGS',
  dpo: 'pi_BL',
  sft: 'pi_SFT',
};

function rivalsOf(family: FamilySweep['family']): TransferRival[] {
  return family === 'features' ? ['cd', 'args-sft', 'dpo', 'sft'] : ['cd', 'dpo', 'sft'];
}

function rivalColumns(family: FamilySweep['family']): Table['columns'] {
  return rivalsOf(family).map((id) => ({ name: rivalNames[id], digits: 3 }));
}

function rivalCells(point: TransferPoint, family: FamilySweep['family']): Cell[] {
  return rivalsOf(family).map((id) => point.rival(id).value);
}

const bothRollouts: readonly Rollouts[] = ['exact', 'drawn'];

function gapColumns(rollouts: number): Table['columns'] {
  return bothRollouts.flatMap((each) =>
    transferMethods.map((method) => ({
      name: `${names[method]}${each === 'drawn' ? `, n = ${rollouts}` : ''}`,
      digits: 3,
    })),
  );
}

function gapCells(point: TransferPoint, choice: Choice): Cell[] {
  return bothRollouts.flatMap((rollouts) =>
    transferMethods.map((method) => point.gap({ method, rollouts, choice })),
  );
}

const rivals: readonly TransferMethod[] = ['baseline', 'dt'];

function shareColumns(rollouts: number): Table['columns'] {
  return bothRollouts.flatMap((each) =>
    rivals.map((rival) => ({
      name: `Before ${rival === 'dt' ? 'DT' : rival}${each === 'drawn' ? `, n = ${rollouts}` : ''}`,
      digits: 2,
    })),
  );
}

function shareCells(point: TransferPoint, choice: Choice): Cell[] {
  return bothRollouts.flatMap((rollouts) =>
    rivals.map((method) =>
      point.better({ method: 'derived', rollouts, choice }, { method, rollouts, choice }),
    ),
  );
}
