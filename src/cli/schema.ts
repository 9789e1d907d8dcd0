/** `schema`: prints the configuration's JSON Schema, for editors and for other tools. */
import { editorJsonSchema } from "../config/json-schema.ts";
import { configReference } from "../config/reference.ts";
import { command } from "./command.ts";

export const schemaCommand = command({
  usage: "schema",
  description: "print the JSON Schema of the configuration",
  build: (parser) =>
    parser
      .option("markdown", { type: "boolean", default: false, describe: "print the reference page instead" })
      .example("$0 schema > config.schema.json", "for an editor"),
  run: async ({ markdown }, terminal) => {
    terminal.out(markdown ? configReference() : `${JSON.stringify(editorJsonSchema(), null, 2)}\n`);
    return 0;
  },
});
