/** A secret shorter than this would also blank words that are none. */
const shortestSecret = 6;

const shown = '***';

/** The secrets that this process was given, as they are written. */
const kept = new Set<string>();

/** Remembers a token or key, so that `redacted` never lets it through. */
export function keepSecret(secret: string | undefined): void {
  const value = secret?.trim() ?? '';
  if (value.length < shortestSecret) return;
  kept.add(value);
  kept.add(encodeURIComponent(value));
}

/** `user:password@` of a URL; a password may hold an @, and by mistake a slash. */
const login = /(?<=:\/\/)(?:[^\s/?#]*@|[^\s/?#@:]*:(?!\d{1,5}(?:[/?#]|$))[^\s@]*@)/gu;

/** Values of a URL's query whose name says that they open something. */
const query =
  /(?<=[?&][\w.-]*(?:token|key|secret|passw|pwd|auth|sig|credential)[\w.-]*=)[^&\s#"'<>)]+/giu;

const bearer = /(?<=\b(?:bearer|basic)\s+)[\w.~+/=-]{8,}/giu;

/** Tokens with a form of their own: of Hugging Face, and of OpenAI and services like it. */
const token = /\b(?:hf_[A-Za-z0-9]{20,}|sk-[\w-]{20,})/gu;

/**
 * A text without secrets, for messages, logs and results: user and password of URLs, secrets in
 * their queries, bearer tokens, and what `keepSecret` was given become `***`.
 */
export function redacted(text: string): string {
  const named = [...kept].reduce((left, secret) => left.replaceAll(secret, shown), text);
  return named
    .replace(login, `${shown}@`)
    .replace(query, shown)
    .replace(bearer, shown)
    .replace(token, shown);
}
