/** fetch puts the reason of a failed connection into the cause of its error; the last says most. */
export function connectionReason(error: unknown): string {
  let reason = String(error);
  for (let each = error; each instanceof Error; each = each.cause) {
    const { code, message } = each as NodeJS.ErrnoException;
    // A code of the HTTP client names less than its message, and a number says nothing.
    const isNamed = typeof code === 'string' && !code.startsWith('UND_ERR_');
    reason = (isNamed ? code : message) || reason;
  }
  return reason;
}
