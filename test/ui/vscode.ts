import { once } from 'node:events';
import { openInServer, openLocally } from '../harness/open-for-people.ts';

/** Opens VS Code with the extension and the sample folder, to try it by hand. */
if (!(await openLocally())) {
  const stop = await openInServer();
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await stop();
}
