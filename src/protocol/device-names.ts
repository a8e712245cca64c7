const device = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d¹²³]) *(?:[.:]|$)/iu;

/** Whether Windows takes a file name for a device, such as the console, with any extension. */
export function isDeviceName(name: string): boolean {
  return device.test(name);
}
