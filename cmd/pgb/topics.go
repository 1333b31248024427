package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

func newTopics(a *app) *cobra.Command {
	var all bool
	var f, shown listFormat
	cmd := &cobra.Command{
		Use:   "topics",
		Short: "List the topics that are known, and say what they carry",
		Long: `List the topics and groups of topics that are known. This asks nobody: the list is
built in, and the files named in the configuration (registry:) add to it.`,
		Example: `  pgb topics
  pgb topics show lsst-supernnova
  pgb topics -f jsonl`,
		Args: noArguments("pgb topics show"),
		RunE: func(*cobra.Command, []string) error {
			c, err := a.client()
			if err != nil {
				return err
			}
			name, err := f.pickText(a)
			if err != nil {
				return err
			}
			if name != table {
				return writeTopics(a, c.Registry(), name, all)
			}
			return listTopics(a, c.Registry(), all)
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "list internal topics too")
	f.addTextFlag(cmd)
	show := &cobra.Command{
		Use:   "show TOPIC",
		Short: "Say what a topic or a group carries: payload, fields, classes, rate, costs",
		Long: `Say what a topic carries: its full name, its payload, the classifiers and their classes,
how many messages and bytes a night are expected, what they cost at list price in US
dollars, and each field with its kind, unit and meaning, by the path that --fields and
--where take. Of a group, the topics. This asks nobody.`,
		Example: `  pgb topics show lsst-supernnova
  pgb topics show classifications
  pgb topics show projects/ardent-cycling-243415/topics/ztf-loop`,
		Args: oneArgument("a topic or group", "pgb topics lists what there is"),
		RunE: func(_ *cobra.Command, args []string) error {
			c, err := a.client()
			if err != nil {
				return err
			}
			name, err := shown.pickText(a)
			if err != nil {
				return err
			}
			return showTopic(a, c, args[0], name)
		},
	}
	shown.addTextFlag(show)
	cmd.AddCommand(show)
	return cmd
}

// addTextFlag is addFlag for a command that is text for people unless a format
// is asked for.
func (f *listFormat) addTextFlag(cmd *cobra.Command) {
	f.addFlag(cmd)
	usage := cmd.Flags().Lookup("format")
	usage.Usage = strings.Replace(usage.Usage, "(default: a table on a terminal and jsonl elsewhere)", "(default: table)", 1)
}

// pickText is pick for a command with addTextFlag.
func (f *listFormat) pickText(a *app) (format.Name, error) {
	if f.isText() {
		return table, nil
	}
	return f.pick(a)
}

// noArguments refuses arguments of a command that has subcommands, and names the
// subcommands like one that is not there; else what takes such an argument, where
// something does.
func noArguments(instead string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		if near := registry.Near(args[0], namesBelow(cmd)); len(near) > 0 {
			return usage([]string{"did you mean " + cmd.CommandPath() + " " + orList(near) + "?"}, "unknown command %q for %q", args[0], cmd.CommandPath())
		}
		if instead == "" {
			return usage([]string{cmd.CommandPath() + " --help lists the commands"}, "unknown command %q for %q", args[0], cmd.CommandPath())
		}
		return usage([]string{instead + " " + args[0]}, "unknown command %q for %q", args[0], cmd.CommandPath())
	}
}

// oneArgument asks for exactly one argument.
func oneArgument(what string, hints ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 1 {
			return nil
		}
		return usage(hints, "%s takes %s, but was given %d", cmd.CommandPath(), what, len(args))
	}
}

func listTopics(a *app, reg *registry.Registry, all bool) error {
	var rows [][]string
	for _, name := range sortedNames(reg.Topics) {
		topic := reg.Topics[name]
		if topic.Access == "internal" && !all {
			continue
		}
		rows = append(rows, []string{name, topic.Survey, topic.Access, perNight(topic), topic.Doc})
	}
	columns := []render.Column{{Header: "topic"}, {Header: "survey"}, {Header: "access"}, {Header: "a night", Right: true}, {Header: "carries"}}
	if err := a.screen.Table(columns, rows); err != nil {
		return err
	}
	rows = nil
	for _, name := range sortedNames(reg.Groups) {
		rows = append(rows, []string{name, strings.Join(reg.Groups[name].Topics, ", ")})
	}
	if err := a.screen.Print([]byte("\n")); err != nil {
		return err
	}
	return a.screen.Table([]render.Column{{Header: "group"}, {Header: "topics, read as one stream"}}, rows)
}

// sortedNames gives the keys of a map in alphabetical order.
func sortedNames[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.SortFunc(names, func(x, y string) int { return strings.Compare(strings.ToLower(x), strings.ToLower(y)) })
	return names
}

// perNight is the number of messages expected in a night.
func perNight(topic *registry.Topic) string {
	if topic.PerNight == 0 {
		return "?"
	}
	return render.Count(int64(topic.PerNight))
}

