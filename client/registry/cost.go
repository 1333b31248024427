package registry

const bytesPerTiB = 1 << 40

// GigabytesANight gives how much a topic is expected to deliver in a night, in
// gigabytes (1e9 bytes); 0 when it is not known.
func (r *Registry) GigabytesANight(t *Topic) float64 { return t.PerNight * t.Bytes / 1e9 }

// CostANight gives what a night of a topic costs its reader in USD at list
// price. What is free each month is not taken off.
func (r *Registry) CostANight(t *Topic) float64 { return r.DeliveryCost(t.PerNight * t.Bytes) }

// DeliveryCost gives the list price in USD of so many bytes delivered. What is
// free each month is not taken off.
func (r *Registry) DeliveryCost(bytes float64) float64 {
	return bytes / bytesPerTiB * r.Delivery.USDPerTiB
}
