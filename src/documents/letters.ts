const greeting = new RegExp(
  `^(?:dear|hi|hello|hey|greetings|good (?:morning|afternoon|evening)|to whom it may concern|` +
    `sehr geehrte[rs]?|liebe[rs]?|hallo|guten (?:tag|morgen|abend)|moin|` +
    `bonjour|cher|chère|hola|estimad[oa]s?|ciao|gentile)(?![\\p{L}'’])[^.?]*$`,
  'iu',
);

const when =
  `(?:soon|later|then|there|tomorrow|tonight|again|around|(?:at|on|in|this|next|after)` +
  `(?: \\p{L}+){1,3})`;
const words = (most: number): string => `(?:[ ,]+[\\p{L}'’]+){0,${most}}`;

/** How letters end, by what they say. */
const endings = [
  `(?:with |my |all (?:my )?|our )?(?:(?:very )?(?:best|kind|kindest|warm|warmest|many|friendly|` +
    `good|cordial|sincere) ){0,2}(?:and \\p{L}+ )?(?:regards|wishes|greetings)${words(4)}`,
  `yours(?: \\p{L}+){0,2}|(?:very )?(?:sincerely|truly|faithfully|respectfully|cordially|warmly|` +
    `fondly|gratefully|appreciatively|affectionately|best)(?: yours)?|in haste`,
  `(?:all )?the best(?: of luck)?(?: to you${words(2)})?|all the best${words(4)}`,
  `(?:so |with |again,? )?(?:many |much |big |huge )?(?:thanks|thank you|thx|gratitude|appreciation)` +
    `(?: (?:and|once|again|so much|very much|a lot|a million|a bunch|a ton|in advance|in anticipation|` +
    `for (?:everything|all|now|your|the|reading|listening)(?: \\p{L}+){0,4}|to (?:you )?all|` +
    `everyone|ever so much|kindly|indeed)){0,3}`,
  `(?:much |lots of |all (?:my |our )?|with |sending )?(?:love|hugs|kisses|xx?o?x?o?|xoxo)` +
    `(?: (?:and|from|to) \\p{L}+(?: \\p{L}+){0,2})?`,
  `cheers(?: (?:for now|again|mate|everyone|all))?|bye(?:[ -]bye)?(?: for now)?|so long|ciao|` +
    `later(?:s)?|ta|peace|goodbye|farewell|adieu|godspeed|onwards?`,
  `(?:have|wishing you) an? (?:very |really )?(?:nice|great|good|lovely|wonderful|fantastic|` +
    `pleasant|safe|relaxing|restful|happy|merry|blessed|super|fun|sunny|quiet|peaceful|beautiful|` +
    `amazing|fabulous|productive|fine|calm|cosy|cozy)(?: \\p{L}+){1,5}|enjoy (?:the|your)` +
    `(?: \\p{L}+){0,3} (?:weekend|day|evening|week|holidays?|break|trip|time|vacation|summer|winter)`,
  `(?:i(?:'ll|’ll| will) |we(?:'ll|’ll| will) )?(?:talk|speak|write|chat|catch up)` +
    `(?: to you| with you)? ${when}`,
  `(?:i(?:'ll|’ll| will) |we(?:'ll|’ll| will) |hope to )?(?:see|catch) (?:you|ya)(?: all)?(?: ${when})?`,
  `(?:until|till|til) (?:then|soon|next time|tomorrow|we meet again|\\p{L}+day)`,
  `(?:i |we )?(?:am |are )?look(?:ing)? forward(?: to \\p{L}+(?: \\p{L}+){0,4})?|hope to hear from you${words(2)}`,
  `take (?:good )?care(?: of yourself)?|(?:stay|keep|be) (?:safe|well|warm|in touch|healthy|strong)|` +
    `good luck(?: with \\p{L}+(?: \\p{L}+){0,3})?|happy \\p{L}+`,
  `mit (?:den )?(?:freundlichen|besten|lieben|herzlichen|vielen) (?:grüßen|gruß)|` +
    `(?:(?:viele|liebe|beste|schöne|herzliche|freundliche|sonnige|ganz) ){1,2}grüße${words(4)}|` +
    `(?:(?:lieben|schönen|besten) )?gruß|lg|vg|mfg|hochachtungsvoll|herzlich(?:st)?|` +
    `(?:bis|tschüss|ciao)(?: \\p{L}+){0,2}|alles (?:gute|liebe)|` +
    `(?:ein |einen )?schöne[ns] \\p{L}+(?: \\p{L}+){0,1}|(?:vielen |lieben |besten |herzlichen )?dank(?:e)?` +
    `(?: (?:dir|euch|ihnen|im voraus|nochmals?|schon|sehr|vielmals)){0,3}`,
  `cordialement|bien à (?:vous|toi)|merci${words(3)}|amicalement|bises|à bientôt|` +
    `(?:un )?saludos?${words(2)}|un abrazo|gracias|saluti|grazie`,
];
const ending = `^(?:${endings.join('|')})`;
const closing = new RegExp(`${ending}\\s*[,.!–—-]*$`, 'iu');
const signed = new RegExp(`${ending}\\s*[,.!–—-]+\\s+(?<names>[^,.!–—-].*)$`, 'iu');
const longestClosing = 70;

/** Whether a line greets: "Dear Ann,". */
export const isGreeting = (line: string): boolean =>
  line.length <= 60 && line.split(/\s+/u).length <= 7 && greeting.test(line);

/** Whether a line is how a letter ends, without its names: "Best wishes,". */
export const isClosing = (line: string): boolean =>
  line.length <= longestClosing && closing.test(line);

/** Whether a text is a closing with the names after it, on one line. */
export function isSigned(text: string, isName: (text: string) => boolean): boolean {
  const names = text.length <= 200 ? signed.exec(text)?.groups?.names : undefined;
  return names !== undefined && isName(names);
}

/** Whether a line is so short that it may end a letter, and has a comma before the names. */
export const leadsToNames = (line: string): boolean =>
  /,$/u.test(line) && line.split(/\s+/u).length <= 7;
