// Package programs puts several programs into one, which saves as many links and copies of the same libraries: it acts as the program by
// whose name it is called.
package programs

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
)

// Run makes the command that is asked for, and no other: making one registers its flags and metrics. It does not return.
func Run(commands map[string]func() *cobra.Command) {
	command, known := commands[filepath.Base(os.Args[0])]
	if !known {
		var names []string
		for name := range commands {
			names = append(names, name)
		}
		slices.Sort(names)
		fmt.Fprintf(os.Stderr, "Call it by the name of one of %s: ln -s %s kubectl\n", strings.Join(names, ", "), os.Args[0])
		os.Exit(2)
	}
	os.Exit(cli.Run(command()))
}
