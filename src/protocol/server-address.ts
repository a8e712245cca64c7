const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/u;

/** Whether an address leads to this machine. */
export function isLoopback({ hostname }: Pick<URL, 'hostname'>): boolean {
  return loopback.test(hostname);
}

/** `https://gpu:8000` of an address below it; the address itself if it is no URL. */
export function originOf(url: string): string {
  return URL.parse(url)?.origin ?? url;
}
