import type { z } from 'zod';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import { EncodingError, fileText } from '../../protocol/file-text.ts';
import { readRegularFile, UnreadableFile } from '../limits/regular-file.ts';

const maxFileBytes = 1_000_000;

/**
 * Reads a JSON file that a person wrote and checks it against a schema.
 *
 * @param what The kind of file, for messages: "style guide".
 * @throws TqError invalidInput that names the file and the first thing wrong with it.
 */
export async function readJsonFile<Schema extends z.ZodType>(
  path: string,
  what: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  const checked = schema.safeParse(parseJson(await readText(path, what), path, what));
  if (!checked.success) {
    throw invalidFile(what, path, describeIssue(checked.error));
  }
  return checked.data;
}

/** The first issue of a failed check, after its path in the value: "parts.0.weight: ...". */
export function describeIssue(error: z.ZodError): string {
  const issue = error.issues[0]!;
  const place = issue.path.map(String).join('.');
  return place === '' ? issue.message : `${place}: ${issue.message}`;
}

async function readText(path: string, what: string): Promise<string> {
  try {
    return fileText(await readRegularFile(path, maxFileBytes));
  } catch (error) {
    const isKnown = error instanceof UnreadableFile || error instanceof EncodingError;
    const reason = isKnown ? `it ${error.message}` : 'it cannot be read';
    throw invalidFile(what, path, reason, error);
  }
}

function parseJson(text: string, path: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalidFile(what, path, 'it is not valid JSON', error);
  }
}

function invalidFile(what: string, path: string, reason: string, cause?: unknown): TqError {
  return new TqError(ErrorCode.invalidInput, `The ${what} '${path}' cannot be used: ${reason}.`, {
    cause,
  });
}