func showTopic(a *app, c *client.Client, name string, as format.Name) error {
	reg := c.Registry()
	topics, err := reg.Resolve(name, "")
	if unknown := new(registry.UnknownError); errors.As(err, &unknown) && strings.HasPrefix(unknown.Name, "projects/") && len(unknown.Near) == 0 {
		return &hintedError{err, []string{"to read it like one that is known: pgb stream --topic NAME --as TOPIC", "pgb topics lists what is known"}}
	}
	if err != nil {
		return err
	}
	if as != table {
		return writeTopicFields(a, reg, as, topics)
	}
	if len(topics) == 1 {
		return showOne(a, reg, topics[0])
	}
	var text strings.Builder
	var gigabytes, cost float64
	for _, topic := range topics {
		gigabytes += reg.GigabytesANight(topic)
		cost += reg.CostANight(topic)
	}
	fmt.Fprintf(&text, "%s: %s, read as one stream\n\n", render.Clean(name), render.Plural(len(topics), "topic"))
	if err := a.screen.Print([]byte(text.String())); err != nil {
		return err
	}
	var rows [][]string
	for _, topic := range topics {
		rows = append(rows, []string{topic.Name, topic.Survey, strings.Join(classifiersOf(reg, topic), ", "), perNight(topic), render.Bytes(reg.GigabytesANight(topic) * 1e9), topic.Doc})
	}
	columns := []render.Column{{Header: "topic"}, {Header: "survey"}, {Header: "classifiers"}, {Header: "a night", Right: true}, {Header: "bytes a night", Right: true}, {Header: "carries"}}
	if err := a.screen.Table(columns, rows); err != nil {
		return err
	}
	return a.screen.Print([]byte(fmt.Sprintf("\nall of it: about %s a night, %s at list price once the month's free 10 GiB are used\n",
		render.Bytes(gigabytes*1e9), render.Dollars(cost))))
}

func showOne(a *app, reg *registry.Registry, topic *registry.Topic) error {
	payload := reg.Payloads[topic.Payload]
	var rows [][]string
	row := func(name, text string) {
		if text != "" {
			rows = append(rows, []string{name, text})
		}
	}
	row("topic", topic.Name)
	row("carries", topic.Doc)
	row("full name", topic.FullName())
	row("survey", surveyName(reg, topic.Survey))
	row("access", topic.Access)
	row("payload", strings.TrimSuffix(topic.Payload+": "+payload.Doc, ": "))
	row("framing", framingName(payload))
	row("classifiers", strings.Join(classifiersOf(reg, topic), ", "))
	row("rate", rateText(topic))
	if topic.PerNight > 0 && topic.Bytes > 0 {
		row("size", render.Bytes(topic.Bytes)+" a message, "+render.Bytes(reg.GigabytesANight(topic)*1e9)+" a night")
		row("cost", render.Dollars(reg.CostANight(topic))+" a night at list price, once the month's free 10 GiB are used")
	}
	row("same message", identityText(reg, topic))
	if err := a.screen.Table([]render.Column{{Header: ""}, {Header: ""}}, rows); err != nil {
		return err
	}
	if err := showClasses(a, reg, payload); err != nil {
		return err
	}
	return showFields(a, reg, topic)
}

func surveyName(reg *registry.Registry, name string) string {
	if s := reg.Surveys[name]; s != nil && s.Name != "" {
		return name + " (" + s.Name + ")"
	}
	return name
}

func framingName(p *registry.Payload) string {
	switch p.Framing {
	case "container":
		return "Avro object container, the schema in each message"
	case "confluent":
		return "Avro with a schema id in front (5 bytes), schemas built in"
	case "bare":
		return "Avro without any header"
	case "json":
		return "JSON"
	}
	return p.Framing
}

func rateText(topic *registry.Topic) string {
	if topic.PerNight == 0 {
		return topic.RateDoc
	}
	text := "about " + perNight(topic) + " messages a night"
	if topic.RateDoc != "" {
		text += " (" + topic.RateDoc + ")"
	}
	return text
}

// classifiersOf names the classifiers that speak in a topic.
func classifiersOf(reg *registry.Registry, topic *registry.Topic) []string {
	var names []string
	for _, c := range reg.Payloads[topic.Payload].Classified {
		names = append(names, c.Classifier)
	}
	return names
}

// identityText says when two messages of a topic are the same one.
func identityText(reg *registry.Registry, topic *registry.Topic) string {
	identity := reg.IdentityOf(topic)
	switch identity.By {
	case "message":
		return "by message id"
	case "paths":
		var names []string
		for _, path := range identity.Paths {
			names = append(names, path.String())
		}
		return "by " + strings.Join(names, ", ")
	}
	return "by source id and content"
}

func showClasses(a *app, reg *registry.Registry, payload *registry.Payload) error {
	var rows [][]string
	for _, said := range payload.Classified {
		classifier := reg.Classifiers[said.Classifier]
		for i, class := range classifier.Classes {
			name := said.Classifier
			if said.Version != "" {
				name += " " + said.Version
			}
			if i > 0 {
				name = ""
			}
			rows = append(rows, []string{name, class.Name, class.Code, class.Doc})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	if err := a.screen.Print([]byte("\n")); err != nil {
		return err
	}
	return a.screen.Table([]render.Column{{Header: "classifier"}, {Header: "class"}, {Header: "code"}, {Header: "meaning"}}, rows)
}

func showFields(a *app, reg *registry.Registry, topic *registry.Topic) error {
	fields, err := reg.Fields(topic)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, field := range fields {
		kind := field.Kind
		if field.Unit != "" {
			kind += " [" + field.Unit + "]"
		}
		rows = append(rows, []string{field.Path, kind, field.Doc})
	}
	if err := a.screen.Print([]byte("\n")); err != nil {
		return err
	}
	return a.screen.Table([]render.Column{{Header: "field"}, {Header: "kind"}, {Header: ""}}, rows)
}
