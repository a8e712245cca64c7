import nlp from 'compromise/two';

/** A word of a text with its tags, as compromise finds them. */
export interface Term {
  readonly text: string;
  /** What stands behind it: a comma, spaces. */
  readonly post: string;
  readonly normal: string;
  readonly root?: string;
  readonly tags: ReadonlySet<string>;
  readonly offset?: { readonly start: number; readonly length: number };
}

type ToInfinitive = (verb: string, model: unknown, tense: string) => string;

/** The words of a text in order; a contraction has one for each of its words. */
export function termsOf(text: string): Term[] {
  const doc = nlp(text);
  doc.compute('root');
  doc.compute('offset');
  return (doc.docs as readonly (readonly Term[])[]).flat();
}

/** The tags of a word in a phrase, by its place among the words; none if there is no such word. */
export function tagsIn(phrase: string, index: number): ReadonlySet<string> {
  const [terms = []] = nlp(phrase).docs;
  const tags = terms[index]?.tags;
  return tags instanceof Set ? (tags as ReadonlySet<string>) : new Set();
}

/** Dictionary form of a word, in lower case. */
export function lemmaOf({ normal, root, tags }: Term): string {
  const word = (root ?? normal)
    .toLowerCase()
    .replace(/['’]s$/u, '')
    .replaceAll('’', "'");
  if (root !== undefined || !tags.has('Participle')) return word;
  // Roots of participles are left out: "written".
  const { transform } = (
    nlp as unknown as {
      methods(): { two: { transform: { verb: { toInfinitive: ToInfinitive } } } };
    }
  ).methods().two;
  return transform.verb.toInfinitive(word, nlp.model(), 'Participle');
}
