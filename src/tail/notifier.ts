/** Wakes the folder's sweep when something happens in it. A hint only: nothing depends on it. */
import { basename, dirname } from "node:path";
import { watch } from "chokidar";
import { errorCode } from "../system/files.ts";
import type { Log } from "../system/log.ts";

/** Watches until the returned function is called. */
export type Notifier = (directory: string, onEvent: () => void, log: Log) => () => Promise<void>;

/**
 * Notifications by chokidar. It watches the parent folder to a depth of one, because a watched folder that is
 * removed and made again is lost, and one that is missing at first gives no events.
 */
export const chokidarNotifier: Notifier = (directory, onEvent, log) => {
  const name = basename(directory);
  const parent = dirname(directory);
  const watcher = watch(parent, {
    depth: 1,
    ignoreInitial: true,
    atomic: false,
    ignored: (path) => path !== parent && basename(path) !== name && dirname(path) !== directory,
  });
  watcher.on("all", onEvent);
  watcher.on("error", (error) =>
    log.warn({ code: errorCode(error) }, "no notifications of changed files; going by the sweep alone"),
  );
  return () => watcher.close();
};

/** No notifications at all. */
export const noNotifier: Notifier = () => async () => undefined;
