import { html, type TemplateResult } from 'lit';
import type { Change, Model, OpenDetails } from './model.ts';

/** A part that a person can open; whether it is open survives a reload. */
export function detailsView(
  name: keyof OpenDetails,
  title: string,
  { open }: Model,
  change: Change,
  content: TemplateResult,
): TemplateResult {
  const onToggle = ({ currentTarget }: Event): void => {
    const isOpen = (currentTarget as HTMLDetailsElement).open;
    if (isOpen !== open[name]) change({ open: { ...open, [name]: isOpen } });
  };
  return html`
    <details class=${name} ?open=${open[name]} @toggle=${onToggle}>
      <summary>${title}</summary>
      ${content}
    </details>
  `;
}
