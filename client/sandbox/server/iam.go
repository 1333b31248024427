package server

import (
	"context"
	"strings"

	"cloud.google.com/go/iam/apiv1/iampb"
)

// iam says yes to everybody: there is no authentication.
type iam struct {
	iampb.UnimplementedIAMPolicyServer
	srv *Server
}

func (i iam) TestIamPermissions(_ context.Context, req *iampb.TestIamPermissionsRequest) (*iampb.TestIamPermissionsResponse, error) {
	i.srv.mu.Lock()
	defer i.srv.mu.Unlock()
	_, isTopic := i.srv.topics[req.Resource]
	_, isSub := i.srv.subscriptions[req.Resource]
	if !isTopic && !isSub && strings.Count(req.Resource, "/") == 3 {
		return nil, notFound(req.Resource)
	}
	return &iampb.TestIamPermissionsResponse{Permissions: req.Permissions}, nil
}
