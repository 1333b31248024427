package server

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// deletedTopic is what a subscription shows as its topic once that is gone.
const deletedTopic = "_deleted-topic_"

// resourceID is the rule for the last part of a name, which has 3 to 255
// characters, see
// https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names. (A count
// within a pattern is compiled as often as it counts, at every start.)
var resourceID = regexp.MustCompile(`^[A-Za-z][-A-Za-z0-9_.~+%]+$`)

// labelKey and labelValue are the rules for labels of at most 63 characters, see
// https://cloud.google.com/pubsub/docs/create-topic#labels.
var (
	labelKey   = regexp.MustCompile(`^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]*$`)
	labelValue = regexp.MustCompile(`^[\p{Ll}\p{Lo}\p{N}_-]*$`)
)

const maxLabel = 63

// checkName checks a full resource name of the kind "topics" or "subscriptions".
func checkName(name, kind string) error {
	parts := strings.Split(name, "/")
	ok := len(parts) == 4 && parts[0] == "projects" && parts[1] != "" && parts[2] == kind &&
		len(parts[3]) >= 3 && len(parts[3]) <= 255 && resourceID.MatchString(parts[3]) && !strings.HasPrefix(parts[3], "goog")
	if !ok {
		return status.Errorf(codes.InvalidArgument,
			"Invalid resource name given (name=%s). Refer to https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names for more information.", name)
	}
	return nil
}

func checkProject(name string) error {
	if project, ok := strings.CutPrefix(name, "projects/"); ok && project != "" && !strings.Contains(project, "/") {
		return nil
	}
	return status.Errorf(codes.InvalidArgument, "Invalid project name given (name=%s).", name)
}

func checkLabels(labels map[string]string) error {
	if len(labels) > 64 {
		return status.Errorf(codes.InvalidArgument, "A resource can have at most 64 labels, not %d.", len(labels))
	}
	for key, value := range labels {
		if utf8.RuneCountInString(key) > maxLabel || utf8.RuneCountInString(value) > maxLabel || !labelKey.MatchString(key) || !labelValue.MatchString(value) {
			return status.Errorf(codes.InvalidArgument,
				"Invalid label %q = %q: lower case letters, digits, _ and - only, at most 63 of them, and a letter first in the key.", key, value)
		}
	}
	return nil
}

// projectOf gives "projects/P" of a full resource name.
func projectOf(name string) string {
	if !strings.HasPrefix(name, "projects/") {
		return ""
	}
	rest := name[len("projects/"):]
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		rest = rest[:i]
	}
	return "projects/" + rest
}

func lastPart(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

func notFound(name string) error {
	return status.Errorf(codes.NotFound, "Resource not found (resource=%s).", lastPart(name))
}

func alreadyExists(name string) error {
	return status.Errorf(codes.AlreadyExists, "Resource already exists in the project (resource=%s).", lastPart(name))
}

func isDetached(name string) error {
	return status.Errorf(codes.FailedPrecondition, "Subscription %s is detached from its topic.", name)
}

func invalid(format string, args ...any) error {
	return status.Errorf(codes.InvalidArgument, format, args...)
}

func notOffered(what string) error {
	return status.Errorf(codes.Unimplemented, "%s: not offered by this server, which runs on your machine in place of Google Pub/Sub", what)
}
