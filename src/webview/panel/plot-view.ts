import { scaleLinear, scaleLog } from 'd3-scale';
import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import type { PanelStrings, Sweep } from './messages.ts';
import { send } from './host.ts';
import type { Model } from './model.ts';
import { filled } from './strings.ts';

const alphas = [0.05, 0.1, 0.25, 0.5, 1, 2.5];
const width = 420;
const height = 200;
const margin = { left: 44, right: 12, top: 12, bottom: 34 };

/** Plots the reward against α, with a line for the plain text. */
export function plotView({ state, strings }: Model): TemplateResult {
  const { sweep } = state;
  return html`
    <section class="plot" aria-labelledby="title-plot">
      <header>
        <h2 id="title-plot">${strings.plot}</h2>
        ${
          sweep?.running
            ? html`
                <span role="status">${sweep.points.length} / ${sweep.total}</span>
                <vscode-button
                  secondary
                  @click=${() => {
                    send({ type: 'stop' });
                  }}
                  >${strings.stop}</vscode-button
                >
              `
            : html`<vscode-button
                secondary
                @click=${() => {
                  send({ type: 'sweep', alphas });
                }}
                >${strings.runPlot}</vscode-button
              >`
        }
      </header>
      ${
        sweep
          ? html`<svg viewBox="0 0 ${width} ${height}" role="group" aria-labelledby="title-plot">
              ${chart(sweep, strings)}
            </svg>`
          : html`<p class="hint">${strings.plotHint}</p>`
      }
    </section>
  `;
}

function chart({ points, plainReward }: Sweep, strings: PanelStrings): SVGTemplateResult {
  const rewards = [
    ...points.map(({ reward }) => reward),
    ...(plainReward === null ? [] : [plainReward]),
  ];
  const low = Math.min(0, ...rewards);
  const high = Math.max(low + 1, ...rewards);
  const x = scaleLog()
    .domain([alphas[0]!, alphas.at(-1)!])
    .range([margin.left, width - margin.right]);
  const y = scaleLinear()
    .domain([low, high])
    .nice()
    .range([height - margin.bottom, margin.top]);
  const line = points.map(({ alpha, reward }) => `${x(alpha)},${y(reward)}`).join(' ');
  return svg`
    ${y.ticks(5).map(
      (tick) => svg`
        <line class="grid" x1=${margin.left} x2=${width - margin.right} y1=${y(tick)} y2=${y(tick)} />
        <text class="tick" x=${margin.left - 6} y=${y(tick) + 4} text-anchor="end">${tick}</text>`,
    )}
    ${alphas.map(
      (tick) =>
        svg`<text class="tick" x=${x(tick)} y=${height - margin.bottom + 16} text-anchor="middle">${tick}</text>`,
    )}
    <text class="tick" x=${width - margin.right} y=${height - 4} text-anchor="end">α</text>
    ${
      plainReward === null
        ? nothing
        : svg`<line class="plain" x1=${margin.left} x2=${width - margin.right} y1=${y(plainReward)} y2=${y(plainReward)} />
              <text class="tick" x=${width - margin.right} y=${y(plainReward) - 5} text-anchor="end">${strings.plainReward} ${plainReward.toFixed(2)}</text>`
    }
    <polyline class="series" points=${line} />
    ${points.map(({ alpha, reward }, index) => {
      const label = filled(strings.openPoint, String(alpha), reward.toFixed(2));
      return pointView(label, x(alpha), y(reward), index);
    })}`;
}

/** A point that opens its text; the larger circle is easier to hit. */
function pointView(label: string, x: number, y: number, index: number): SVGTemplateResult {
  const open = (): void => {
    send({ type: 'openPoint', index });
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    open();
  };
  return svg`
    <g class="point" role="button" tabindex="0" aria-label=${label} @click=${open} @keydown=${onKey}>
      <title>${label}</title>
      <circle class="target" cx=${x} cy=${y} r="12" />
      <circle cx=${x} cy=${y} r="4" />
    </g>`;
}
