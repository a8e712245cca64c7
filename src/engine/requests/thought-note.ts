import type { DoneEvent } from '../../protocol/events.ts';
import type { ThoughtReading } from '../models/tokenizer/thoughts.ts';

/** A sentence about the thoughts of a response that was written; undefined without thoughts. */
export function thoughtNote({
  thoughts,
  open,
  text,
  stop,
}: ThoughtReading & Pick<DoneEvent, 'stop'>): string | undefined {
  if (!open && thoughts.trim() === '') return undefined;
  const size = `The model wrote ${thoughts.length} characters of thoughts`;
  if (!open) return `${size}, which are not part of the text.`;
  const end = stop === 'length' ? 'and reached the most tokens' : 'and stopped';
  const left = text === '' ? 'so the text is empty' : 'so the text is not complete';
  return (
    `${size} ${end} before they ended, ${left}. Allow more tokens, or turn thoughts off if the ` +
    "model's chat template can (enable_thinking is false unless a template variable sets it)."
  );
}
