/** A mark in prose for the model or from it: whether it closes a pair ("/"), and its number. */
export const mark = /\[(\/?)(\d+)\]/gu;

/** Without the marks around words, because a phrase goes on over them. */
export function withoutPairs(text: string): string {
  const isOfPair = (slash: string, number: string): boolean =>
    slash !== '' || text.includes(`[/${number}]`);
  return text
    .replace(mark, (all, slash: string, number: string) => (isOfPair(slash, number) ? '' : all))
    .replace(/\s+/gu, ' ');
}
