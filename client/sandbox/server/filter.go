package server

import "github.com/mwvgroup/pgb/client/where/serverfilter"

// defaultFilter is Pub/Sub's own filter language.
func defaultFilter(text string) (func(attributes map[string]string) bool, error) {
	filter, err := serverfilter.Parse(text)
	if err != nil {
		return nil, err
	}
	return func(attributes map[string]string) bool {
		return filter.Match(func(name string) (string, bool) {
			value, ok := attributes[name]
			return value, ok
		})
	}, nil
}
