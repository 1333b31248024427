package pubsub_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sandbox/server"
	"github.com/mwvgroup/pgb/client/stream/pubsub"
)

func TestATriedSubscriptionIsMadeAsAStreamsAndDeleted(t *testing.T) {
	srv := broker(t)
	service := connect(t, srv)
	name, err := service.Try(t.Context(), alerts)
	must(t, err)
	if !strings.HasPrefix(name, "pgb-") || !strings.Contains(name, "-alerts-") {
		t.Errorf("it was called %s", name)
	}
	if left := srv.Subscriptions(); len(left) != 0 {
		t.Errorf("%v are left", left)
	}
}

func TestTryingSaysWhatIsWrong(t *testing.T) {
	srv := broker(t)
	service := connect(t, srv)
	_, err := service.Try(t.Context(), &registry.Topic{Name: "none", Project: "broker"})
	wantNotFound(t, err, "topic", "projects/broker/topics/none")
	wantNotFound(t, service.MayAttach(t.Context(), &registry.Topic{Name: "none", Project: "broker"}), "topic", "projects/broker/topics/none")
	must(t, service.MayAttach(t.Context(), alerts))

	heal := srv.Inject(server.Fault{Method: "DeleteSubscription", Err: server.Denied})
	var denied *pubsub.PermissionError
	if _, err = service.Try(t.Context(), alerts); !errors.As(err, &denied) || denied.Permission != "pubsub.subscriptions.delete" {
		t.Errorf("deleting is not allowed: %v", err)
	}
	heal()
	if all := list(t, srv); len(all) != 1 || !all[0].Temporary || all[0].Topic != alerts.FullName() || all[0].Expire != 24*time.Hour {
		t.Errorf("what could not be deleted is %+v", all)
	}
}

func TestAnswersTellsADisabledServiceFromAMissingPermission(t *testing.T) {
	srv := broker(t)
	service := connect(t, srv)
	must(t, service.Answers(t.Context()))
	heal := srv.Inject(server.Fault{Method: "ListSubscriptions", Err: status.Error(codes.PermissionDenied, "Cloud Pub/Sub API has not been used in project 1 before or it is disabled.")})
	var disabled *pubsub.DisabledError
	if err := service.Answers(t.Context()); !errors.As(err, &disabled) || disabled.Project != project {
		t.Errorf("disabled: %v", err)
	}
	heal()
	heal = srv.Inject(server.Fault{Method: "ListSubscriptions", Err: server.Denied})
	var denied *pubsub.PermissionError
	if err := service.Answers(t.Context()); !errors.As(err, &denied) || denied.Permission != "pubsub.subscriptions.list" {
		t.Errorf("not allowed: %v", err)
	}
	heal()
	heal = srv.Inject(server.Fault{Method: "ListSubscriptions", Err: server.UnknownProject(project)})
	wantNotFound(t, service.Answers(t.Context()), "project", project)
	heal()
}
