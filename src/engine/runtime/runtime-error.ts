import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { DeviceName } from '../../protocol/options.ts';

interface Circumstances {
  readonly device: DeviceName;
  /** What else may help, as a sentence after a space. */
  readonly remedy?: string;
}

/** What ONNX Runtime or the driver below it refused, as one that names the device and a way out. */
export function runtimeError(
  what: string,
  error: unknown,
  { device, remedy = '' }: Circumstances,
): TqError {
  const message = error instanceof Error ? error.message : String(error);
  const reason = (message.split('\n')[0] ?? '').replace(/\.+$/, '');
  const memory = /alloc|memory/i.test(message);
  const code = memory ? ErrorCode.outOfMemory : ErrorCode.device;
  const onDevice = device === 'cpu' ? what : `${what} on the device ${device}`;
  const halves = device !== 'cpu' && /requires f16/.test(message);
  const way = halves
    ? ' The device has no half precision; take the format q8 or fp32, or choose the device cpu.'
    : advice(memory, device, remedy);
  return new TqError(code, `${onDevice}: ${reason}.${way}`, { cause: error });
}

function advice(memory: boolean, device: DeviceName, remedy: string): string {
  if (device !== 'cpu') {
    const smaller = memory ? 'ask for fewer branches (k, rollout) or a smaller model, or ' : '';
    return ` The model is kept; try again, ${smaller}choose the device cpu.`;
  }
  return memory
    ? ' There is not enough memory; close other programs or take a smaller model.'
    : remedy;
}
