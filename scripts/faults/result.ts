/** What became of one kind of fault. */
export interface FaultResult {
  readonly fault: string;
  /** How often it was tried. */
  readonly times: number;
  /** A sentence for each time that a promise was broken. */
  readonly broken: readonly string[];
}
