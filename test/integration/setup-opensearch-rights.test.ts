/**
 * Goal: the rights that docs/setup.md lists are enough for `setup`, and each that is missing is named.
 * Method: a real OpenSearch with its security plugin; users with that role, with less, and with a wrong password.
 */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { isOpensslMissing } from "../support/certificates.ts";
import { startOpenSearch } from "../support/servers/opensearch.ts";
import { searchServer } from "../support/servers/search-requests.ts";
import { PASSWORD, type RunningServer } from "../support/servers/search-server.ts";
import { runSetupCommand } from "../support/setup-command.ts";

/** The role as docs/setup.md shows it. */
const [, ROLE = ""] =
  /PUT _plugins\/_security\/api\/roles\/mem0-audit-setup\n(.*?)\n\n/s.exec(
    readFileSync("docs/setup.md", "utf8"),
  ) ?? [];
const DAY = "mem0-audit-logs-2026.04.03";

describe.skipIf(inject("openSearch").missingOlder !== undefined || isOpensslMissing())(
  "setup on an OpenSearch with users",
  () => {
    let server: RunningServer;

    function setup(username: string, password = PASSWORD) {
      return runSetupCommand({
        type: "opensearch",
        endpoints: [server.url],
        auth: { username, password },
        tls: { ca_file: server.access?.caFile },
      });
    }

    beforeAll(async () => {
      server = await startOpenSearch({ name: "rights", isProtected: true });
      const admin = searchServer(server.url, server.access);
      const create = async (path: string, body: object) =>
        expect(await admin.request("PUT", `/_plugins/_security/api/${path}`, body)).toMatchObject({
          status: "CREATED",
        });
      const role = JSON.parse(ROLE);
      await create("roles/setup", role);
      await create("roles/templates", { cluster_permissions: role.cluster_permissions });
      const users = { owner: ["setup"], templater: ["templates"], guest: [] };
      for (const [name, roles] of Object.entries(users)) {
        await create(`internalusers/${name}`, { password: PASSWORD, opendistro_security_roles: roles });
      }
      await admin.request("PUT", `/${DAY}`);
    });

    afterAll(() => server?.stop());

    it("says what a user may not do", async () => {
      const guest = await setup("guest");
      expect(guest.exitCode).toBe(1);
      expect(guest.steps.map(({ message }) => message)).toEqual([
        expect.stringMatching(/no permissions for .*give this user the right to manage index templates/),
        expect.stringMatching(/no permissions for .*give this user the right to manage aliases/),
      ]);
      const templater = await setup("templater");
      expect(templater.steps.map(({ outcome }) => outcome)).toEqual(["refused", "refused"]);
    });

    it("says that the password is wrong", async () => {
      const { exitCode, steps } = await setup("owner", "wrong");
      expect(exitCode).toBe(1);
      expect(steps[0]?.message).toContain("check auth in the configuration of this sink");
    });

    it("needs no more than the role of the documentation", async () => {
      expect((await setup("owner")).lines).toEqual([
        'created index template "mem0-audit-logs"',
        'created alias "mem0-audit-logs" on the indices that are there',
      ]);
      expect((await setup("owner")).lines).toEqual([
        'already_there index template "mem0-audit-logs"',
        'already_there alias "mem0-audit-logs" on the indices that are there',
      ]);
    });
  },
);
