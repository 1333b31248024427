package server

import (
	"context"
	"slices"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Fault is an error that calls get instead of an answer.
type Fault struct {
	// Method is the method that fails, as in "CreateSubscription" or
	// "StreamingPull"; empty for all.
	Method string
	// Project is the project ("my-project") whose resources are asked for;
	// empty for all.
	Project string
	// Err is the error, best a gRPC status.
	Err error
	// Times is how many calls fail; 0 for all until the fault is removed.
	Times int
}

// Denied is the service's answer to somebody who may not do something.
var Denied = status.Error(codes.PermissionDenied, "User not authorized to perform this action.")

// UnknownProject is the service's answer to a project that does not exist.
func UnknownProject(project string) error {
	return status.Errorf(codes.NotFound, "Requested project not found or user does not have access to it (project=%s). Make sure to specify the unique project identifier and not the Google Cloud Console display name.", project)
}

type injected struct {
	Fault
	left int
}

// Inject makes calls fail until remove is called. Calls made through Go, such
// as Publish, and open streams are not touched.
func (s *Server) Inject(f Fault) (remove func()) {
	in := &injected{Fault: f, left: f.Times}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, in)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.faults = slices.DeleteFunc(s.faults, func(other *injected) bool { return other == in })
	}
}

// BreakStreams ends all open streams with an error and says how many. Leases
// run on, as they do when a connection breaks. A stream whose client reads
// nothing ends once it reads again.
func (s *Server) BreakStreams(err error) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, sub := range s.subscriptions {
		n += len(sub.streams)
		sub.endStreams(err)
	}
	return n
}

// Outage breaks all streams and lets every call fail with Unavailable, until
// end is called.
func (s *Server) Outage() (end func()) {
	err := status.Error(codes.Unavailable, "The service was unable to fulfill your request. Please try again.")
	end = s.Inject(Fault{Err: err})
	s.BreakStreams(err)
	return end
}

// fault gives the error that a call is to fail with, or nil.
func (s *Server) fault(method string, req any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errClosed
	}
	for _, f := range s.faults {
		if f.Method != "" && f.Method != method || f.Project != "" && !concerns(req, f.Project) {
			continue
		}
		if f.Times > 0 {
			if f.left == 0 {
				continue
			}
			f.left--
		}
		return f.Err
	}
	return nil
}

// concerns says whether a request names a resource of a project.
func concerns(req any, project string) bool {
	is := func(name string) bool { return projectOf(name) == "projects/"+project }
	if r, ok := req.(interface{ GetName() string }); ok && is(r.GetName()) {
		return true
	}
	if r, ok := req.(interface{ GetTopic() string }); ok && is(r.GetTopic()) {
		return true
	}
	if r, ok := req.(interface{ GetSubscription() string }); ok && is(r.GetSubscription()) {
		return true
	}
	if r, ok := req.(interface{ GetResource() string }); ok && is(r.GetResource()) {
		return true
	}
	if r, ok := req.(interface{ GetProject() string }); ok && is(r.GetProject()) {
		return true
	}
	return false
}

func (s *Server) intercept(ctx context.Context, req any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	method := info.FullMethod[strings.LastIndexByte(info.FullMethod, '/')+1:]
	if err := s.fault(method, req); err != nil {
		return nil, err
	}
	return handle(ctx, req)
}
