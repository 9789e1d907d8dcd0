/** Tests against real servers: one file after the other, since each may need much of the machine. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/integration/**/*.test.ts"],
    globalSetup: ["test/support/servers/shared-opensearch.ts"],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 360_000,
  },
});
