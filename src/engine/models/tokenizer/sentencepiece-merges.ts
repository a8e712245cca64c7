import { badModel } from '../malformed.ts';

/** Every split of a piece is looked up, which would take very long for longer pieces. */
const maxPieceLength = 512;

/**
 * BPE merges of a SentencePiece vocabulary, which has only pieces and scores: every way to join two
 * pieces into a third, highest score first. For equal scores, the longer left part comes first,
 * then the order of the vocabulary, as in transformers.
 *
 * @param pieces pieces in the order of their ids
 * @param scores one score for each piece; a higher one merges earlier
 * @throws TqError badModel for a piece of more than 512 characters
 */
export function sentencePieceMerges(
  pieces: readonly string[],
  scores: ArrayLike<number>,
): [string, string][] {
  const ids = new Map(pieces.map((piece, id) => [piece, id]));
  const merges: Merge[] = [];
  pieces.forEach((piece, id) => {
    const ways: Merge[] = [];
    if (piece.length > maxPieceLength) {
      throw badModel(
        `Piece ${id} of the vocabulary has ${piece.length} characters; ` +
          `at most ${maxPieceLength} are allowed.`,
      );
    }
    const letters = Array.from(piece);
    let left = '';
    for (let cut = 1; cut < letters.length; cut++) {
      left += letters[cut - 1]!;
      const right = piece.slice(left.length);
      const leftId = ids.get(left);
      const rightId = ids.get(right);
      if (leftId === undefined || rightId === undefined) continue;
      ways.push({ left, right, leftId, cut, length: letters.length, score: scores[id] ?? 0 });
    }
    merges.push(...ways.sort((a, b) => a.leftId - b.leftId));
  });
  merges.sort((a, b) => b.score - a.score || b.cut - a.cut || b.length - a.length);
  return merges.map(({ left, right }) => [left, right]);
}

interface Merge {
  readonly left: string;
  readonly right: string;
  readonly leftId: number;
  /** Code points of the left part. */
  readonly cut: number;
  /** Code points of the result: with equal `cut`, orders by the right part's length. */
  readonly length: number;
  readonly score: number;
}
