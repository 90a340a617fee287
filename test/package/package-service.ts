import { packageService } from '../../infra/local/service-package.ts';

/** Packages once for all test files that read the package: they run side by side, and osls can't. */
export default async function setup(): Promise<void> {
  await packageService();
}
