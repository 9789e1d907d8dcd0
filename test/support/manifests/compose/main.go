// Reads compose files as `docker compose config` does, by compose's own library, and prints the project as JSON:
//
//	compose FOLDER FILE...
//
// FOLDER is the project's, whose .env is read; COMPOSE_PROFILES says which profiles are started. A mistake in a file
// ends it with 1 and a message.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	if len(os.Args) < 3 {
		fail(fmt.Errorf("expected a folder and files"))
	}
	options, err := cli.NewProjectOptions(
		os.Args[2:],
		cli.WithWorkingDirectory(os.Args[1]),
		cli.WithName("mem0"),
		cli.WithOsEnv,
		cli.WithEnvFiles(),
		cli.WithDotEnv,
		cli.WithDefaultProfiles(),
	)
	if err != nil {
		fail(err)
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		fail(err)
	}
	text, err := project.MarshalJSON()
	if err != nil {
		fail(err)
	}
	fmt.Println(string(text))
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
