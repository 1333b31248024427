package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sandbox"
	"github.com/mwvgroup/pgb/client/signin"
	"github.com/mwvgroup/pgb/client/stream/pubsub"
	"github.com/mwvgroup/pgb/cmd/internal/config"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

// app is what every command works with.
type app struct {
	ctx    context.Context // ends at once
	stop   <-chan struct{} // closed by the first Ctrl-C
	screen *render.Screen
	stdin  io.Reader
	getenv func(string) string

	// Flags of every command.
	project   string
	sandbox   bool
	seed      uint64
	rate      float64
	logFormat string
	archive   string // of lookups
	maxBytes  string // of lookups

	listTo    string // the file of a list; empty is standard output
	listForce bool   // it replaces one that is there

	wantsBucket bool // packets are fetched from the broker's bucket

	inSandbox     bool // the broker is the one inside this program
	saidSimulated bool // standard error says already that data are simulated

	streams atomic.Bool // messages are being delivered
}

// execute runs a command line.
func execute(a *app, args []string) error {
	root := newRoot(a)
	root.SetArgs(guardNumbers(root, args))
	root.SetOut(a.screen.Out)
	root.SetErr(a.screen.Err)
	root.SetContext(a.ctx)
	err := root.Execute()
	if err != nil && logsJSON(args) {
		a.logJSON()
	}
	if unknown := new(pflag.NotExistError); errors.As(err, &unknown) {
		if mistyped := unknownWord(root, args); mistyped != nil {
			err = mistyped // the flags of what was meant are no mistake
		}
	}
	var said *usageError
	if err != nil && !errors.As(err, &said) && strings.HasPrefix(err.Error(), "unknown command") {
		return unknownCommand(root, err)
	}
	return err
}

// unknownWord gives the error of a word before the flags that names no command where
// one should stand; nil where there is none.
func unknownWord(root *cobra.Command, args []string) error {
	cmd := root
	for _, arg := range args {
		if strings.HasPrefix(arg, "-") || !cmd.HasSubCommands() {
			return nil
		}
		next := subcommand(cmd, arg)
		if next == nil {
			return cmd.ValidateArgs([]string{arg})
		}
		cmd = next
	}
	return nil
}

// unknownCommand names the commands like one that is not there.
func unknownCommand(root *cobra.Command, err error) error {
	line, _, _ := strings.Cut(err.Error(), "\n")
	if quoted := strings.Split(line, `"`); len(quoted) > 1 {
		if near := registry.Near(quoted[1], namesBelow(root)); len(near) > 0 {
			return usage([]string{"did you mean pgb " + orList(near) + "?"}, "%s", line)
		}
		if _, err := registry.Default().ParseID(quoted[1], ""); err == nil && strings.HasSuffix(line, ` for "pgb"`) {
			return usage([]string{"pgb lookup " + shellWord(quoted[1])}, "%s", line)
		}
	}
	return usage([]string{"pgb --help lists the commands"}, "%s", line)
}

func newRoot(a *app) *cobra.Command {
	var showVersion bool
	root := &cobra.Command{
		Use:   "pgb",
		Short: "Read astronomical alert streams and the tables they leave behind",
		Long: `pgb reads the alert streams of the Pitt-Google broker (ZTF, LSST, LVK) and files of
alert packets, keeps them in an archive on this machine, and looks up objects and
places on the sky there or in the broker's tables. Data goes to standard output, everything else to standard
error. A terminal gets tables; pipes and files get JSON lines.

To see it at work without an account: pgb demo`,
		Example: `  pgb demo
  pgb stream --topic classifications --sandbox -n 20
  pgb stream --topic ztf-loop --project my-project -n 5
  pgb tui --topic classifications --sandbox
  pgb lookup ZTF21abc --sandbox
  pgb cone 270.1 -30.2 2m --project my-project --dry-run
  pgb lightcurve ZTF21abc --sandbox --plot
  pgb decode alert.avro -f jsonl --full`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if showVersion {
				return a.screen.Print([]byte(readBuild().line()))
			}
			return cmd.Help()
		},
	}
	root.Flags().BoolVar(&showVersion, "version", false, "print the version, as pgb version does")
	// Flags are explained in as many cells as the screen has.
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages", fmt.Sprintf(".FlagUsagesWrapped %d", max(a.screen.Width-1, 40))))
	flags := root.PersistentFlags()
	flags.StringVar(&a.project, "project", "", "your Google Cloud project: subscriptions live in it and it pays (else GOOGLE_CLOUD_PROJECT, the config file, the credentials)")
	flags.BoolVar(&a.sandbox, "sandbox", false, "read simulated data from a broker inside this program (else PGB_SANDBOX=1, the config file)")
	flags.Uint64Var(&a.seed, "seed", sandbox.DefaultSeed, "seed of the sandbox's simulated sky")
	flags.BoolVarP(&a.screen.Quiet, "quiet", "q", false, "no notes and no progress on standard error")
	a.logFormat = "text"
	flags.Var(logFormat{a}, "log-format", "text, or json for structured logs on standard error")
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(
		newStream(a), newTUI(a), newDecode(a), newCutouts(a), newPacket(a), newLookup(a), newCone(a), newLightcurve(a), newClassifications(a), newSQL(a), newTables(a), newArchive(a),
		newTopics(a), newSubscriptions(a), newSandbox(a), newInit(a), newConfig(a), newDoctor(a), newDemo(a), newVersion(a), newCompletion(a), newMan(a),
	)
	root.SetHelpCommand(newHelp())
	addCompletions(a, root)
	return root
}

