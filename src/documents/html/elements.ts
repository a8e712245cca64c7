import { type DefaultTreeAdapterTypes } from 'parse5';
import { wordSet } from '../word-set.ts';

export type HtmlNode = DefaultTreeAdapterTypes.ChildNode;
export type HtmlElement = DefaultTreeAdapterTypes.Element;

/** Elements whose content is blocks or one block. */
export const blockNames = wordSet(
  'html head body address article aside blockquote center details dialog dd div dl dt fieldset ' +
    'figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol ' +
    'optgroup option p pre search section summary table caption colgroup col tbody td tfoot th ' +
    'thead tr ul title meta link base template noscript frameset frame',
);

/** Elements whose words are no prose. */
export const skipped = wordSet(
  'head pre script style textarea template title svg math select noscript iframe object',
);

/** Inline elements that are one piece: their content stays. */
export const atoms = wordSet(
  'code kbd samp var tt img input button svg math select textarea script style object video ' +
    'audio canvas iframe embed wbr map meter progress output picture ruby',
);
