import { render } from 'lit';
import type { ReportGuestMessage, ReportHostMessage, ReportPanelState } from './messages.ts';
import '../base.css';
import './report.css';
import { reportView } from './report-view.ts';

const api = acquireVsCodeApi<ReportGuestMessage, ReportPanelState>();
const root = document.getElementById('panel')!;
let message: ReportHostMessage | undefined;

function draw(): void {
  if (!message) return;
  const { classList } = document.body;
  const dark =
    classList.contains('vscode-dark') ||
    (classList.contains('vscode-high-contrast') &&
      !classList.contains('vscode-high-contrast-light'));
  const view = reportView(message.state, dark ? 'dark' : 'light', (id) => {
    api.postMessage({ type: 'openTable', id });
  });
  render(view, root);
}

window.addEventListener('message', ({ data }: MessageEvent<ReportHostMessage>) => {
  message = data;
  api.setState({ folder: data.folder });
  draw();
});

// VS Code changes the classes of the body when the theme changes.
new MutationObserver(draw).observe(document.body, { attributeFilter: ['class'] });

api.postMessage({ type: 'ready' });
