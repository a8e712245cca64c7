import { existsSync, readdirSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';

/** Folders in which Vulkan's loader looks for drivers on Linux. */
const driverFolders = [
  '/etc/vulkan/icd.d',
  '/usr/share/vulkan/icd.d',
  '/usr/local/share/vulkan/icd.d',
];

/** File names of the Vulkan drivers on Linux, or why there are none. */
export type VulkanDrivers = { readonly names: readonly string[] } | { readonly problem: string };

/**
 * The Vulkan drivers that VK_DRIVER_FILES or VK_ICD_FILENAMES names, else the installed ones.
 */
export function findVulkanDrivers(environment: NodeJS.ProcessEnv): VulkanDrivers {
  for (const variable of ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES']) {
    const named = environment[variable];
    if (named === undefined || named === '') continue;
    const files = named.split(delimiter);
    const missing = files.find((file) => !existsSync(file));
    if (missing === undefined) return { names: files.map((file) => basename(file)) };
    return { problem: `the Vulkan driver ${missing}, named by ${variable}, does not exist` };
  }
  const home = environment['HOME'];
  const own = home === undefined ? [] : [join(home, '.local/share/vulkan/icd.d')];
  const names = [...driverFolders, ...own]
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder))
    .filter((name) => name.endsWith('.json'));
  return names.length > 0 ? { names } : { problem: 'no Vulkan driver is installed' };
}
