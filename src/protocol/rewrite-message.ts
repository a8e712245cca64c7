/**
 * The request to rewrite a text. The shipped rewriter is trained on exactly these sentences.
 *
 * @param instruction an imperative; a full stop at its end is dropped
 * @param prose the text, with marks
 * @param marks how many marks it has
 */
export function rewriteMessage(instruction: string, prose: string, marks: number): string {
  const wish = instruction.trim().replace(/\.$/u, '');
  const kept = marks > 0 ? 'its meaning and its marks such as [1]' : 'its meaning';
  return `${wish}. Keep ${kept}, and answer with the new text only.\n\n${prose}`;
}
