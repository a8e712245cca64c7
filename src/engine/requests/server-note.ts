import type { ServerStats } from '../../decoding/result.ts';

/** A sentence about a server whose numbers may change with its load; undefined if none is due. */
export function serverNote(server: ServerStats | undefined): string | undefined {
  if (server?.deterministic !== 'not verified') return undefined;
  const { candidates, rollouts } = server.margin;
  const margins = [
    ...(candidates === null ? [] : [`${candidates.toPrecision(2)} nats between candidates`]),
    ...(rollouts === null ? [] : [`${rollouts.toPrecision(2)} inside rollouts`]),
  ];
  const smallest = margins.length > 0 ? ` The smallest margins were ${margins.join(' and ')}.` : '';
  return (
    `The server is not deterministic: ${server.reason ?? 'it was not tried'}. The text may differ ` +
    `from that of Algorithm 1 in full where a choice was close.${smallest}`
  );
}
