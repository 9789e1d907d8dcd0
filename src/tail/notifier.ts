/** Wakes the folder's sweep when something happens in it. A hint only: nothing depends on it. */
import { watch } from "chokidar";
import { errorCode } from "../system/files.ts";
import type { Log } from "../system/log.ts";

/** Watches a folder that is there until the returned function is called. */
export type Notifier = (directory: string, onEvent: () => void, log: Log) => () => Promise<void>;

/**
 * Notifications by chokidar. Not of the folder above: whatever else grows there would keep it busy. A folder that
 * is removed and made again is lost to it, so the folder is watched anew then (see `FolderWatch`).
 */
export const chokidarNotifier: Notifier = (directory, onEvent, log) => {
  const watcher = watch(directory, { depth: 0, ignoreInitial: true, atomic: false, followSymlinks: false });
  watcher.on("all", onEvent);
  watcher.on("error", (error) =>
    log.warn({ code: errorCode(error) }, "no notifications of changed files; going by the sweep alone"),
  );
  return () => watcher.close();
};

/** No notifications at all. */
export const noNotifier: Notifier = () => async () => undefined;
