import { html, nothing, type TemplateResult } from 'lit';
import { detailsView } from './details-view.ts';
import { send } from './host.ts';
import type { Model, Change } from './model.ts';

/** The slider's 60 steps have equal ratios: α from 0.01 to 10. */
const alphaSteps = 60;
const minAlpha = 0.01;
const maxAlpha = 10;

function alphaOf(step: number): number {
  return Number((minAlpha * (maxAlpha / minAlpha) ** (step / alphaSteps)).toPrecision(2));
}

function stepOf(alpha: number): number {
  const share = Math.log(alpha / minAlpha) / Math.log(maxAlpha / minAlpha);
  return Math.round(Math.min(1, Math.max(0, share)) * alphaSteps);
}

/** The instruction, α and k, and the buttons that start and stop a run. */
export function controlsView(model: Model, change: Change): TemplateResult {
  const { state, strings, instruction, alpha, k } = model;
  const { comparison } = state;
  const draft = comparison?.draft ?? null;
  const isRunning = comparison?.phase === 'loading' || comparison?.phase === 'running';
  const run = (): void => {
    if (instruction.trim() !== '') send({ type: 'run', instruction, alpha, k });
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    run();
  };
  return html`
    <section class="controls" aria-label=${strings.instruction}>
      <vscode-textarea
        label=${strings.instruction}
        placeholder=${strings.instructionHint}
        rows="2"
        .value=${instruction}
        @input=${(event: InputEvent) => {
          change({ instruction: (event.target as HTMLTextAreaElement).value });
        }}
        @keydown=${onKey}
      ></vscode-textarea>
      ${
        draft === null
          ? nothing
          : detailsView('draft', strings.draft, model, change, html`<p class="text">${draft}</p>`)
      }
      <div class="row">
        <span class="choice">
          ${strings.reward}: <strong>${state.reward}</strong>
          <vscode-button
            secondary
            @click=${() => {
              send({ type: 'selectReward' });
            }}
          >
            ${strings.chooseReward}
          </vscode-button>
        </span>
        <span class="buttons">
          ${
            isRunning
              ? html`<vscode-button
                  @click=${() => {
                    send({ type: 'stop' });
                  }}
                  >${strings.stop}</vscode-button
                >`
              : html`<vscode-button ?disabled=${instruction.trim() === ''} @click=${run}
                  >${comparison ? strings.runAgain : strings.run}</vscode-button
                >`
          }
        </span>
      </div>
      ${detailsView('settings', strings.details, model, change, sliders(model, change))}
    </section>
  `;
}

function sliders({ strings, alpha, k }: Model, change: Change): TemplateResult {
  return html`
    <div class="row">
      ${slider({
        label: strings.alpha,
        shown: String(alpha),
        min: 0,
        max: alphaSteps,
        value: stepOf(alpha),
        onChange: (step) => {
          change({ alpha: alphaOf(step) });
        },
      })}
      ${slider({
        label: strings.k,
        shown: String(k),
        min: 1,
        max: 50,
        value: k,
        onChange: (value) => {
          change({ k: value });
        },
      })}
    </div>
  `;
}

interface Slider {
  readonly label: string;
  readonly shown: string;
  readonly min: number;
  readonly max: number;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

function slider({ label, shown, min, max, value, onChange }: Slider): TemplateResult {
  return html`
    <label class="slider">
      <span>${label}: <output>${shown}</output></span>
      <input
        type="range"
        min=${min}
        max=${max}
        .value=${String(value)}
        aria-label=${label}
        aria-valuetext=${shown}
        @input=${(event: InputEvent) => {
          onChange(Number((event.target as HTMLInputElement).value));
        }}
      />
    </label>
  `;
}
