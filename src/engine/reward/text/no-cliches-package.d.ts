declare module 'no-cliches' {
  /** Places of clichés in `text`: `index` and length (`offset`) in characters. */
  export default function findCliches(
    text: string,
  ): { readonly index: number; readonly offset: number }[];
}
