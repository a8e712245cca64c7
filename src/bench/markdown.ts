import { markdownTable } from 'markdown-table';

/** A Markdown table; all columns but the first are aligned to the right. */
export function numberTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const align = head.map((_, column) => (column === 0 ? null : 'r'));
  return markdownTable([[...head], ...rows.map((row) => [...row])], { align });
}
