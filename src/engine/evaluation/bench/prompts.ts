/** Instructions whose answers are longer than what the benchmark writes. */
export const benchPrompts: readonly string[] = [
  'Write a letter to a neighbour about the noise of the building work next week.',
  'Explain how a bicycle gear works to someone who has never changed one.',
  'Draft the announcement of a new version that drops support for old settings files.',
  'Tell the story of a lighthouse keeper who finds a message in a bottle.',
  'Summarise the advantages and the costs of keeping a daily journal.',
];
