/** The words of the commands as scripts for shells. */
import type { CommandWords } from "./completion-words.ts";

const PROGRAM = "mem0-audit-shipper";

/** After these comes a path. */
const PATH_OPTIONS = ["--config", "-c", "--audit-dir", "--state-dir"];

/** For bash: lists are searched by the shell alone, so that a tab does not wait for this program to start. */
export function bashScript(commands: readonly CommandWords[]): string {
  const valued = new Set(commands.flatMap((words) => words.valued));
  const opaque = [...valued].filter((option) => !PATH_OPTIONS.includes(option));
  const names = commands.map(({ name }) => name);
  return `# Completion of ${PROGRAM}; made by \`${PROGRAM} completion\`.
_mem0_audit_shipper() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} name= candidates= values= before= index
  for ((index = 1; index < COMP_CWORD; index++)); do
    case \${COMP_WORDS[index]} in
      ${names.join(" | ")})
        name=\${COMP_WORDS[index]}
        break
        ;;
    esac
  done
  case "$name $previous" in
${commands.flatMap(valueCasesOf).join("\n")}
  esac
  if [[ $values ]]; then
    # Behind a comma the next of several values begins.
    [[ $current == *,* ]] && before=\${current%,*},
    COMPREPLY=($(compgen -P "$before" -W "$values" -- "\${current##*,}"))
    return
  fi
  case $previous in
    ${PATH_OPTIONS.join(" | ")})
      # A folder gets a slash instead of a blank; zsh does so by itself.
      compopt -o filenames 2>/dev/null
      COMPREPLY=($(compgen -f -- "$current"))
      return
      ;;
    ${opaque.join(" | ")})
      COMPREPLY=()
      return
      ;;
  esac
  case $name in
    "") candidates="${[...names, ...PATH_OPTIONS.filter((option) => valued.has(option)), "--help", "--version"].join(" ")}" ;;
${commands.map(caseOf).join("\n")}
  esac
  COMPREPLY=($(compgen -W "$candidates" -- "$current"))
}
complete -F _mem0_audit_shipper ${PROGRAM}
`;
}

/** For zsh, which reads completions of bash after its own \`bashcompinit\`. */
export function zshScript(commands: readonly CommandWords[]): string {
  return `autoload -U +X bashcompinit && bashcompinit\n${bashScript(commands)}`;
}

function valueCasesOf({ name, values }: CommandWords): string[] {
  return Object.entries(values).map(
    ([option, choices]) => `    "${name} ${option}") values="${choices.join(" ")}" ;;`,
  );
}

function caseOf({ name, actions, switches, valued }: CommandWords): string {
  return `    ${name}) candidates="${[...actions, ...valued, ...switches].join(" ")}" ;;`;
}