// flagError says what is wrong with a flag and names the ones like it.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if invalid := new(pflag.InvalidValueError); errors.As(err, &invalid) {
		return valueError(cmd, invalid)
	}
	if !errors.As(err, &unknown) {
		return usage([]string{cmd.CommandPath() + " --help"}, "%w", err)
	}
	name := unknown.GetSpecifiedName()
	if name == "version" {
		return usage([]string{"pgb --version or pgb version"}, "%s has no flag --version", cmd.CommandPath())
	}
	if name == "filter" {
		return usage([]string{`to filter here, on any field: --where 'band == "r"'`, `to filter on the server, on attributes: --server-filter 'attributes.pg_variable = "likely"'`}, "there is no flag --filter")
	}
	if list := cmd.Flag("ids-from"); name == "targets" && list != nil {
		return usage([]string{"ids: --ids-from FILE", "positions: pgb cone --targets FILE"}, "%s has no flag --targets", cmd.CommandPath())
	}
	if list := cmd.Flag("targets"); name == "ids-from" && list != nil {
		return usage([]string{"positions: --targets FILE", "ids: pgb lookup --ids-from FILE"}, "%s has no flag --ids-from", cmd.CommandPath())
	}
	var names []string
	collect := func(f *pflag.Flag) { names = append(names, f.Name) }
	cmd.Flags().VisitAll(collect)
	cmd.InheritedFlags().VisitAll(collect)
	if near := registry.Near(name, names); len(near) > 0 && len(name) > 1 {
		for i := range near {
			near[i] = "--" + near[i]
		}
		return usage([]string{"did you mean " + orList(near) + "?"}, "%w", err)
	}
	return usage([]string{cmd.CommandPath() + " --help"}, "%w", err)
}

// valueError says that the value of a flag is not of its kind.
func valueError(cmd *cobra.Command, err *pflag.InvalidValueError) error {
	f := err.GetFlag()
	name := "--" + f.Name
	if f.Shorthand != "" {
		name = "-" + f.Shorthand
	}
	what := map[string]string{
		"int": "number", "int64": "number", "uint": "number", "uint64": "number", "float64": "number", "bool": "true or false", "duration": "duration",
	}[f.Value.Type()]
	hints := []string{cmd.CommandPath() + " --help"}
	switch {
	case f.Name == "save":
		return saveNamesFile(err.GetValue())
	case what == "":
		return usage(hints, "%w", err)
	case errors.Is(err, strconv.ErrRange):
		return usage(hints, "%s %s is out of range", name, err.GetValue())
	}
	return usage(hints, "%s %s is no %s", name, err.GetValue(), what)
}

// numberLike is how a number or a position begins that is not a flag.
var numberLike = regexp.MustCompile(`^-[0-9.]`)

// guardNumbers keeps arguments such as -30.2 from being taken for flags: they
// are moved behind "--", in their order, with the other arguments.
func guardNumbers(root *cobra.Command, args []string) []string {
	if !hasNumber(args) {
		return args
	}
	cmd, _, err := root.Find(args)
	if err != nil {
		return args
	}
	cmd.InheritedFlags() // merges the root's flags into the command's
	var flags, rest []string
	path := len(strings.Fields(cmd.CommandPath())) - 1
	for i := 0; i < len(args); i++ {
		arg := args[i]
		switch {
		case arg == "--":
			rest = append(rest, args[i+1:]...)
			i = len(args)
		case numberLike.MatchString(arg) || !strings.HasPrefix(arg, "-") || arg == "-":
			if path > 0 {
				flags = append(flags, arg)
				path--
				continue
			}
			rest = append(rest, arg)
		default:
			flags = append(flags, arg)
			if takesValue(cmd, arg) && i+1 < len(args) {
				i++
				flags = append(flags, args[i])
			}
		}
	}
	return append(append(flags, "--"), rest...)
}

