import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { DeviceName } from '../../protocol/options.ts';

interface ErrorContext {
  readonly device: DeviceName;
  /** Advice for the CPU, a sentence that starts with a space. */
  readonly remedy?: string;
}

/** A TqError for a failure of ONNX Runtime or a driver, with the device and what to do. */
export function runtimeError(
  what: string,
  error: unknown,
  { device, remedy = '' }: ErrorContext,
): TqError {
  const message = error instanceof Error ? error.message : String(error);
  const reason = (message.split('\n')[0] ?? '').replace(/\.+$/, '');
  const memory = /alloc|memory/i.test(message);
  const code = memory ? ErrorCode.outOfMemory : ErrorCode.device;
  const onDevice = device === 'cpu' ? what : `${what} on the device ${device}`;
  const halves = device !== 'cpu' && /requires f16/.test(message);
  const way = halves
    ? ' The device has no half precision; use the format q8 or fp32, or the device cpu.'
    : advice(memory, device, remedy);
  return new TqError(code, `${onDevice}: ${reason}.${way}`, { cause: error });
}

function advice(memory: boolean, device: DeviceName, remedy: string): string {
  if (device !== 'cpu') {
    const smaller = memory ? 'use fewer branches (k, rollout) or a smaller model, or ' : '';
    return ` The model stays loaded; try again, ${smaller}use the device cpu.`;
  }
  return memory
    ? ' There is not enough memory; close other programs or use a smaller model.'
    : remedy;
}
