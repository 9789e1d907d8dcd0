/** Operations of AWS as our own interfaces name them, and the SDK's commands for them. */

/** What an operation takes and gives. */
export interface Operation<Input, Output> {
  readonly input: Input;
  readonly output: Output;
}

/** What an answer of the SDK says, without what it says of the exchange. */
export type Fields<Output> = Omit<Output, "$metadata">;

/**
 * The command of an operation. The SDK's commands differ in their types only, so one stands for all.
 *
 * @param sdk the SDK's module, which has a class `NameCommand` for each operation
 */
export function commandOf<Command>(sdk: object, operation: string, input: object): Command {
  const commands = sdk as Readonly<Record<string, new (input: object) => Command>>;
  const Command = commands[`${operation}Command`];
  if (Command === undefined) throw new Error(`the SDK has no operation ${operation}`);
  return new Command(input);
}
