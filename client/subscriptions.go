package client

import (
	"context"

	"github.com/mwvgroup/pgb/client/stream/pubsub"
)

// Subscriptions connects to what lists, shows and deletes subscriptions in the
// client's project. Close it in the end.
func (c *Client) Subscriptions(ctx context.Context) (*pubsub.Service, error) {
	project, address, err := c.broker()
	if err != nil {
		return nil, err
	}
	return pubsub.Connect(ctx, pubsub.Access{Project: project, Address: address})
}