func hasNumber(args []string) bool {
	for _, arg := range args {
		if numberLike.MatchString(arg) {
			return true
		}
	}
	return false
}

// takesValue says whether the argument after a flag is its value.
func takesValue(cmd *cobra.Command, arg string) bool {
	if strings.Contains(arg, "=") {
		return false
	}
	var f *pflag.Flag
	if name, long := strings.CutPrefix(arg, "--"); long {
		f = cmd.Flag(name)
	} else if len(arg) == 2 {
		f = cmd.Flags().ShorthandLookup(arg[1:])
	}
	return f != nil && f.NoOptDefVal == ""
}

// client makes the client that the flags, the environment and the
// configuration file ask for.
func (a *app) client() (*client.Client, error) {
	options, err := a.options()
	if err != nil {
		return nil, err
	}
	return client.New(a.ctx, options)
}

// options finds out where to read. Flags go first, then the program's own
// environment variables and configuration, then what Google's tools know.
func (a *app) options() (client.Options, error) {
	o := client.Options{Notify: a.screen.Note, SandboxOptions: sandbox.Options{Seed: a.seed, Rate: a.rate}}
	if a.sandbox && a.project != "" {
		return o, usage([]string{"leave one of them out"}, "--sandbox and --project exclude each other")
	}
	path, err := config.Path(a.getenv)
	if err != nil {
		return o, err
	}
	c, err := config.Load(path)
	if err != nil {
		return o, configurationError(err)
	}
	o.Registry, o.Schemas = c.Registry, c.Schemas
	if o.Archive, err = a.archiveOptions(c); err != nil {
		return o, err
	}
	switch chosen := a.getenv("PGB_SANDBOX"); {
	case a.sandbox || a.project == "" && chosen == "1":
		o.Sandbox = true
	case a.project == "" && chosen != "" && chosen != "0":
		return o, usage([]string{"PGB_SANDBOX=1 or PGB_SANDBOX=0"}, "PGB_SANDBOX=%s is neither 0 nor 1", chosen)
	case a.project == "" && c.Sandbox && chosen != "0":
		o.Sandbox = true
	default:
		o.Project = firstOf(a.project, a.getenv("GOOGLE_CLOUD_PROJECT"), c.Project)
	}
	if o.Sandbox && a.archive == "" {
		o.Archive.Name = "" // the sandbox has its own, whatever is configured for the rest
	}
	return o, nil
}

// connected is client for commands that need the broker: where nothing names a
// project, the credentials may.
func (a *app) connected() (*client.Client, error) {
	o, err := a.options()
	if err != nil {
		return nil, err
	}
	if !o.Sandbox && o.Project == "" {
		if a.getenv("PUBSUB_EMULATOR_HOST") != "" {
			o.Project = sandbox.Project
		} else if o.Project = pubsub.CredentialsProject(a.ctx); o.Project == "" {
			return nil, noProject()
		}
	}
	a.inSandbox = o.Sandbox
	return client.New(a.ctx, o)
}

// noProject says that nothing names a project, or why the file that would does not.
func noProject() error {
	if err := pubsub.UnusableFile(); err != nil {
		return &hintedError{err, append(signin.Remedies(), "no project was named either: --project YOUR-PROJECT")}
	}
	return client.ErrNoProject
}

// sayInSandbox says that data are simulated, where they will be.
func (a *app) sayInSandbox() {
	if a.inSandbox && !a.saidSimulated {
		a.saidSimulated = true
		a.screen.Note("simulated data from the sandbox (seed " + fmt.Sprint(a.seed) + "): no real observations")
	}
}

// first gives a context that the first Ctrl-C ends, for commands that have
// nothing to drain.
func (a *app) first() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(a.ctx)
	done := make(chan struct{})
	go func() {
		select {
		case <-a.stop:
			cancel(errInterrupted)
		case <-done:
		}
	}()
	return ctx, func() {
		close(done)
		cancel(nil)
	}
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// now is the time that ages on the command line count back from.
func now() time.Time { return time.Now() }
