import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-progress-ring/index.js';
import '@vscode-elements/elements/dist/vscode-textarea/index.js';
import { render } from 'lit';
import type { HostMessage } from './messages.ts';
import { keptOpen, saveState, send } from './host.ts';
import { received, type Model } from './model.ts';
import '../base.css';
import './panel.css';
import { panelView } from './panel-view.ts';

const root = document.getElementById('panel')!;
let model: Model | undefined;
let frame = 0;

/** Schedules a redraw, at most one for each animation frame. */
function update(next: Model | undefined): void {
  model = next;
  frame ||= requestAnimationFrame(draw);
}

function draw(): void {
  frame = 0;
  if (!model) return;
  const drawn = model;
  render(
    panelView(drawn, (change) => {
      update(model && { ...model, ...change });
      if (change.open) keep();
    }),
    root,
  );
}

function keep(): void {
  if (model) saveState({ id: model.state.comparison?.id, open: model.open });
}

window.addEventListener('message', ({ data }: MessageEvent<HostMessage>) => {
  update(received(model, data, keptOpen()));
  if (data.type !== 'events') keep();
});

send({ type: 'ready' });
